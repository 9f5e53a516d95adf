"""Excerpt of a clean log: candidates are scored, the best lines chosen, and the failure is named."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from math import inf

from plugin.extract import untrusted
from plugin.extract.arrange import Arranger, without_repeats
from plugin.extract.blocks import block
from plugin.extract.candidates import MANY_ROWS, Candidates, LogSource, choose_candidates
from plugin.extract.catalogue import Catalogue
from plugin.extract.categories import category_of, category_of_finding, is_broad
from plugin.extract.diagnostics import Diagnostics
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Evidence, Title
from plugin.extract.excerpt_blocks import as_blocks
from plugin.extract.explain import describe_feature
from plugin.extract.features import Features, without_reason
from plugin.extract.finding import Finding
from plugin.extract.first_finding import lead_of_first, lead_of_title
from plugin.extract.ignore import hide
from plugin.extract.knowledge import (
    Knowledge,
    from_features,
    from_lead,
    from_recognizers,
    from_trailers,
    with_knowledge,
)
from plugin.extract.pattern_files import built_in
from plugin.extract.ranker import Ranker, built_in_ranker
from plugin.extract.recognize import diagnostics_of, recognize
from plugin.extract.select import SelectionPolicy, ranked, short_gaps
from plugin.extract.trace import last_command
from plugin.model.excerpt import MOST_LINES, Category, Excerpt, FailureIdentity, HiddenLines, Line
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
    max_lines: int = MOST_LINES,
    exit_code: int | None = None,
    baseline: bytes | None = None,
    catalogue: Catalogue | None = None,
    commands: Collection[str] = (),
    explain: bool = False,
    identify: bool = True,
    model: Ranker | None = None,
) -> Excerpt:
    """Return the excerpt of `log`, with at most `max_lines` lines; see `plugin.analyze_log`.

    `exit_code` and `commands` are the step's, `baseline` is the clean log of the last successful run. With `explain`,
    each line has the reasons for its score. Without `identify`, the excerpt has no identity, which only keys
    need. `catalogue` and `model` default to the built-in ones.
    """
    whole = catalogue or built_in()
    candidates = choose_candidates(log, whole.user_expression)
    many = len(candidates.lines) > MANY_ROWS
    if many and not isinstance(log, bytes):
        log.free_memory()
    catalogue = whole.narrowed(candidates.lines)
    refused = untrusted.too_general(catalogue, candidates)
    features = Features(candidates, catalogue, refused)
    if many and catalogue is not whole:
        catalogue.free_memory()
    model = model or built_in_ranker()
    command = last_command(candidates.lines, commands)
    known = from_features(features, baseline, command)
    blank = {row for row, line in enumerate(candidates.lines) if not line.strip()}
    scores = with_knowledge(
        [-inf if row in blank else score for row, score in enumerate(model.scores(features))], known
    )
    diagnostics = diagnostics_of(candidates.lines, command)
    recognized = recognize(candidates.lines, _best(scores), diagnostics, catalogue)
    read = [*from_recognizers(recognized, features), *from_trailers(scores, candidates.lines)]
    scores, known = with_knowledge(scores, read), [*known, *read]
    lead = lead_of_first(scores, 0 if command is None else command + 1, diagnostics, features.patterns)
    leading = from_lead(lead)
    scores, known = with_knowledge(scores, leading), [*known, *leading]
    if lead and lead.finding and (lead.row not in recognized or recognized[lead.row].kind != lead.finding.kind):
        recognized = {**recognized, lead.row: lead.finding}
    complete = len(candidates.lines) == candidates.total
    scores, hidden = hide(scores, candidates.lines, catalogue, partial(_cause_block, features), complete=complete)
    arrange = Arranger(
        features,
        Evidence(
            candidates.lines,
            scores,
            features.patterns,
            recognized,
            diagnostics.read,
            without_reason(features),
            catalogue,
            command,
        ),
        blank,
        {row for one in known if one.doubtful for row in one.rows},
        max_lines,
    )
    arranged = arrange(scores)
    if leading := from_lead(lead_of_title(arranged.title, arranged.shown, scores)):
        scores, known = with_knowledge(scores, leading), [*known, *leading]
        arranged = arrange(scores)
    title, shown = arranged.title, arranged.shown
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
            [candidates.lines[one] for one in _explaining(row, title.row, arranged.blocks)],
            b"" if command is None else candidates.lines[command],
            exit_code,
            linted=row is not None and diagnostics.linter_ran_last(row),
        ),
        command=candidates.lines[command][2:].decode("utf-8", "replace") if command is not None else "",
        total_lines=candidates.total,
        between=dict(_between(shown, candidates, arranged.showable, max_lines)),
        hidden=hidden,
        blocks=as_blocks(arranged.blocks, lines),
        new=_new(shown, known, candidates),
        identity=_identity(title, features, scores, known, recognized, diagnostics) if identify else None,
        notes=(
            *_notes_on_encoding(log),
            *(() if pattern or finding or not shown else (_UNKNOWN,)),
            *map(note_on_hidden, hidden),
            *untrusted.notes(refused),
        ),
    )


def _identity(
    title: Title,
    features: Features,
    scores: Sequence[float],
    known: Sequence[Knowledge],
    recognized: Mapping[int, Finding],
    diagnostics: Diagnostics,
) -> FailureIdentity | None:
    from plugin.extract.identity import identity  # late: imports the masks

    unrelated = frozenset[int]().union(*(one.rows for one in known if one.unrelated))
    return identity(title, features, scores, unrelated, recognized, diagnostics.read)


def _new(shown: Sequence[int], known: Sequence[Knowledge], candidates: Candidates) -> frozenset[int]:
    """Return the numbers of the shown lines that the last successful run did not print, apart from blank ones."""
    shared = next((one.rows for one in known if one.in_green), frozenset())
    return frozenset(
        candidates.numbers[row] for row in shown if shared and row not in shared and candidates.lines[row].strip()
    )


def _best(scores: Sequence[float]) -> list[int]:
    rows = sorted((row for row, score in enumerate(scores) if score > -inf), key=lambda row: -scores[row])
    return sorted(rows[:_RECOGNIZED_ROWS])


def _cause_block(features: Features, scores: Sequence[float]) -> set[int]:
    """Return the rows of the best line's block.

    Where an untrusted pattern made that line the best, add the block of the best line that a tool's pattern for a cause
    matches.
    """
    best = ranked(without_repeats(scores, features), 1, SelectionPolicy())[:1]
    if best and best[0] in features.patterns and features.patterns[best[0]].untrusted:
        known = (
            row
            for row, one in features.patterns.items()
            if not one.user_defined and one.kind == "cause" and one.place != GENERIC_FILE
        )
        best += sorted((row for row in known if scores[row] > -inf), key=lambda row: -scores[row])[:1]
    blocks = (block(features.patterns[row], row, features.candidates.lines) for row in best if row in features.patterns)
    return set(best).union(*blocks)


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


def _explaining(row: int | None, reason: int | None, blocks: Sequence[range]) -> Sequence[int]:
    """Return the row that names the failure, that of the reason that its title ends in, then those shown first."""
    named = () if row is None else (row, row if reason is None else reason)
    return [*named, *(one for block in blocks for one in block)]


def _category(title: Title, lines: Sequence[bytes], command: bytes, exit_code: int | None, *, linted: bool) -> Category:
    """Return the category of the failure: a tool's pattern knows best, then a recognizer, then words of the lines.

    Where the reason that the title ends in reports a missing thing, that decides.
    """
    pattern, finding = title.pattern, title.finding
    if finding and pattern and ((finding.thing and title.named_row != finding.row) or is_broad(pattern, finding)):
        return finding.category
    if finding and (pattern is None or (pattern.place == GENERIC_FILE and not pattern.user_defined)):
        return category_of_finding(finding, lines, command, linted=linted)
    return category_of(pattern, lines, exit_code, command, linted=linted)
