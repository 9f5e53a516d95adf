"""The first of several findings: what a list of them is named by, and what a reader meets first."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from plugin.extract.catalogue import Pattern
from plugin.extract.diagnostics import Diagnostics
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Title
from plugin.extract.finding import ERROR, UNRATED, WARNING, Finding
from plugin.extract.first_entry import first_entry
from plugin.extract.forms import load_forms, matches
from plugin.extract.tables import table_entry
from plugin.frozen import frozen

_BESIDE = 5.0
"""Log-odds below the best finding within which another one can be the first."""
_LEAD = 0.1
"""Log-odds by which the first finding stands above the best of the others."""


@frozen
class Lead:
    """The row that is to lead, and the log-odds that it lacks to do so."""

    row: int
    weight: float
    finding: Finding | None = None
    of: str = "findings"
    """What it is the first of."""


def first_finding(
    row: int, rows: Iterable[int], findings: Mapping[int, Finding], patterns: Mapping[int, Pattern]
) -> int:
    """Return the first of the findings of the highest severity among `rows` that are of the kind of that in `row`.

    Those are diagnostics that match the same pattern, or no pattern of a tool.
    """
    finding, pattern = findings.get(row), patterns.get(row)
    if not finding or finding.kind != "diagnostic" or (pattern and pattern.user_defined):
        return row
    similar = [
        other
        for other in rows
        if (one := findings.get(other))
        and one.kind == "diagnostic"
        and one.row == other
        and (patterns.get(other) is pattern or (_is_generic(pattern) and _is_generic(patterns.get(other))))
    ]
    return min(similar, key=lambda other: (-min(ERROR, findings[other].severity), other), default=row)


def lead_of_first(
    scores: Sequence[float],
    start: int,
    diagnostics: Diagnostics,
    patterns: Mapping[int, Pattern],
    recognized: Mapping[int, Finding],
) -> Lead | None:
    """Return the first finding, which lacks some log-odds to lead; None if it leads already, or there is none.

    It leads where the best row is one of several findings, or where nothing is known of the best row and findings are
    near. Rows above `start` do not count.
    """
    top = _best_row(scores)
    if not scores or scores[top] == -inf:
        return None
    near = _near(scores, scores[top], start)
    findings = diagnostics.in_rows({*near, top})
    best = top if top in findings else _best_finding(top, scores, findings, patterns, diagnostics)
    if best is None:
        known = top in patterns or (top in recognized and recognized[top].kind != "diagnostic")
        entry = _entry(top, start, diagnostics, known=known)
        return Lead(entry.row, max(0.0, scores[top] - scores[entry.row] + _LEAD), entry) if entry else None
    findings = diagnostics.in_rows({*_near(scores, scores[best], start), best})
    first = first_finding(best, sorted(row for row in findings if row >= start), findings, patterns)
    return None if first == top else Lead(first, scores[top] - scores[first] + _LEAD, findings[first])


def lead_of_title(title: Title, shown: Sequence[int], scores: Sequence[float]) -> Lead | None:
    """Return the row of a linter's or compiler's finding that the title was taken from, if that does not lead yet."""
    row, pattern, finding = title.row, title.pattern, title.finding
    if row is None or not shown or row == shown[0] or scores[row] == -inf or (pattern and pattern.user_defined):
        return None
    found = finding is not None and finding.kind == "diagnostic" and finding.row == row
    listed = pattern is not None and (
        pattern.category == "lint" or (pattern.category == "dependency" and pattern.detail)
    )
    return Lead(row, max(scores) - scores[row] + _LEAD) if found or listed else None


def _entry(row: int, start: int, diagnostics: Diagnostics, *, known: bool) -> Finding | None:
    """Return the first entry of a checker's table or list; for a row that is known otherwise, only below a count."""
    forms = load_forms("title.yaml")
    if known and not any(matches(forms[name], diagnostics.lines[row]) for name in ("count", "summary", "trailer")):
        return None
    linted = diagnostics.checked(row)
    entry = table_entry(row, start, diagnostics.lines, linted=linted)
    return entry or (first_entry(row, start, diagnostics.lines) if linted and not known else None)


def first_failed_test(scores: Sequence[float], start: int, patterns: Mapping[int, Pattern]) -> Lead | None:
    """Return the first of several failed tests, which lacks some log-odds to lead.

    None if it leads already, or if the best row is not of a failed test. Rows above `start` do not count.
    """
    top = _best_row(scores)
    pattern = patterns.get(top)
    if pattern is None or pattern.user_defined or pattern.category != "test":
        return None
    first = min(row for row in {*_near(scores, scores[top], start), top} if patterns.get(row) is pattern)
    return None if first == top else Lead(first, scores[top] - scores[first] + _LEAD, of="failed tests")


def _best_row(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=lambda row: scores[row], default=0)


def _near(scores: Sequence[float], best: float, start: int) -> list[int]:
    return [row for row in range(start, len(scores)) if scores[row] >= best - _BESIDE]


def _best_finding(
    top: int,
    scores: Sequence[float],
    findings: Mapping[int, Finding],
    patterns: Mapping[int, Pattern],
    diagnostics: Diagnostics,
) -> int | None:
    """Return the row of the best finding near the top row, None if more than a count of findings is known of that."""
    forms = load_forms("title.yaml")
    counts = any(matches(forms[name], diagnostics.lines[top]) for name in ("count", "summary"))
    if top in patterns and not counts:
        return None
    counts = counts or diagnostics.quotes_source(top)
    messages = {row: one.severity for row, one in findings.items() if one.row == row}
    rated = [row for row, severity in messages.items() if severity >= UNRATED]
    warned = [row for row, severity in messages.items() if severity == WARNING]
    return max(rated or (warned if counts else []), key=lambda row: scores[row], default=None)


def _is_generic(pattern: Pattern | None) -> bool:
    return pattern is None or pattern.place == GENERIC_FILE
