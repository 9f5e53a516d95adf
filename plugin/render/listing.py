"""Takes an excerpt, gives the rows that are shown of it: lines, cut marks with counts, folded repeats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from plugin.extract.excerpt import Excerpt, Line

LEFT_OUT = "…"
"""Text of a row that stands for one line left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the log, or a mark that stands for several lines left out (then `number` is 0)."""

    number: int
    """1-based number of the raw line."""
    text: str
    cause: bool = False


def rows(excerpt: Excerpt, most: int | None = None) -> tuple[Row, ...]:
    """The excerpt in reading order, at most its `most` best lines; every line left out is counted in a mark."""
    lines = excerpt.lines if most is None else best(excerpt, most)
    return tuple(_with_cut_marks(lines, excerpt.total_lines)) if lines else ()


def essence(excerpt: Excerpt, room: int) -> tuple[Row, ...]:
    """The best lines that fit into `room` rows with their marks; nothing where not even one does."""
    candidates = replace(excerpt, lines=best(excerpt, room))
    tries = (rows(candidates, most) for most in range(room, 0, -1))
    return next((shown for shown in tries if len(shown) <= room), ())


def best(excerpt: Excerpt, most: int) -> tuple[Line, ...]:
    """The best `most` lines in reading order, and those for which a mark would stand that takes as much room."""
    if most >= len(excerpt.lines):
        return excerpt.lines
    chosen = set(excerpt.ranked[:most])
    between = {number + 1 for number in chosen if number + 2 in chosen}
    return tuple(line for line in excerpt.lines if line.number in chosen or line.number in between)


def causes(excerpt: Excerpt) -> tuple[Line, ...]:
    """The lines that are the cause, best first."""
    by_number = {line.number: line for line in excerpt.lines if line.kind == "cause"}
    return tuple(by_number[number] for number in excerpt.ranked if number in by_number)


def _with_cut_marks(lines: Iterable[Line], total: int) -> Iterator[Row]:
    last = 0
    for row, end in _folded(lines):
        if row.number > last + 1:
            yield _mark(last + 1, row.number - 1)
        yield row
        last = end
    if total > last:
        yield _mark(last + 1, total)


def _folded(lines: Iterable[Line]) -> Iterator[tuple[Row, int]]:
    """Rows and the raw line that each reaches to. Equal neighbours fold into one and a count, causes never."""
    for _, run in groupby(enumerate(lines), key=_sameness):
        first, *others = (line for _, line in run)
        yield Row(first.number, first.text, first.kind == "cause"), first.number
        if len(others) > 1:
            yield Row(0, f"… the same line {len(others):,} times more …"), others[-1].number
        else:
            yield from ((Row(line.number, line.text), line.number) for line in others)


def _sameness(place: tuple[int, Line]) -> tuple[object, ...]:
    """Equal for context lines that follow each other in the raw log with the same text; unique for a cause."""
    index, line = place
    return (line.number,) if line.kind == "cause" else (line.number - index, line.text)


def _mark(first: int, last: int) -> Row:
    """A count of the raw lines left out; a single one keeps its place and number, for most are blank."""
    if first == last:
        return Row(first, LEFT_OUT)
    return Row(0, f"… {last - first + 1:,} lines …")
