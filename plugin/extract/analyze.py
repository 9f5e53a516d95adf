"""Takes a clean log, gives its excerpt: chooses the lines to look at, scores them, shows the best, names the cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

from plugin.extract import untrusted
from plugin.extract.baseline import shared_rows
from plugin.extract.blocks import LONGEST, block
from plugin.extract.candidates import Candidates, choose_candidates
from plugin.extract.catalogue import GENERIC_FILE, Catalogue, Pattern, built_in
from plugin.extract.evidence import evidence
from plugin.extract.excerpt_blocks import as_blocks, grow_blocks
from plugin.extract.explain import describe_feature
from plugin.extract.features import WITHOUT_REASON, Features, positions
from plugin.extract.ignore import hide
from plugin.extract.passed_tests import lines_of_passed_tests
from plugin.extract.ranker import Ranker, built_in_ranker
from plugin.extract.select import SelectionPolicy, demote_repeats, ranked, with_rows
from plugin.extract.trace import last_command
from plugin.logs.readable import LazyLog
from plugin.model.excerpt import Category, Evidence, Excerpt, HiddenLines, Line

_IN_GREEN = "also in the green log"
_SHARED_WITH_GREEN = -6.0
_OWN = 8.0
_CAUSE = 1.5
_EARLIER_COMMAND = -3.0
_PASSED = -4.0
_SAYS_NO_REASON = -2.0
_BESIDE_THE_BEST = 3.0
"""Log-odds below the best line within which a pattern's line still names the failure."""
_EQUAL = 0.5
"""Log-odds between two patterns of a file that the ranker cannot tell apart."""
_LONGEST_TITLE = 200
_REASONS = 4
"""Answers of the ranker that are told of a line: those that moved its score most."""
_UNKNOWN = "No known pattern matched; these are the likeliest lines."


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What is known of some rows for certain, which no ranker has to learn, and the log-odds that it is worth."""

    says: str
    weight: float
    rows: frozenset[int]
    doubtful: bool = False
    """The rows have nothing to do with the failure, whatever they say."""


def analyze(
    log: bytes | LazyLog,
    *,
    max_lines: int = 60,
    exit_code: int | None = None,
    baseline: bytes | None = None,
    catalogue: Catalogue | None = None,
    explain: bool = False,
    model: Ranker | None = None,
) -> Excerpt:
    """See `plugin.extract.analyze`."""
    catalogue = catalogue or built_in()
    candidates = choose_candidates(log, catalogue.user_expression)
    refused = untrusted.too_general(catalogue, candidates)
    features = Features(candidates, catalogue, refused)
    model = model or built_in_ranker()
    command = last_command(candidates.lines)
    known = _known(features, baseline, command)
    blank = {row for row, line in enumerate(candidates.lines) if not line.strip()}
    scores = [
        -inf if row in blank else score + sum(one.weight for one in known if row in one.rows)
        for row, score in enumerate(model.scores(features))
    ]
    complete = len(candidates.lines) == candidates.total
    scores, hidden = hide(scores, candidates.lines, catalogue, partial(_cause_block, features), complete=complete)
    demoted = _demoted(scores, features)
    blocks = grow_blocks(demoted, candidates.numbers, blank, max_lines)
    first = [row for one in blocks for row in one]
    shown = with_rows(ranked(demoted, max_lines, SelectionPolicy(), blank), first, max_lines)
    doubted = {row for one in known if one.doubtful for row in one.rows}
    naming = _naming_scores(scores, features)
    row = _naming_candidate([row for row in shown if row not in doubted] or shown, naming, features, catalogue)
    pattern = features.patterns.get(row) if row is not None else None
    lines = {
        row: _line(row, scores[row], features, _why(row, scores[row], features, model, known) if explain else "")
        for row in sorted(shown)
    }
    return Excerpt(
        ranked=tuple(candidates.numbers[row] for row in shown),
        lines=tuple(lines.values()),
        title=_title(row, features, shown, scores) or _without_lines(hidden, exit_code),
        pattern=pattern.id if pattern else None,
        pattern_origin=pattern.place if pattern and pattern.untrusted else "",
        hint=pattern.advice(candidates.lines[row]) if pattern and row is not None else "",
        category=pattern.category if pattern else _category(exit_code),
        command=candidates.lines[command][2:].decode("utf-8", "replace") if command is not None else "",
        total_lines=candidates.total,
        blank=frozenset(_beside(shown, blank, candidates)),
        hidden=hidden,
        blocks=as_blocks(blocks, lines),
        evidence=_evidence(row, shown, scores, features, known),
        notes=(
            *(() if pattern or not shown else (_UNKNOWN,)),
            *(one.note for one in hidden),
            *untrusted.notes(refused),
        ),
    )


def _demoted(scores: Sequence[float], features: Features) -> list[float]:
    ids = {row: pattern.id for row, pattern in features.patterns.items()}
    return demote_repeats(scores, features.forms, ids, SelectionPolicy())


def _cause_block(features: Features, scores: Sequence[float]) -> set[int]:
    """Rows of the best line's block, and of that of the best line that a tool's own pattern for a cause knows where an
    untrusted pattern made another line the best."""
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


def _known(features: Features, baseline: bytes | None, command: int | None) -> list[_Knowledge]:
    shared = shared_rows(features.candidates.lines, baseline) if baseline else frozenset()
    user_defined = frozenset(
        row for row, pattern in features.patterns.items() if pattern.user_defined and pattern.kind == "cause"
    )
    cause = frozenset(
        row for row, one in features.patterns.items() if one.kind == "cause" and one.place != GENERIC_FILE
    )
    return [
        _Knowledge("a tool's own words for a cause", _CAUSE, cause),
        _Knowledge(_IN_GREEN, _SHARED_WITH_GREEN, shared, doubtful=True),
        _Knowledge("a pattern of your own", _OWN, user_defined),
        _Knowledge(
            "printed before the command that failed",
            _EARLIER_COMMAND,
            _of_earlier_commands(features, command),
            doubtful=True,
        ),
        _Knowledge("says that something failed, not why", _SAYS_NO_REASON, _without_reason(features)),
        _Knowledge(
            "printed by a test that passed", _PASSED, lines_of_passed_tests(features.candidates.lines), doubtful=True
        ),
    ]


def _without_reason(features: Features) -> frozenset[int]:
    """Return the rows of wrappers, stack frames and lines without a word."""
    return frozenset(row for name in WITHOUT_REASON for row in positions(features[name]))


def _naming_scores(scores: Sequence[float], features: Features) -> list[float]:
    """Return the scores for choosing a title: where nothing better is near, a wrapper names the failure."""
    wrappers = _without_reason(features)
    return [score - _SAYS_NO_REASON if row in wrappers else score for row, score in enumerate(scores)]


def _of_earlier_commands(features: Features, command: int | None) -> frozenset[int]:
    """Rows before the last command of a step's trace (a step ends with the command that fails), if it printed any."""
    if command is None or not any(line.strip() for line in features.candidates.lines[command + 1 :]):
        return frozenset()
    return frozenset(range(command))


def _naming_candidate(shown: list[int], scores: list[float], features: Features, catalogue: Catalogue) -> int | None:
    """The row that names the failure: the best near the top that a tool's pattern for a cause knows, else a generic one
    for a cause, else one for a symptom; a mere wrapper ("ended with 1") only where its line is the best."""
    near = [row for row in shown if scores[row] >= scores[shown[0]] - _BESIDE_THE_BEST]
    known = [
        (pattern, row)
        for row in near
        if (pattern := features.patterns.get(row)) and (row == shown[0] or pattern.category != "unknown")
    ]
    if not known:
        return None
    best, its_row = min(
        known, key=lambda one: (one[0].kind == "symptom", not one[0].user_defined, one[0].place == GENERIC_FILE)
    )
    equal = {
        pattern: row
        for pattern, row in reversed(known)
        if (pattern.place, pattern.kind) == (best.place, best.kind) and scores[row] >= scores[its_row] - _EQUAL
    }
    pattern = next(pattern for pattern in catalogue.patterns if pattern in equal)  # what is special comes first there
    row = equal[pattern]
    group_failures = [
        other for other in shown if features.patterns.get(other) is pattern and abs(other - row) <= LONGEST
    ]
    first = min(group_failures) if pattern.place != GENERIC_FILE else row  # a tool's list begins with its first entry
    return min(_headings(pattern, first, shown, features), default=first)


def _headings(pattern: Pattern, row: int, shown: list[int], features: Features) -> Iterator[int]:
    """Rows of causes whose block `row` stands in.

    A test's failure is so named by the test and not by the exception, but a missing service within it by the service.
    """
    lines = features.candidates.lines
    mine = block(pattern, row, lines)
    for other in shown:
        heading = features.patterns.get(other)
        if not heading or heading is pattern or heading.kind == "symptom" or heading.place == GENERIC_FILE:
            continue
        plain = not pattern.user_defined and pattern.category in (heading.category, "code", "test", "unknown")
        if plain and row in block(heading, other, lines) and not (other > row and other in mine):
            yield other


def _line(row: int, score: float, features: Features, why: str) -> Line:
    pattern = features.patterns.get(row)
    return Line(
        number=features.candidates.numbers[row],
        text=features.candidates.lines[row].decode("utf-8", "replace"),
        kind="cause" if score > 0 or (pattern and pattern.kind == "cause") else "context",
        why=why,
    )


def _why(row: int, score: float, features: Features, model: Ranker, known: list[_Knowledge]) -> str:
    pattern = features.patterns.get(row)
    reasons = [f"pattern {pattern.id}"] if pattern else []
    reasons += [f"{one.says} {one.weight:+.1f}" for one in known if row in one.rows]
    reasons += [f"{describe_feature(name)} {weight:+.1f}" for name, weight in model.reasons(features, row)[:_REASONS]]
    return f"{score:+.1f} = {'; '.join(reasons)} …"


def _title(row: int | None, features: Features, shown: list[int], scores: list[float]) -> str:
    lines = features.candidates.lines
    if row is not None:
        reason = _reason(row, shown, scores, features)
        return _short(": ".join(features.patterns[one].title_for(lines[one]) for one in (row, *reason)))
    return _short(" ".join(lines[shown[0]].decode("utf-8", "replace").split())) if shown else ""


def _without_lines(hidden: tuple[HiddenLines, ...], exit_code: int | None) -> str:
    origins = " and ".join(one.origin for one in hidden)
    text = f"Every line of the log is hidden by {origins}" if hidden else "The log is empty"
    return text if exit_code is None else f"{text}; the step ended with exit code {exit_code}"


def _reason(row: int, shown: list[int], scores: list[float], features: Features) -> list[int]:
    """A test's name is half the story: the row in its block that best tells what it found, if a pattern knows one."""
    pattern = features.patterns[row]
    if pattern.category != "test" or pattern.kind == "symptom" or pattern.user_defined:
        return []
    inside = block(pattern, row, features.candidates.lines)
    causes = [
        other
        for other in shown
        if other in inside and (one := features.patterns.get(other)) and one.kind == "cause" and one is not pattern
    ]
    return sorted(causes, key=lambda other: -scores[other])[:1]


def _evidence(
    row: int | None, shown: list[int], scores: list[float], features: Features, known: list[_Knowledge]
) -> Evidence | None:
    """Return what identifies the failure, whether or not the log was compared with that of a successful build."""
    if not shown:
        return None
    reason = _reason(row, shown, scores, features) if row is not None else []
    doubted = {other for one in known if one.doubtful and one.says != _IN_GREEN for other in one.rows}
    hidden = {other for other in features.patterns if scores[other] == -inf}
    named = shown[0] if row is None else row
    return evidence(named, reason, features, doubted | hidden, _without_reason(features))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"


def _beside(shown: list[int], blank: set[int], candidates: Candidates) -> Iterator[int]:
    for row in blank.intersection(beside for one in shown for beside in (one - 1, one + 1)):
        yield candidates.numbers[row]


def _category(exit_code: int | None) -> Category:
    return "resource" if exit_code == 137 else "unknown"  # killed from outside: by the memory limit, as a rule
