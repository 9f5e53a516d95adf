"""Rows to show for an excerpt: lines, omission marks with counts, and collapsed repeats."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from plugin.model.excerpt import Excerpt, Line

LEFT_OUT = "…"
"""Text of a row that replaces one omitted line."""
_MARKED = 5
"""Most lines that are marked as the cause: marks on every line would highlight nothing."""
_CLOSE = 3
"""Lines between two of the best lines that a short excerpt shows instead of a mark, to keep messages complete."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log, or a mark for several omitted lines (then `number` is 0)."""

    number: int
    """1-based number of the raw line."""
    text: str
    cause: bool = False
    """Whether the line is one of the best lines."""


def rows(excerpt: Excerpt, most: int | None = None) -> tuple[Row, ...]:
    """Return the `most` best lines in reading order, with marks that count every omitted line."""
    return _rows(excerpt, excerpt.lines if most is None else best_lines(excerpt, most))


def best_rows(excerpt: Excerpt, room: int) -> tuple[Row, ...]:
    """Return the best lines that fit into `room` rows including marks; empty if not even one fits."""
    candidates = replace(excerpt, lines=best_lines(excerpt, room, close=_CLOSE))
    tries = (_rows(excerpt, best_lines(candidates, most, close=_CLOSE)) for most in range(room, 0, -1))
    return next((shown for shown in tries if len(shown) <= room), ())


def best_lines(excerpt: Excerpt, most: int, close: int = 1) -> tuple[Line, ...]:
    """Return the `most` best lines in reading order, and up to `close` lines between any two of them.

    A single line is never omitted, because its mark would take as much room.
    """
    if most >= len(excerpt.lines):
        return excerpt.lines
    chosen = sorted(excerpt.ranked[:most])
    between = {
        number
        for first, second in pairwise(chosen)
        if 1 < second - first <= close + 1
        for number in range(first + 1, second)
    }
    return tuple(line for line in excerpt.lines if line.number in between.union(chosen))


def causes(excerpt: Excerpt) -> tuple[Line, ...]:
    """Return the cause lines, best first."""
    by_number = {line.number: line for line in excerpt.lines if line.kind == "cause"}
    return tuple(by_number[number] for number in excerpt.ranked if number in by_number)


def _rows(excerpt: Excerpt, lines: tuple[Line, ...]) -> tuple[Row, ...]:
    marked = {line.number for line in causes(excerpt)[:_MARKED]}
    return tuple(_with_cut_marks(lines, marked, excerpt)) if lines else ()


def _with_cut_marks(lines: Iterable[Line], marked: Collection[int], excerpt: Excerpt) -> Iterator[Row]:
    last = 0
    for row, end in _folded(lines, marked):
        if row.number > last + 1:
            yield _mark(last + 1, row.number - 1, excerpt.blank)
        yield row
        last = end
    if excerpt.total_lines > last:
        yield _mark(last + 1, excerpt.total_lines, excerpt.blank)


def _folded(lines: Iterable[Line], marked: Collection[int]) -> Iterator[tuple[Row, int]]:
    """Yield rows and the number of the last raw line of each.

    Equal neighbors are collapsed into one row and a count; cause lines never are.
    """
    for _, run in groupby(enumerate(lines), key=_repeat_key):
        first, *others = (line for _, line in run)
        yield Row(first.number, first.text, first.number in marked), first.number
        if len(others) > 1:
            yield Row(0, f"… same line {len(others):,} more times …"), others[-1].number
        else:
            yield from ((Row(line.number, line.text), line.number) for line in others)


def _repeat_key(indexed_line: tuple[int, Line]) -> tuple[object, ...]:
    """Return a key that is equal for consecutive context lines with the same text and unique for a cause."""
    index, line = indexed_line
    return (line.number,) if line.kind == "cause" else (line.number - index, line.text)


def _mark(first: int, last: int, blank: Collection[int]) -> Row:
    """Return a row that counts the omitted raw lines; a single line keeps its number and is shown if blank."""
    if first == last:
        return Row(first, "" if first in blank else LEFT_OUT)
    return Row(0, f"… {last - first + 1:,} lines …")
