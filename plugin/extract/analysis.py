"""Takes a clean log, gives its excerpt: chooses the lines to look at, scores them, shows the best, names the cause."""

from collections.abc import Iterator
from math import inf

from plugin.extract.baseline import shared_rows
from plugin.extract.blocks import LONGEST, block
from plugin.extract.catalogue import LAST, Catalogue, Pattern, built_in
from plugin.extract.columns import Columns
from plugin.extract.excerpt import Category, Excerpt, Line
from plugin.extract.select import Rule, ranked
from plugin.extract.trees import Ranker, ranker
from plugin.extract.view import View, view

_SHARED_WITH_GREEN = 4.0
"""Log-odds that a line loses when the green run printed it, too."""
_BESIDE_THE_BEST = 3.0
"""Log-odds below the best line within which a pattern's line still names the failure."""
_OWN = 8.0
"""Log-odds that a line gains when a person wrote a pattern for it that names a cause."""
_LONGEST_TITLE = 200
_UNKNOWN = "No known pattern matched; these are the likeliest lines."


def analysis(
    log: bytes,
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
    looked_at = view(log)
    columns = Columns(looked_at, catalogue)
    model = model or ranker()
    shared = shared_rows(looked_at.lines, baseline) if baseline else frozenset()
    own = {row for row, pattern in columns.patterns.items() if pattern.own and pattern.kind == "cause"}
    scores = [
        -inf
        if not line.strip() or catalogue.ignored(line)
        else score - _SHARED_WITH_GREEN * (row in shared) + _OWN * (row in own)
        for row, (line, score) in enumerate(zip(looked_at.lines, model.scores(columns), strict=True))
    ]
    shown = ranked(scores, max_lines, Rule())
    row = _speaker(shown, scores, columns)
    pattern = columns.patterns.get(row) if row is not None else None
    return Excerpt(
        ranked=tuple(looked_at.numbers[row] for row in shown),
        lines=tuple(
            _line(row, scores[row], columns, _why(row, scores[row], columns, model, shared) if explain else "")
            for row in sorted(shown)
        ),
        title=_title(pattern, row, looked_at, shown, exit_code),
        pattern=pattern.id if pattern else None,
        hint=pattern.told(pattern.hint, looked_at.lines[row]) if pattern and row is not None else "",
        category=pattern.category if pattern else _category(exit_code),
        command=_command(looked_at),
        total_lines=looked_at.total,
        notes=() if pattern or not shown else (_UNKNOWN,),
    )


def _speaker(shown: list[int], scores: list[float], columns: Columns) -> int | None:
    """The row that names the failure: the best near the top that a tool's pattern for a cause knows, else a generic one
    for a cause, else one for a symptom."""
    near = [row for row in shown if scores[row] >= scores[shown[0]] - _BESIDE_THE_BEST]
    known = [(pattern, row) for row in near if (pattern := columns.patterns.get(row))]
    if not known:
        return None
    pattern, row = min(known, key=lambda one: (one[0].kind == "symptom", not one[0].own, one[0].place == LAST))
    first = min(other for other in shown if columns.patterns.get(other) is pattern and abs(other - row) <= LONGEST)
    return min([first, *_headings(pattern, first, shown, columns)])


def _headings(pattern: Pattern, row: int, shown: list[int], columns: Columns) -> Iterator[int]:
    """Rows of causes whose block `row` stands in.

    A test's failure is so named by the test and not by the exception, but a missing service within it by the service.
    """
    for other in shown:
        heading = columns.patterns.get(other)
        if not heading or heading is pattern or heading.kind == "symptom" or heading.place == LAST:
            continue
        plain = not pattern.own and pattern.category in (heading.category, "code", "test", "unknown")
        if plain and row in block(heading, other, columns.view.lines):
            yield other


def _line(row: int, score: float, columns: Columns, why: str) -> Line:
    pattern = columns.patterns.get(row)
    return Line(
        number=columns.view.numbers[row],
        text=columns.view.lines[row].decode("utf-8", "replace"),
        kind="cause" if score > 0 or (pattern and pattern.kind == "cause") else "context",
        why=why,
    )


def _why(row: int, score: float, columns: Columns, model: Ranker, shared: frozenset[int]) -> str:
    pattern = columns.patterns.get(row)
    reasons = [f"pattern {pattern.id}"] if pattern else []
    if pattern and pattern.own and pattern.kind == "cause":
        reasons.append(f"a pattern of your own {_OWN:+.1f}")
    if row in shared:
        reasons.append(f"also in the green log {-_SHARED_WITH_GREEN:+.1f}")
    reasons += [f"{name} {weight:+.1f}" for name, weight in model.reasons(columns, row)[:4]]
    return f"score {score:+.1f}: {', '.join(reasons)}"


def _title(pattern: Pattern | None, row: int | None, looked_at: View, shown: list[int], exit_code: int | None) -> str:
    if pattern and row is not None:
        return pattern.told(pattern.title, looked_at.lines[row])
    text = " ".join(looked_at.lines[shown[0]].decode("utf-8", "replace").split()) if shown else ""
    if text:
        return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"
    return "The log is empty" if exit_code is None else f"The log is empty; the step ended with exit code {exit_code}"


def _category(exit_code: int | None) -> Category:
    return "resource" if exit_code == 137 else "unknown"  # killed from outside: by the memory limit, as a rule


def _command(looked_at: View) -> str:
    row = looked_at.last(r"^\+ \S")
    return looked_at.lines[row][2:].decode("utf-8", "replace") if row is not None else ""
