"""Find given secret values in a text, in every spelling, also where line wraps split them.

The cost of a value does not grow with its length: only a short piece of each spelling, an anchor, is searched for. Where one
is found, the text around it is compared with the spellings.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from plugin.logs.anchors import WIDTH, Anchors, anchors_of
from plugin.logs.expressions import expression
from plugin.logs.spellings import spellings
from plugin.logs.windows import Hit, Windows

_MOST_IN_AUTOMATON = 3_000
"""Anchors; with so many, RE2 does not fill its memory whatever the text."""
_WORDS_TOGETHER = 500
"""Short spellings in one expression."""
_WORD = re.compile(rb"\w")

Span = tuple[int, int]
"""A place in a text: start and end."""


class Values:
    """Secret values, each of one line, prepared for the search.

    A spelling of less than eight bytes counts only as a word of its own, and not over a line wrap.
    """

    def __init__(self, values: Iterable[str]) -> None:
        values = sorted(set(values))
        short = {word for value in values if len(value) < WIDTH for word in spellings(value) if len(word) < WIDTH}
        words = sorted(short, key=lambda word: (-len(word), word))
        batches = (words[at : at + _WORDS_TOGETHER] for at in range(0, len(words), _WORDS_TOGETHER))
        self._words = [expression(b"|".join(map(_as_word, batch))) for batch in batches]
        self._search = _search(values)

    def spans(self, text: bytes) -> list[Span]:
        """Return where the values stand in the text, in order, not overlapping."""
        found = [hit.span() for words in self._words for hit in words.finditer(text)]
        if self._search:
            lines = [line.lstrip(b" \t") for line in text.split(b"\n")]
            joined = b"".join(lines)
            found += _in_text(text, lines, [span for hit in self._search.hits(joined) for span in _around(joined, hit)])
        return list(_merged(sorted(found)))


class _Search(Protocol):
    def hits(self, text: bytes) -> Iterator[Hit]: ...


class _Automaton:
    """All anchors in one expression."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._expression = expression(b"|".join(map(re.escape, sorted(anchors))))

    def hits(self, text: bytes) -> Iterator[Hit]:
        at = 0
        while hit := self._expression.search(text, at):
            yield hit.start(), hit[0], self._anchors[hit[0]]
            at = hit.start() + 1


def _search(values: Sequence[str]) -> _Search | None:
    if len(values) > _MOST_IN_AUTOMATON:
        return Windows(values)
    anchors = anchors_of(values)
    if len(anchors) > _MOST_IN_AUTOMATON:
        return Windows(values)
    return _Automaton(anchors) if anchors else None


def _as_word(spelled: bytes) -> bytes:
    before, after = (rb"\b" if _WORD.match(edge) else b"" for edge in (spelled[:1], spelled[-1:]))
    return before + re.escape(spelled) + after


def _around(text: bytes, hit: Hit) -> Iterator[Span]:
    """Where spellings of the anchor's values stand around the anchor."""
    start, anchor, values = hit
    for value in values:
        for spelled in spellings(value):
            at = spelled.find(anchor)
            while at >= 0:
                first = start - at
                if first >= 0 and text.startswith(spelled, first):
                    yield first, first + len(spelled)
                at = spelled.find(anchor, at + 1)


def _in_text(text: bytes, lines: Sequence[bytes], spans: Sequence[Span]) -> Iterator[Span]:
    """The places in the text, of whose lines, without indentation, the places are known."""
    if not spans:
        return
    whole = text.split(b"\n")
    starts = [0, *accumulate(map(len, lines))]
    ends = list(accumulate(len(line) + 1 for line in whole))

    def moved(place: int) -> int:
        line = bisect_right(starts, place) - 1
        return ends[line] - 1 - (starts[line + 1] - place)

    yield from ((moved(start), moved(end - 1) + 1) for start, end in spans)


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans that overlap become one."""
    current: Span | None = None
    for span in spans:
        if current and span[0] < current[1]:
            current = current[0], max(current[1], span[1])
            continue
        if current:
            yield current
        current = span
    if current:
        yield current
