"""Takes the lines of a log, gives the last command of a step's trace, as Drone and `sh -x` print it."""

from collections.abc import Sequence

from plugin.extract.expressions import regex

_TRACED = r"^\+ \S"
_NO_COMMAND = r"^\+ (?:[Aa]ctual|[Ee]xpected|[Rr]eceived|~|\^|CategoryInfo|FullyQualifiedErrorId|where )"
"""Heads of comparisons and of PowerShell's messages, whose lines begin with a plus as well."""
_BEFORE_NO_COMMAND = r"^(?:-|@@|\+\+\+ |\+ {2,}|At .+:\d+)"
"""A line of a comparison: what is added follows what is taken away."""


def last_command(lines: Sequence[bytes]) -> int | None:
    """Its row; None where the log has no trace."""
    traced, other, before = regex(_TRACED).search, regex(_NO_COMMAND).search, regex(_BEFORE_NO_COMMAND).search
    row = len(lines) - 1
    while row >= 0:
        if not traced(lines[row]) or other(lines[row]):
            row -= 1
            continue
        above = row - 1
        while above >= 0 and traced(lines[above]):
            above -= 1
        if above < 0 or not (before(lines[above]) or other(lines[above + 1])):
            return row
        row = above
    return None
