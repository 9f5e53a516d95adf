"""The last command of a step's trace, as Drone and `sh -x` print it."""

from collections.abc import Sequence

from plugin.extract.regex import regex

_NO_COMMAND = r"^\+ (?:[Aa]ctual|[Ee]xpected|[Rr]eceived|~|\^|CategoryInfo|FullyQualifiedErrorId|where )"
"""Lines of diffs and of PowerShell's error messages that start with a plus as well."""
_BEFORE_NO_COMMAND = r"^(?:-|@@|\+\+\+ |\+ {2,}|At .+:\d+)"
"""A line of a diff after which a line that starts with a plus is an added line."""


def last_command(lines: Sequence[bytes]) -> int | None:
    """Return the row of the last command, or None if the log has no trace."""
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
