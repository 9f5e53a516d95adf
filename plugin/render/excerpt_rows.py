"""Rows to show for an excerpt: those shown first, the rest, omission marks with counts, and collapsed repeats."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from plugin.frozen import frozen
from plugin.model.excerpt import Excerpt, Line

LEFT_OUT = "…"
"""Text of a row that replaces one omitted line."""
REST = "More of the log:"
"""Heading of the rows below those that are shown first."""
_FURTHER_UP = "… further up in the log …"
_SHOWN_ABOVE = "… shown above …"
_MARKED = 5
"""Most lines that are marked as the cause: marks on every line would highlight nothing."""


@frozen
class Row:
    """A line of the log, or a mark for several omitted lines (then `number` is 0)."""

    number: int
    """1-based number of the raw line."""
    text: str
    cause: bool = False
    """Whether the line is one of the best lines."""


@frozen
class ExcerptRows:
    """The rows of an excerpt in two parts; no line is in both."""

    first: tuple[Row, ...]
    """Shown at once: the cause, then other failures."""
    rest: tuple[Row, ...]
    """Folded or shown below, in reading order."""


def rows(excerpt: Excerpt, most: int | None = None, room: int | None = None) -> ExcerptRows:
    """Return rows for at most the `most` best lines; at most `room` rows are shown first."""
    budget = len(excerpt.lines) if most is None else most
    first = _best(excerpt.shown, excerpt, budget)
    rows_of_first = _first_rows(first, excerpt)
    while room is not None and len(rows_of_first) > room:
        first = first[:-1]
        rows_of_first = _first_rows(first, excerpt)
    numbers = {line.number for line in first}
    others = [line for line in excerpt.lines if line.number not in numbers]
    rest = sorted(_best(others, excerpt, budget - len(first)), key=lambda line: line.number)
    return ExcerptRows(rows_of_first, tuple(_with_cut_marks(rest, excerpt, numbers)))


def causes(excerpt: Excerpt) -> tuple[Line, ...]:
    """Return the cause lines, best first."""
    by_number = {line.number: line for line in excerpt.lines if line.kind == "cause"}
    return tuple(by_number[number] for number in excerpt.ranked if number in by_number)


def _best(lines: Sequence[Line], excerpt: Excerpt, most: int) -> tuple[Line, ...]:
    """Return the `most` best of the lines, in their order."""
    if most >= len(lines):
        return tuple(lines)
    rank = {number: place for place, number in enumerate(excerpt.ranked)}
    best = sorted(lines, key=lambda line: rank.get(line.number, len(rank)))[: max(0, most)]
    return tuple(line for line in lines if line in best)


def _first_rows(lines: tuple[Line, ...], excerpt: Excerpt) -> tuple[Row, ...]:
    return tuple(_with_cut_marks(lines, excerpt, ()))


def _with_cut_marks(lines: Sequence[Line], excerpt: Excerpt, above: Collection[int]) -> Iterator[Row]:
    """Yield rows with marks that count each omitted line once.

    `above` has the numbers of lines that are shown elsewhere.
    """
    if not lines:
        return
    elsewhere = {*above, *(line.number for line in lines)}
    marked = {line.number for line in causes(excerpt)[:_MARKED]}
    last = reached = 0
    for row, end in _folded(lines, marked):
        if 0 < row.number < last:
            yield Row(0, _FURTHER_UP)
        elif row.number > last + 1:
            yield (
                Row(0, LEFT_OUT) if row.number < reached else _mark(last + 1, row.number - 1, excerpt.blank, elsewhere)
            )
        yield row
        last = end
        reached = max(reached, last)
    if excerpt.total_lines > reached:
        yield _mark(reached + 1, excerpt.total_lines, excerpt.blank, elsewhere)


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


def _mark(first: int, last: int, blank: Collection[int], elsewhere: Collection[int]) -> Row:
    """Return a row that counts the omitted lines; a single line keeps its number and is shown if blank."""
    left_out = last - first + 1 - sum(first <= number <= last for number in elsewhere)
    if not left_out:
        return Row(0, _SHOWN_ABOVE)
    if first == last:
        return Row(first, "" if first in blank else LEFT_OUT)
    return Row(0, f"… {left_out:,} {'line' if left_out == 1 else 'lines'} …")
