"""Search for thousands of anchors: a table of eight-byte windows in which the text is looked up step by step.

An automaton for so many anchors would need unbounded memory.
"""

import struct
from collections.abc import Collection, Iterable, Iterator

from plugin.logs.redact.anchors import WIDTH, anchors_of

_MOST_ENTRIES = 160_000
"""Maximum number of entries of a table, of about 100 bytes each."""
_FORMS = 6
"""Number of anchors that a value usually has."""

Hit = tuple[int, bytes, Collection[str]]
"""The offset of an anchor in a text, the anchor, and the values that may contain it."""


class Windows:
    """Anchors of values, prepared for the search.

    A value of two windows or more has one entry for each byte of a step, so that the text can be read in steps as wide
    as a window, unless the table would become too large.
    """

    def __init__(self, values: Iterable[str]) -> None:
        wide: list[str] = []
        narrow: list[str] = []
        for value in values:
            (wide if len(value) >= 2 * WIDTH else narrow).append(value)
        if len(wide) * _FORMS * WIDTH > _MOST_ENTRIES:
            wide, narrow = [], wide + narrow
        self._tables = [(step, _table(group, step)) for step, group in ((WIDTH, wide), (1, narrow)) if group]

    def regions(self, text: bytes) -> Iterable[tuple[int, int]]:
        """Return one span: the whole text."""
        return ((0, len(text)),)

    def hits(self, text: bytes) -> Iterator[Hit]:
        """Yield the anchors in the text."""
        for step, table in self._tables:
            for first in range(0, WIDTH, step):
                piece = memoryview(text)[first : first + (len(text) - first) // WIDTH * WIDTH]
                windows = piece.cast("Q")
                if table.keys().isdisjoint(windows):  # the usual case, without a loop in Python
                    continue
                for number, window in enumerate(windows):
                    if window in table:
                        yield first + number * WIDTH, struct.pack("Q", window), table[window]


def _table(values: Collection[str], step: int) -> dict[int, Collection[str]]:
    table: dict[int, Collection[str]] = {}
    for region, owners in anchors_of(values, WIDTH + step - 1).items():
        for offset in range(step):
            (window,) = struct.unpack_from("Q", region, offset)
            table[window] = (*table[window], *owners) if window in table else owners
    return table
