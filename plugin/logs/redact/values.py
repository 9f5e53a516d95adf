"""Search for known secret values in a text, in every printed form, also where line wraps split them.

The cost of a value does not grow with its length: only a short piece of each form, an anchor, is searched for. Then the
text around the anchor is compared with the forms.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Protocol

from plugin.logs.redact.anchors import WIDTH, Anchors, anchors_of
from plugin.logs.redact.encodings import printed_forms
from plugin.logs.redact.regex import expression
from plugin.logs.redact.windows import Hit, Windows

_MOST_IN_AUTOMATON = 3_000
"""Maximum number of anchors in one automaton: with so many, RE2 does not exhaust its memory, whatever the text."""
_MOST_OVER_WRAPS = 500
"""Maximum number of anchors that are searched for over line wraps. With more, the search joins all lines first."""
_AROUND = 16_384
"""Bytes before and after an anchor that are compared: more than the longest form of a value with line wraps."""

Span = tuple[int, int]
"""Start and end of a part of a text."""


class Values:
    """Secret values, each of one line, prepared for the search.

    A form of less than eight bytes is found only as a whole word, and not over a line wrap.
    """

    def __init__(self, values: Iterable[str]) -> None:
        values = sorted(set(values))
        short = {word for value in values if len(value) < WIDTH for word in printed_forms(value) if len(word) < WIDTH}
        self._words = list(_word_expressions(short))
        self._search = _search(values)

    def spans(self, text: bytes) -> list[Span]:
        """Return the spans of the values in the text, in order, not overlapping."""
        spans = [hit.span(1) for words in self._words for hit in words.finditer(text)]
        if self._search:
            for start, end in self._search.regions(text):
                spans += ((start + first, start + last) for first, last in _spans(self._search, text[start:end]))
        return list(_merged(sorted(spans)))


class _Search(Protocol):
    def regions(self, text: bytes) -> Iterable[Span]:
        """Return the spans around anchors, also around those that a line wrap splits."""
        ...

    def hits(self, text: bytes) -> Iterator[Hit]:
        """Yield the anchors in a text without line ends."""
        ...


class _Automaton:
    """One expression for all anchors."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self._expression = expression(b"|".join(map(re.escape, sorted(anchors))))
        wrapped = (rb"(?:\n[ \t]*)?".join(re.escape(bytes([byte])) for byte in anchor) for anchor in sorted(anchors))
        self._over_wraps = expression(b"|".join(wrapped)) if len(anchors) <= _MOST_OVER_WRAPS else None

    def regions(self, text: bytes) -> Iterable[Span]:
        if not self._over_wraps:
            return ((0, len(text)),)
        hits = (hit.span() for hit in self._over_wraps.finditer(text))
        return _merged([(max(0, first - _AROUND), min(len(text), last + _AROUND)) for first, last in hits])

    def hits(self, text: bytes) -> Iterator[Hit]:
        at = 0
        while hit := self._expression.search(text, at):
            yield hit.start(), hit[0], self._anchors[hit[0]]
            at = hit.start() + 1


def _search(values: Collection[str]) -> _Search | None:
    anchors = anchors_of(values) if len(values) <= _MOST_IN_AUTOMATON else {}
    if len(values) > _MOST_IN_AUTOMATON or len(anchors) > _MOST_IN_AUTOMATON:
        return Windows(values)
    return _Automaton(anchors) if anchors else None


def _word_expressions(words: Collection[bytes]) -> Iterator[Any]:
    """Yield expressions whose group is one of the words, by whether these begin and end with a letter or digit.

    An escaped line end or tab (a backslash and a letter) may precede the word.
    """
    for first in (rb"\w", rb"\W"):
        for last in (rb"\w", rb"\W"):
            ends = re.compile(first + rb"(?s:.*)(?<=" + last + b")")
            matching = sorted(filter(ends.fullmatch, words), key=len)
            before = rb"(?:\b|\\[nrt])" if first == rb"\w" else b""
            after = rb"\b" if last == rb"\w" else b""
            if matching:
                yield expression(before + b"(" + b"|".join(map(re.escape, reversed(matching))) + b")" + after)


def _spans(search: _Search, text: bytes) -> Iterator[Span]:
    lines = [line.lstrip(b" \t") for line in text.split(b"\n")]
    joined = b"".join(lines)
    return _in_text(text, lines, [span for hit in search.hits(joined) for span in _around(joined, hit)])


def _around(text: bytes, hit: Hit) -> Iterator[Span]:
    """Yield the spans of values around their anchor, in the first form that fits."""
    start, anchor, values = hit
    for value in values:
        spans = (span for form in printed_forms(value) for span in _fitting(text, start, anchor, form))
        if span := next(spans, None):
            yield span


def _fitting(text: bytes, start: int, anchor: bytes, form: bytes) -> Iterator[Span]:
    offset = form.find(anchor)
    while offset >= 0:
        if start >= offset and text.startswith(form, start - offset):
            yield start - offset, start - offset + len(form)
        offset = form.find(anchor, offset + 1)


def _in_text(text: bytes, lines: Sequence[bytes], spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans in the text for spans in its joined lines, which have no indentation."""
    if not spans:
        return
    starts = [0, *accumulate(map(len, lines))]
    ends = list(accumulate(len(line) + 1 for line in text.split(b"\n")))

    def offset_in_text(offset: int) -> int:
        line = bisect_right(starts, offset) - 1
        return ends[line] - 1 - (starts[line + 1] - offset)

    yield from ((offset_in_text(start), offset_in_text(end - 1) + 1) for start, end in spans)


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans with overlapping ones joined."""
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
