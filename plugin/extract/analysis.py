"""Takes a clean log, gives its excerpt: chooses the lines to look at, scores them, shows the best, names the cause."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

from plugin.extract import untrusted
from plugin.extract.baseline import shared_rows
from plugin.extract.blocks import LONGEST, block
from plugin.extract.catalogue import LAST, Catalogue, Pattern, built_in
from plugin.extract.columns import Columns
from plugin.extract.excerpt import Category, Excerpt, HiddenLines, Line
from plugin.extract.ignore import hide
from plugin.extract.passed import passed
from plugin.extract.select import Rule, ranked, thinned
from plugin.extract.trace import last_command
from plugin.extract.trees import Ranker, ranker
from plugin.extract.view import View, view
from plugin.extract.words import in_words
from plugin.logs.parts import Parts

_SHARED_WITH_GREEN = -6.0
_OWN = 8.0
_CAUSE = 1.5
_EARLIER_COMMAND = -3.0
_PASSED = -4.0
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


def analysis(
    log: bytes | Parts,
    *,
    max_lines: int,
    exit_code: int | None,
    baseline: bytes | None,
    catalogue: Catalogue | None,
    explain: bool = False,
    model: Ranker | None = None,
) -> Excerpt:
    """See `plugin.extract.analyze`."""
    catalogue = catalogue or built_in()
    looked_at = view(log, catalogue.own_words)
    refused = untrusted.too_general(catalogue, looked_at)
    columns = Columns(looked_at, catalogue, refused)
    model = model or ranker()
    command = last_command(looked_at.lines)
    known = _known(columns, baseline, command)
    blank = {row for row, line in enumerate(looked_at.lines) if not line.strip()}
    scores = [
        -inf if row in blank else score + sum(one.weight for one in known if row in one.rows)
        for row, score in enumerate(model.scores(columns))
    ]
    complete = len(looked_at.lines) == looked_at.total
    scores, hidden = hide(scores, looked_at.lines, catalogue, partial(_cause_block, columns), complete=complete)
    shown = _ranked(scores, columns, max_lines, blank)
    doubted = {row for one in known if one.weight < 0 for row in one.rows}
    row = _speaker([row for row in shown if row not in doubted] or shown, scores, columns, catalogue)
    pattern = columns.patterns.get(row) if row is not None else None
    return Excerpt(
        ranked=tuple(looked_at.numbers[row] for row in shown),
        lines=tuple(
            _line(row, scores[row], columns, _why(row, scores[row], columns, model, known) if explain else "")
            for row in sorted(shown)
        ),
        title=_title(row, columns, shown, scores) or _without_lines(hidden, exit_code),
        pattern=pattern.id if pattern else None,
        pattern_origin=pattern.place if pattern and pattern.untrusted else "",
        hint=pattern.advice(looked_at.lines[row]) if pattern and row is not None else "",
        category=pattern.category if pattern else _category(exit_code),
        command=looked_at.lines[command][2:].decode("utf-8", "replace") if command is not None else "",
        total_lines=looked_at.total,
        blank=frozenset(_beside(shown, blank, looked_at)),
        hidden=hidden,
        notes=(
            *(() if pattern or not shown else (_UNKNOWN,)),
            *(one.note for one in hidden),
            *untrusted.notes(refused),
        ),
    )


def _ranked(scores: Sequence[float], columns: Columns, most: int, blank: Container[int] = ()) -> list[int]:
    ids = {row: pattern.id for row, pattern in columns.patterns.items()}
    return ranked(thinned(scores, columns.forms, ids, Rule()), most, Rule(), blank)


def _cause_block(columns: Columns, scores: Sequence[float]) -> set[int]:
    """Rows of the best line's block, and of that of the best line that a tool's own pattern for a cause knows where an
    untrusted pattern made another line the best."""
    best = _ranked(scores, columns, 1)[:1]
    if best and best[0] in columns.patterns and columns.patterns[best[0]].untrusted:
        known = (
            row for row, one in columns.patterns.items() if not one.own and one.kind == "cause" and one.place != LAST
        )
        best += sorted((row for row in known if scores[row] > -inf), key=lambda row: -scores[row])[:1]
    blocks = (block(columns.patterns[row], row, columns.view.lines) for row in best if row in columns.patterns)
    return set(best).union(*blocks)


def _known(columns: Columns, baseline: bytes | None, command: int | None) -> list[_Knowledge]:
    shared = shared_rows(columns.view.lines, baseline) if baseline else frozenset()
    own = frozenset(row for row, pattern in columns.patterns.items() if pattern.own and pattern.kind == "cause")
    cause = frozenset(row for row, one in columns.patterns.items() if one.kind == "cause" and one.place != LAST)
    return [
        _Knowledge("a tool's own words for a cause", _CAUSE, cause),
        _Knowledge("also in the green log", _SHARED_WITH_GREEN, shared),
        _Knowledge("a pattern of your own", _OWN, own),
        _Knowledge("printed before the command that failed", _EARLIER_COMMAND, _of_earlier_commands(columns, command)),
        _Knowledge("printed by a test that passed", _PASSED, passed(columns.view.lines)),
    ]


def _of_earlier_commands(columns: Columns, command: int | None) -> frozenset[int]:
    """Rows before the last command of a step's trace (a step ends with the command that fails), if it printed any."""
    if command is None or not any(line.strip() for line in columns.view.lines[command + 1 :]):
        return frozenset()
    return frozenset(range(command))


def _speaker(shown: list[int], scores: list[float], columns: Columns, catalogue: Catalogue) -> int | None:
    """The row that names the failure: the best near the top that a tool's pattern for a cause knows, else a generic one
    for a cause, else one for a symptom; a mere wrapper ("ended with 1") only where its line is the best."""
    near = [row for row in shown if scores[row] >= scores[shown[0]] - _BESIDE_THE_BEST]
    known = [
        (pattern, row)
        for row in near
        if (pattern := columns.patterns.get(row)) and (row == shown[0] or pattern.category != "unknown")
    ]
    if not known:
        return None
    best, its_row = min(known, key=lambda one: (one[0].kind == "symptom", not one[0].own, one[0].place == LAST))
    equal = {
        pattern: row
        for pattern, row in reversed(known)
        if (pattern.place, pattern.kind) == (best.place, best.kind) and scores[row] >= scores[its_row] - _EQUAL
    }
    pattern = next(pattern for pattern in catalogue.patterns if pattern in equal)  # what is special comes first there
    row = equal[pattern]
    alike = [other for other in shown if columns.patterns.get(other) is pattern and abs(other - row) <= LONGEST]
    first = min(alike) if pattern.place != LAST else row  # a tool's list begins with its first entry
    return min(_headings(pattern, first, shown, columns), default=first)


def _headings(pattern: Pattern, row: int, shown: list[int], columns: Columns) -> Iterator[int]:
    """Rows of causes whose block `row` stands in.

    A test's failure is so named by the test and not by the exception, but a missing service within it by the service.
    """
    lines = columns.view.lines
    mine = block(pattern, row, lines)
    for other in shown:
        heading = columns.patterns.get(other)
        if not heading or heading is pattern or heading.kind == "symptom" or heading.place == LAST:
            continue
        plain = not pattern.own and pattern.category in (heading.category, "code", "test", "unknown")
        if plain and row in block(heading, other, lines) and not (other > row and other in mine):
            yield other


def _line(row: int, score: float, columns: Columns, why: str) -> Line:
    pattern = columns.patterns.get(row)
    return Line(
        number=columns.view.numbers[row],
        text=columns.view.lines[row].decode("utf-8", "replace"),
        kind="cause" if score > 0 or (pattern and pattern.kind == "cause") else "context",
        why=why,
    )


def _why(row: int, score: float, columns: Columns, model: Ranker, known: list[_Knowledge]) -> str:
    pattern = columns.patterns.get(row)
    reasons = [f"pattern {pattern.id}"] if pattern else []
    reasons += [f"{one.says} {one.weight:+.1f}" for one in known if row in one.rows]
    reasons += [f"{in_words(name)} {weight:+.1f}" for name, weight in model.reasons(columns, row)[:_REASONS]]
    return f"{score:+.1f} = {'; '.join(reasons)} …"


def _title(row: int | None, columns: Columns, shown: list[int], scores: list[float]) -> str:
    lines = columns.view.lines
    if row is not None:
        reason = _reason(row, shown, scores, columns)
        return _short(": ".join(columns.patterns[one].title_for(lines[one]) for one in (row, *reason)))
    return _short(" ".join(lines[shown[0]].decode("utf-8", "replace").split())) if shown else ""


def _without_lines(hidden: tuple[HiddenLines, ...], exit_code: int | None) -> str:
    origins = " and ".join(one.origin for one in hidden)
    text = f"Every line of the log is hidden by {origins}" if hidden else "The log is empty"
    return text if exit_code is None else f"{text}; the step ended with exit code {exit_code}"


def _reason(row: int, shown: list[int], scores: list[float], columns: Columns) -> list[int]:
    """A test's name is half the story: the row in its block that best tells what it found, if a pattern knows one."""
    pattern = columns.patterns[row]
    if pattern.category != "test" or pattern.kind == "symptom" or pattern.own:
        return []
    inside = block(pattern, row, columns.view.lines)
    causes = [
        other
        for other in shown
        if other in inside and (one := columns.patterns.get(other)) and one.kind == "cause" and one is not pattern
    ]
    return sorted(causes, key=lambda other: -scores[other])[:1]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"


def _beside(shown: list[int], blank: set[int], looked_at: View) -> Iterator[int]:
    for row in blank.intersection(beside for one in shown for beside in (one - 1, one + 1)):
        yield looked_at.numbers[row]


def _category(exit_code: int | None) -> Category:
    return "resource" if exit_code == 137 else "unknown"  # killed from outside: by the memory limit, as a rule
