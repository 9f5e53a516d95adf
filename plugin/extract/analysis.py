"""Takes a clean log, gives its excerpt: chooses the lines to look at, scores them, shows the best, names the cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from plugin.extract.baseline import shared_rows
from plugin.extract.blocks import LONGEST, block
from plugin.extract.catalogue import LAST, Catalogue, Pattern, built_in
from plugin.extract.columns import Columns
from plugin.extract.excerpt import Category, Excerpt, Line
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
    columns = Columns(looked_at, catalogue)
    model = model or ranker()
    command = last_command(looked_at.lines)
    known = _known(columns, baseline, command)
    blank = {row for row, line in enumerate(looked_at.lines) if not line.strip()}
    scores = [
        -inf if row in blank or catalogue.ignored(line) else score + sum(one.weight for one in known if row in one.rows)
        for row, (line, score) in enumerate(zip(looked_at.lines, model.scores(columns), strict=True))
    ]
    ids = {row: pattern.id for row, pattern in columns.patterns.items()}
    shown = ranked(thinned(scores, columns.forms, ids, Rule()), max_lines, Rule(), blank)
    doubted = {row for one in known if one.weight < 0 for row in one.rows}
    row = _speaker([row for row in shown if row not in doubted] or shown, scores, columns, catalogue)
    pattern = columns.patterns.get(row) if row is not None else None
    return Excerpt(
        ranked=tuple(looked_at.numbers[row] for row in shown),
        lines=tuple(
            _line(row, scores[row], columns, _why(row, scores[row], columns, model, known) if explain else "")
            for row in sorted(shown)
        ),
        title=_title(row, columns, shown, scores, exit_code),
        pattern=pattern.id if pattern else None,
        hint=pattern.advice(looked_at.lines[row]) if pattern and row is not None else "",
        category=pattern.category if pattern else _category(exit_code),
        command=looked_at.lines[command][2:].decode("utf-8", "replace") if command is not None else "",
        total_lines=looked_at.total,
        blank=frozenset(_beside(shown, blank, looked_at)),
        notes=() if pattern or not shown else (_UNKNOWN,),
    )


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


def _title(row: int | None, columns: Columns, shown: list[int], scores: list[float], exit_code: int | None) -> str:
    lines = columns.view.lines
    if row is not None:
        reason = _reason(row, shown, scores, columns)
        told = [columns.patterns[one].told(columns.patterns[one].title, lines[one]) for one in (row, *reason)]
        return _short(": ".join(told))
    text = " ".join(lines[shown[0]].decode("utf-8", "replace").split()) if shown else ""
    if text:
        return _short(text)
    return "The log is empty" if exit_code is None else f"The log is empty; the step ended with exit code {exit_code}"


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
