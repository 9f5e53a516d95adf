"""Choice of the expressions that can match a text, by literals that their matches contain.

Compiling hundreds of expressions takes longer than searching a small log for their literals.
"""

import sys
from collections.abc import Collection, Iterable, Iterator

_WIDTH = 4
"""Bytes of a gram: the size of an item of a memory view of unsigned integers."""


class LiteralIndex:
    """Index of expressions by their literals.

    Each expression has literals of which every match contains one. With `ignore_case`, the literals are in lower case
    and the text may be in any. An expression without literals can match any text.
    """

    def __init__(self, literals: Iterable[Collection[str]], *, ignore_case: bool = True) -> None:
        self._ignore_case = ignore_case
        self._always: set[int] = set()
        self._short: list[tuple[bytes, int]] = []
        self._by_gram: dict[int, list[tuple[bytes, int]]] = {}
        for index, alternatives in enumerate(literals):
            if not alternatives:
                self._always.add(index)
            for literal in map(str.encode, alternatives):
                gram = literal[:_WIDTH]
                entries = self._by_gram.setdefault(_number(gram), []) if len(gram) == _WIDTH else self._short
                entries.append((literal, index))
        self._grams = frozenset(self._by_gram)

    def possible(self, text: bytes) -> frozenset[int]:
        """Return the indexes of the expressions that can match in the text. Linear in its size."""
        text = text.lower() if self._ignore_case else text
        grams = frozenset[int]().union(*self._present_grams(text))
        candidates = (entry for gram in grams for entry in self._by_gram[gram])
        return frozenset(
            index for entries in (candidates, self._short) for literal, index in entries if literal in text
        ).union(self._always)

    def _present_grams(self, text: bytes) -> Iterator[frozenset[int]]:
        view = memoryview(text)
        for offset in range(min(_WIDTH, len(text))):
            size = (len(text) - offset) // _WIDTH * _WIDTH
            yield self._grams.intersection(view[offset : offset + size].cast("I"))


def _number(gram: bytes) -> int:
    return int.from_bytes(gram, sys.byteorder)
