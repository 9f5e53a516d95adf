"""Excerpt of a clean log: candidates are scored, the best lines chosen, and the failure is named."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from math import inf

from plugin.extract import untrusted
from plugin.extract.blocks import block
from plugin.extract.candidates import MANY_ROWS, Candidates, LogSource, choose_candidates
from plugin.extract.catalogue import Catalogue
from plugin.extract.categories import category_of, category_of_finding, is_broad
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Evidence, Title
from plugin.extract.excerpt_blocks import as_blocks, grow_blocks
from plugin.extract.explain import describe_feature
from plugin.extract.features import Features, quoted_source, without_reason
from plugin.extract.first_finding import first_failed_test, lead_of_first
from plugin.extract.identity import identity
from plugin.extract.ignore import hide
from plugin.extract.knowledge import (
    SAYS_NO_REASON,
    Knowledge,
    from_features,
    from_lead,
    from_recognizers,
    with_knowledge,
)
from plugin.extract.pattern_files import built_in
from plugin.extract.ranker import Ranker, built_in_ranker
from plugin.extract.recognize import diagnostics_of, recognize
from plugin.extract.select import SelectionPolicy, demote_repeats, ranked, short_gaps, with_rows, without_small_gaps
from plugin.extract.title import make_title
from plugin.extract.trace import last_command
from plugin.model.excerpt import Category, Excerpt, HiddenLines, Line
from plugin.model.message import Message, both
from plugin.text.hidden_lines import note_on_hidden

_RECOGNIZED_ROWS = 80
"""Best rows that recognizers read, before they are ranked once more."""
_REASONS = 4
"""Maximum number of features in the explanation of a line: those that moved its score most."""
_UNKNOWN = Message("No known pattern matched; these are the likeliest lines.")


def analyze(
    log: bytes | LogSource,
    *,
    max_lines: int = 60,
    exit_code: int | None = None,
    baseline: bytes | None = None,
    catalogue: Catalogue | None = None,
    commands: Collection[str] = (),
    explain: bool = False,
    model: Ranker | None = None,
) -> Excerpt:
    """Return the excerpt of `log`, with at most `max_lines` lines; see `plugin.analyze_log`.

    `exit_code` and `commands` are the step's, `baseline` is the clean log of the last successful run. With `explain`,
    each line has the reasons for its score. `catalogue` and `model` default to the built-in ones.
    """
    catalogue = catalogue or built_in()
    candidates = choose_candidates(log, catalogue.user_expression)
    if not isinstance(log, bytes) and len(candidates.lines) > MANY_ROWS:
        log.free_memory()
    catalogue = catalogue.narrowed(candidates.lines)
    refused = untrusted.too_general(catalogue, candidates)
    features = Features(candidates, catalogue, refused)
    model = model or built_in_ranker()
    command = last_command(candidates.lines, commands)
    known = from_features(features, baseline, command)
    blank = {row for row, line in enumerate(candidates.lines) if not line.strip()}
    scores = with_knowledge(
        [-inf if row in blank else score for row, score in enumerate(model.scores(features))], known
    )
    diagnostics = diagnostics_of(candidates.lines, command)
    recognized = recognize(candidates.lines, _best(scores), diagnostics, catalogue)
    read = from_recognizers(recognized, features)
    scores, known = with_knowledge(scores, read), [*known, *read]
    start = 0 if command is None else command + 1
    lead = lead_of_first(scores, start, diagnostics, features.patterns)
    leading = from_lead(lead, first_failed_test(scores, start, features.patterns))
    scores, known = with_knowledge(scores, leading), [*known, *leading]
    recognized = {**recognized, lead.row: lead.finding} if lead else recognized
    complete = len(candidates.lines) == candidates.total
    scores, hidden = hide(scores, candidates.lines, catalogue, partial(_cause_block, features), complete=complete)
    demoted = _demoted(scores, features)
    blocks = grow_blocks(demoted, candidates.numbers, blank, max_lines, attached=quoted_source(features))
    first = [row for one in blocks for row in one]
    showable = {number: row for row, number in enumerate(candidates.numbers) if demoted[row] > -inf or row in blank}
    shown = _selected(demoted, first, blank, candidates, showable, max_lines)
    doubted = {row for one in known if one.doubtful for row in one.rows}
    title = make_title(
        [row for row in shown if row not in doubted] or shown,
        Evidence(
            candidates.lines,
            _naming_scores(scores, features),
            features.patterns,
            recognized,
            diagnostics.read,
            without_reason(features),
            catalogue,
            command,
        ),
    )
    row, pattern, finding = title.named_row, title.pattern, title.finding
    lines = {
        row: _line(row, scores[row], features, _why(row, scores[row], features, model, known) if explain else "")
        for row in sorted(shown)
    }
    return Excerpt(
        ranked=tuple(candidates.numbers[row] for row in shown),
        lines=tuple(lines.values()),
        title=title.text or _without_lines(log, hidden, exit_code),
        title_line=None if title.row is None else candidates.numbers[title.row],
        pattern=pattern.id if pattern else finding.id if finding else None,
        pattern_origin=pattern.place if pattern and pattern.untrusted else "",
        hint=pattern.advice(candidates.lines[row]) if pattern and row is not None else "",
        fixed_hint=pattern is not None and pattern.has_fixed_hint,
        category=_category(
            title,
            [candidates.lines[one] for one in _explaining(row, first)],
            b"" if command is None else candidates.lines[command],
            exit_code,
        ),
        command=candidates.lines[command][2:].decode("utf-8", "replace") if command is not None else "",
        total_lines=candidates.total,
        between=dict(_between(shown, candidates, showable, max_lines)),
        hidden=hidden,
        blocks=as_blocks(blocks, lines),
        new=_new(shown, known, candidates),
        identity=identity(
            title, features, scores, frozenset().union(*(one.rows for one in known if one.unrelated)), recognized
        ),
        notes=(
            *_notes_on_encoding(log),
            *(() if pattern or finding or not shown else (_UNKNOWN,)),
            *map(note_on_hidden, hidden),
            *untrusted.notes(refused),
        ),
    )


def _new(shown: Sequence[int], known: Sequence[Knowledge], candidates: Candidates) -> frozenset[int]:
    """Return the numbers of the shown lines that the last successful run did not print, apart from blank ones."""
    shared = next((one.rows for one in known if one.in_green), frozenset())
    return frozenset(
        candidates.numbers[row] for row in shown if shared and row not in shared and candidates.lines[row].strip()
    )


def _best(scores: Sequence[float]) -> list[int]:
    rows = sorted((row for row, score in enumerate(scores) if score > -inf), key=lambda row: -scores[row])
    return sorted(rows[:_RECOGNIZED_ROWS])


def _selected(
    scores: Sequence[float],
    first: Sequence[int],
    blank: set[int],
    candidates: Candidates,
    showable: Mapping[int, int],
    most: int,
) -> list[int]:
    """Return at most `most` rows to show, best first, `first` among them; no single line between them is left out."""
    ranking = with_rows(ranked(scores, most, SelectionPolicy(), blank), first, most)
    numbers = without_small_gaps(
        [candidates.numbers[row] for row in ranking],
        {candidates.numbers[row] for row in first},
        most,
        showable,
        candidates.total,
    )
    return [showable[number] for number in numbers]


def _demoted(scores: Sequence[float], features: Features) -> list[float]:
    ids = {row: pattern.id for row, pattern in features.patterns.items()}
    return demote_repeats(scores, features.forms, ids, SelectionPolicy())


def _cause_block(features: Features, scores: Sequence[float]) -> set[int]:
    """Return the rows of the best line's block.

    Where an untrusted pattern made that line the best, add the block of the best line that a tool's pattern for a cause
    matches.
    """
    best = ranked(_demoted(scores, features), 1, SelectionPolicy())[:1]
    if best and best[0] in features.patterns and features.patterns[best[0]].untrusted:
        known = (
            row
            for row, one in features.patterns.items()
            if not one.user_defined and one.kind == "cause" and one.place != GENERIC_FILE
        )
        best += sorted((row for row in known if scores[row] > -inf), key=lambda row: -scores[row])[:1]
    blocks = (block(features.patterns[row], row, features.candidates.lines) for row in best if row in features.patterns)
    return set(best).union(*blocks)


def _naming_scores(scores: Sequence[float], features: Features) -> list[float]:
    """Return the scores for choosing a title: where nothing better is near, a wrapper names the failure."""
    wrappers = without_reason(features)
    return [score - SAYS_NO_REASON if row in wrappers else score for row, score in enumerate(scores)]


def _line(row: int, score: float, features: Features, why: str) -> Line:
    pattern = features.patterns.get(row)
    return Line(
        number=features.candidates.numbers[row],
        text=features.candidates.lines[row].decode("utf-8", "replace"),
        kind="cause" if score > 0 or (pattern and pattern.kind == "cause") else "context",
        why=why,
    )


def _why(row: int, score: float, features: Features, model: Ranker, known: list[Knowledge]) -> str:
    pattern = features.patterns.get(row)
    reasons = [f"pattern {pattern.id}"] if pattern else []
    reasons += [f"{one.description} {one.weight:+.1f}" for one in known if row in one.rows]
    reasons += [f"{describe_feature(name)} {weight:+.1f}" for name, weight in model.reasons(features, row)[:_REASONS]]
    return f"{score:+.1f} = {'; '.join(reasons)} …"


def _without_lines(log: bytes | LogSource, hidden: tuple[HiddenLines, ...], exit_code: int | None) -> str:
    if hidden:
        text = Message("Every line of the log is hidden by {origins}", origins=both(one.origin for one in hidden))
    elif not isinstance(log, bytes) and log.binary:
        text = Message("The log is no text but {content}", content=log.binary)
    else:
        text = Message("The log is empty")
    if exit_code is None:
        return text
    return Message("{text}; the step ended with exit code {code}", text=text, code=exit_code)


def _notes_on_encoding(log: bytes | LogSource) -> Iterator[str]:
    if not isinstance(log, bytes) and log.code_page:
        yield Message(
            "Some lines are not UTF-8. They are shown as {encoding}, the encoding that fits best.",
            encoding=log.code_page,
        )


def _between(
    shown: Sequence[int], candidates: Candidates, showable: Mapping[int, int], most: int
) -> Iterator[tuple[int, str]]:
    """Yield number and text of the lines in short gaps, as far as `most` lines leave room for them.

    A gap of a blank line needs no room: a mark would be as long.
    """
    room = most - len(shown)
    for gap in short_gaps((candidates.numbers[row] for row in shown), candidates.total):
        texts = {n: candidates.lines[showable[n]].decode("utf-8", "replace") for n in gap if n in showable}
        need = 0 if len(gap) == 1 and not "".join(texts.values()).strip() else len(gap)
        if len(texts) == len(gap) and need <= room:
            room -= need
            yield from texts.items()


def _explaining(row: int | None, first: Sequence[int]) -> Sequence[int]:
    """Return the row that names the failure, then those that are shown first."""
    return [*(() if row is None else (row,)), *first]


def _category(title: Title, lines: Sequence[bytes], command: bytes, exit_code: int | None) -> Category:
    """Return the category of the failure: a tool's pattern knows best, then a recognizer, then words of the lines.

    Where the reason that the title ends in reports a missing thing, that decides.
    """
    pattern, finding = title.pattern, title.finding
    if finding and pattern and ((finding.thing and title.named_row != finding.row) or is_broad(pattern, finding)):
        return finding.category
    if finding and (pattern is None or (pattern.place == GENERIC_FILE and not pattern.user_defined)):
        return category_of_finding(finding, lines, command)
    return category_of(pattern, lines, exit_code, command)
