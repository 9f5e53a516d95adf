"""Rows to show for an excerpt: those shown first, the rest, omission marks with counts, and collapsed repeats."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from plugin.frozen import frozen
from plugin.model.excerpt import Excerpt, Line
from plugin.text.language import N_, _, ngettext

LEFT_OUT = "…"
"""Text of a row that replaces one omitted line."""
REST = N_("More of the log:")
"""Heading of the rows below those that are shown first."""
_FURTHER_UP = N_("… further up in the log …")
_SHOWN_ABOVE = N_("… shown above …")
_SHORT = 3
"""Lines of a gap that are shown instead of a mark, if the excerpt has them: elsewhere they would cost more room."""
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
    """Return rows for at most the `most` best lines; at most `room` rows are shown first.

    Short gaps are filled where that costs no line of `most` and no room.
    """
    budget = len(excerpt.lines) + len(excerpt.between) if most is None else most
    first = _best(excerpt.shown, excerpt, budget)
    rows_of_first, filled = _first_rows(first, excerpt, budget, room)
    while room is not None and len(rows_of_first) > room:
        first = first[:-1]
        rows_of_first, filled = _first_rows(first, excerpt, budget, room)
    above = frozenset(line.number for line in filled)
    others = [line for line in excerpt.lines if line.number not in above]
    best = sorted(_best(others, excerpt, budget - len(filled)), key=lambda line: line.number)
    rest = _filled(best, excerpt, budget - len(filled), between=_SHORT, at_ends=_SHORT, above=above)
    return ExcerptRows(rows_of_first, tuple(_with_cut_marks(rest, excerpt, above)))


def more_of_log(lines: int) -> str:
    """Return the words for a fold with further lines of the log: `34 more lines of the log`."""
    return ngettext("{number:,} more line of the log", "{number:,} more lines of the log", lines)


def lines_of_log(lines: int) -> str:
    """Return the words for a fold with all lines that are shown: `34 lines of the log`."""
    return ngettext("{number:,} line of the log", "{number:,} lines of the log", lines)


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


def _first_rows(
    lines: Sequence[Line], excerpt: Excerpt, budget: int, room: int | None
) -> tuple[tuple[Row, ...], Sequence[Line]]:
    """Return the rows that are shown first and their lines, with short gaps filled as far as there is room."""
    for longest in (_SHORT, 1):
        filled = _filled(lines, excerpt, budget, between=longest, at_ends=1)
        shown = tuple(_with_cut_marks(filled, excerpt))
        if room is None or len(shown) <= room:
            return shown, filled
    return tuple(_with_cut_marks(lines, excerpt)), lines


def _filled(
    lines: Sequence[Line],
    excerpt: Excerpt,
    budget: int,
    *,
    between: int,
    at_ends: int,
    above: frozenset[int] = frozenset(),
) -> Sequence[Line]:
    """Return the lines with those of gaps of at most `between` lines whose texts are all known.

    At the ends of the log, the gaps have at most `at_ends` lines. There are at most `budget` lines in the end. `above`
    has the numbers of lines that are shown elsewhere.
    """
    known = {number: Line(number, text, "context") for number, text in excerpt.between.items()}
    known |= {line.number: line for line in excerpt.lines}
    room = budget - len(lines)
    edges = [line.number for line in lines]
    edges = sorted({*edges, *above}) if above else edges
    filled: list[Line] = []
    for last, number in pairwise((0, *edges, excerpt.total_lines + 1)) if lines else ():
        gap = range(last + 1, number)
        limit = between if last and number <= excerpt.total_lines else at_ends
        if 0 < len(gap) <= min(limit, room) and all(one in known for one in gap):
            filled += [known[one] for one in gap]
            room -= len(gap)
        filled += [known[number]] if number in known and number not in above else []
    return filled


def _with_cut_marks(lines: Sequence[Line], excerpt: Excerpt, above: frozenset[int] = frozenset()) -> Iterator[Row]:
    """Yield rows with marks that count the lines left out between them.

    `above` has the numbers of lines that are shown elsewhere. Where only such lines are left out, the mark says so; at
    the ends there is none.
    """
    marked = {line.number for line in causes(excerpt)[:_MARKED]}
    last = 0
    for row, end in _folded(lines, marked):
        if 0 < row.number < last:
            yield Row(0, _(_FURTHER_UP))
        elif row.number and (last or _left_out(range(1, row.number), above)):
            yield from _mark(range(last + 1, row.number), excerpt.between, above)
        yield row
        last = end
    end_of_log = range(last + 1, excerpt.total_lines + 1)
    if lines and _left_out(end_of_log, above):
        yield from _mark(end_of_log, excerpt.between, above)


def _folded(lines: Iterable[Line], marked: Collection[int]) -> Iterator[tuple[Row, int]]:
    """Yield rows and the number of the last raw line of each.

    Equal neighbors are collapsed into one row and a count; cause lines never are.
    """
    for _key, run in groupby(enumerate(lines), key=_repeat_key):
        first, *others = (line for _, line in run)
        yield Row(first.number, first.text, first.number in marked), first.number
        if len(others) > 1:
            yield Row(0, _("… same line {number:,} more times …", number=len(others))), others[-1].number
        else:
            yield from ((Row(line.number, line.text), line.number) for line in others)


def _repeat_key(indexed_line: tuple[int, Line]) -> tuple[object, ...]:
    """Return a key that is equal for consecutive context lines with the same text and unique for a cause."""
    index, line = indexed_line
    return (line.number,) if line.kind == "cause" else (line.number - index, line.text)


def _mark(gap: range, between: Mapping[int, str], above: Collection[int]) -> Iterator[Row]:
    """Yield a row that counts the omitted lines; a single line keeps its number and is shown if blank."""
    left_out = _left_out(gap, above)
    if gap and not left_out:
        yield Row(0, _(_SHOWN_ABOVE))
    elif len(gap) == 1:
        yield Row(gap[0], LEFT_OUT if between.get(gap[0], LEFT_OUT).strip() else "")
    elif gap:
        yield Row(0, ngettext("… {number:,} line …", "… {number:,} lines …", left_out))


def _left_out(gap: range, above: Collection[int]) -> int:
    return len(gap) - sum(number in gap for number in above)
