"""Takes an excerpt, gives the rows that are shown of it: lines, cut marks with counts, folded repeats."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from plugin.model.excerpt import Excerpt, Line

LEFT_OUT = "…"
"""Text of a row that stands for one line left out."""
_MARKED = 5
"""Lines that are marked as the cause: where all is marked, nothing is."""
_CLOSE = 3
"""Lines between two good ones that an essence shows rather than a mark: whoever reads it wants whole sentences."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log, or a mark that stands for several lines left out (then `number` is 0)."""

    number: int
    """1-based number of the raw line."""
    text: str
    cause: bool = False
    """One of the few best lines."""


def rows(excerpt: Excerpt, most: int | None = None) -> tuple[Row, ...]:
    """The excerpt in reading order, at most its `most` best lines; every line left out is counted in a mark."""
    return _rows(excerpt, excerpt.lines if most is None else best_lines(excerpt, most))


def best_rows(excerpt: Excerpt, room: int) -> tuple[Row, ...]:
    """The best lines that fit into `room` rows with their marks; nothing where not even one does."""
    candidates = replace(excerpt, lines=best_lines(excerpt, room, close=_CLOSE))
    tries = (_rows(excerpt, best_lines(candidates, most, close=_CLOSE)) for most in range(room, 0, -1))
    return next((shown for shown in tries if len(shown) <= room), ())


def best_lines(excerpt: Excerpt, most: int, close: int = 1) -> tuple[Line, ...]:
    """The best `most` lines in reading order, and the lines between any two of them that are so close.

    One line alone is never left out, for its mark would take as much room.
    """
    if most >= len(excerpt.lines):
        return excerpt.lines
    chosen = sorted(excerpt.ranked[:most])
    between = {
        number for one, other in pairwise(chosen) if 1 < other - one <= close + 1 for number in range(one + 1, other)
    }
    return tuple(line for line in excerpt.lines if line.number in between.union(chosen))


def causes(excerpt: Excerpt) -> tuple[Line, ...]:
    """The lines that are the cause, best first."""
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
    """Rows and the raw line that each reaches to. Equal neighbours fold into one and a count, causes never."""
    for _, run in groupby(enumerate(lines), key=_sameness):
        first, *others = (line for _, line in run)
        yield Row(first.number, first.text, first.number in marked), first.number
        if len(others) > 1:
            yield Row(0, f"… the same line {len(others):,} times more …"), others[-1].number
        else:
            yield from ((Row(line.number, line.text), line.number) for line in others)


def _sameness(place: tuple[int, Line]) -> tuple[object, ...]:
    """Equal for context lines that follow each other in the raw log with the same text; unique for a cause."""
    index, line = place
    return (line.number,) if line.kind == "cause" else (line.number - index, line.text)


def _mark(first: int, last: int, blank: Collection[int]) -> Row:
    """A count of the raw lines left out; a single one keeps its place and number, and is shown if it is blank."""
    if first == last:
        return Row(first, "" if first in blank else LEFT_OUT)
    return Row(0, f"… {last - first + 1:,} lines …")
