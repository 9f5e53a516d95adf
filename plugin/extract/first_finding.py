"""The first of several findings: what a list of them is named by, and what a reader meets first."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf

from plugin.extract.catalogue import GENERIC_FILE, Pattern
from plugin.extract.diagnostics import Diagnostics
from plugin.extract.finding import ERROR, Finding

_BESIDE = 2.5
"""Log-odds below the best finding within which another one can be the first."""
_LEAD = 0.1
"""Log-odds by which the first finding stands above the best of the others."""


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
    scores: Sequence[float], start: int, diagnostics: Diagnostics, patterns: Mapping[int, Pattern]
) -> Mapping[int, float]:
    """Return the first finding's row with the log-odds that it lacks to lead, if the best row is one of several.

    Rows above `start` do not count.
    """
    best = max(range(len(scores)), key=lambda row: scores[row], default=0)
    if not scores or scores[best] == -inf or not diagnostics.read(best):
        return {}
    rows = [row for row in range(start, len(scores)) if scores[row] >= scores[best] - _BESIDE]
    first = first_finding(best, rows, diagnostics.in_rows({*rows, best}), patterns)
    return {} if first == best else {first: scores[best] - scores[first] + _LEAD}


def _is_generic(pattern: Pattern | None) -> bool:
    return pattern is None or pattern.place == GENERIC_FILE
