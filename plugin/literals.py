"""Choice of the expressions that can match a text, by literals that their matches contain.

Compiling hundreds of expressions takes longer than searching a small log for their literals.
"""

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
        groups = [[literal.encode() for literal in alternatives] for alternatives in literals]
        self._always = [index for index, alternatives in enumerate(groups) if not alternatives]
        entries = [(literal, index) for index, alternatives in enumerate(groups) for literal in alternatives]
        self._short = [entry for entry in entries if len(entry[0]) < _WIDTH]
        long = [entry for entry in entries if len(entry[0]) >= _WIDTH]
        middle = _WIDTH // 2
        grams = (
            _numbers(b"".join([literal[:_WIDTH] for literal, _ in long])),
            _numbers(b"".join([literal[len(literal) // 2 - middle :][:_WIDTH] for literal, _ in long])),
            _numbers(b"".join([literal[-_WIDTH:] for literal, _ in long])),
        )
        self._by_first_gram: dict[int, list[tuple[int, int, bytes, int]]] = {}
        for first, second, last, (literal, index) in zip(*grams, long, strict=True):
            self._by_first_gram.setdefault(first, []).append((second, last, literal, index))
        self._grams = frozenset[int]().union(*grams)

    def possible(self, text: bytes) -> frozenset[int]:
        """Return the indexes of the expressions that can match in the text. Linear in its size."""
        text = text.lower() if self._ignore_case else text
        found = {*self._always, *(index for literal, index in self._short if literal in text)}
        grams = frozenset[int]().union(*self._present_grams(text))
        for first in grams.intersection(self._by_first_gram):
            for second, last, literal, index in self._by_first_gram[first]:
                if second in grams and last in grams and index not in found and literal in text:
                    found.add(index)
        return frozenset(found)

    def _present_grams(self, text: bytes) -> Iterator[frozenset[int]]:
        for offset in range(min(_WIDTH, len(text))):
            yield self._grams.intersection(_numbers(text, offset))


def _numbers(text: bytes, offset: int = 0) -> "memoryview[int]":
    """Return the whole grams of the text from `offset` on as numbers, faster than any loop."""
    size = (len(text) - offset) // _WIDTH * _WIDTH
    return memoryview(text)[offset : offset + size].cast("I")
