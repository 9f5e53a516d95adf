"""Blocks: the lines that belong to a line that a pattern matches, from the pattern's `start` to its `until`."""

from collections.abc import Sequence

from plugin.extract.catalogue import Pattern
from plugin.extract.regex import regex

LONGEST = 60
"""Maximum number of lines of a block above and below the matching line."""


def block(pattern: Pattern, row: int, lines: Sequence[bytes]) -> range:
    """Return the rows of the block around `row`. An end that is not found within `LONGEST` lines is `row` itself."""
    above = range(row - 1, max(-1, row - 1 - LONGEST), -1)
    below = range(row + 1, min(len(lines), row + 1 + LONGEST))
    return range(_first(pattern.start, above, lines, row), _first(pattern.until, below, lines, row) + 1)


def _first(expression: str, rows: range, lines: Sequence[bytes], default: int) -> int:
    if not expression:
        return default
    search = regex(expression).search
    return next((row for row in rows if search(lines[row])), default)
