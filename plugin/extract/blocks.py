"""Takes a line that a pattern knows, gives the lines that belong to it: from the pattern's `start` to its `until`."""

from collections.abc import Sequence

from plugin.extract.catalogue import Pattern
from plugin.extract.regex import regex

LONGEST = 60
"""Lines that a block may reach up or down."""


def block(pattern: Pattern, row: int, lines: Sequence[bytes]) -> range:
    """The rows of the block around `row`; an end that is not found within reach is `row` itself."""
    above = range(row - 1, max(-1, row - 1 - LONGEST), -1)
    below = range(row + 1, min(len(lines), row + 1 + LONGEST))
    return range(_first(pattern.start, above, lines, row), _first(pattern.until, below, lines, row) + 1)


def _first(expression: str, rows: range, lines: Sequence[bytes], otherwise: int) -> int:
    if not expression:
        return otherwise
    search = regex(expression).search
    return next((row for row in rows if search(lines[row])), otherwise)
