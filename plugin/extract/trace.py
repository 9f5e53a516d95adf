"""Takes the lines of a log, gives the last command of a step's trace, as Drone and `sh -x` print it."""

from collections.abc import Sequence

from plugin.extract.regex import regex

_NO_COMMAND = r"^\+ (?:[Aa]ctual|[Ee]xpected|[Rr]eceived|~|\^|CategoryInfo|FullyQualifiedErrorId|where )"
"""Heads of comparisons and of PowerShell's messages, whose lines begin with a plus as well."""
_BEFORE_NO_COMMAND = r"^(?:-|@@|\+\+\+ |\+ {2,}|At .+:\d+)"
"""A line of a comparison: what is added follows what is taken away."""


def last_command(lines: Sequence[bytes]) -> int | None:
    """Its row; None where the log has no trace."""
    other, before = regex(_NO_COMMAND).search, regex(_BEFORE_NO_COMMAND).search
    row = len(lines) - 1
    while row >= 0:
        if not _traced(lines[row]) or other(lines[row]):
            row -= 1
            continue
        above = row - 1
        while above >= 0 and _traced(lines[above]):
            above -= 1
        if above < 0 or not (before(lines[above]) or other(lines[above + 1])):
            return row
        row = above
    return None


def _traced(line: bytes) -> bool:
    return line[:2] == b"+ " and line[2:3].strip() != b""
