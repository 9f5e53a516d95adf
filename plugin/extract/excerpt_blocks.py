"""Grow blocks of neighboring lines around the best ones: what a reader sees before anything is folded."""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby
from math import inf

from plugin.frozen import frozen
from plugin.model.excerpt import Block, Line


@frozen
class BlockPolicy:
    """How many blocks are grown, and how far; chosen by cross-validation."""

    margin: float = 2.5
    """Log-odds below the best row within which a row starts a block of its own."""
    growth: float = 1.25
    """Log-odds below the row that a block started from within which a neighbor belongs to it."""
    above: int = 1
    """Rows above the one that a block started from: readers meet that row among the first."""
    above_in_short_log: int = 2
    """The same where the rest of the log is shown as well, blank rows not counted."""
    gap: int = 1
    """Rows of lower score that a block may contain between two others, and that two blocks are joined over."""
    longest: int = 8
    """Rows of one block."""
    blocks: int = 3
    rows: int = 10
    """Rows of all blocks together."""


@frozen
class _Rows:
    """The candidates, by row."""

    scores: Sequence[float]
    numbers: Sequence[int]
    blank: Container[int]
    attached: Container[int]
    """Rows that stay with the row above them: quoted source with its caret."""

    def beside(self, row: int, other: int) -> bool:
        """Return whether two rows and all between them may be shown, and follow each other in the log."""
        first, last = sorted((row, other))
        inside = first >= 0 and last < len(self.scores)
        return (
            inside
            and self.numbers[last] - self.numbers[first] == last - first
            and all(self.scores[one] > -inf or one in self.blank for one in range(first, last + 1))
        )

    def filled(self, start: int, stop: int) -> int:
        """Return how many of the rows are not blank."""
        return sum(row not in self.blank for row in range(start, stop))


def grow_blocks(
    scores: Sequence[float],
    numbers: Sequence[int],
    blank: Container[int],
    most: int,
    policy: BlockPolicy | None = None,
    attached: Container[int] = (),
) -> list[range]:
    """Return blocks of rows, the best first, with at most `most` rows in all.

    `scores` are log-odds, -inf for what is never shown alone; `numbers` the rows' line numbers, ascending. A `blank`
    row is only shown within a block. An `attached` row belongs to the block that ends above it, whatever its score.
    """
    policy = policy or BlockPolicy()
    rows = _Rows(scores, numbers, blank, attached)
    order = sorted((row for row, score in enumerate(scores) if score > -inf), key=lambda row: (-scores[row], row))
    most = min(most, policy.rows)
    blocks: list[range] = []
    for seed in order:
        room = most - sum(map(len, blocks))
        if room < 1 or len(blocks) == policy.blocks or scores[seed] < scores[order[0]] - policy.margin:
            break
        if not any(seed in block for block in blocks):
            blocks.append(_grown(seed, blocks, rows, min(room, policy.longest), policy))
    joined = _joined(blocks, rows, most, policy)
    return _closed(joined, order[0], rows, policy) if joined and len(scores) <= policy.longest <= most else joined


def as_blocks(grown: Sequence[range], lines: Mapping[int, Line]) -> tuple[Block, ...]:
    """Return the grown blocks, the cause first, then what else is in `lines` (by row) as context."""
    first = [
        Block("failure" if place else "cause", tuple(lines[row] for row in block)) for place, block in enumerate(grown)
    ]
    rest = sorted(row for row in lines if not any(row in block for block in grown))
    runs = groupby(enumerate(rest), key=lambda one: lines[one[1]].number - one[0])
    return (*first, *(Block("context", tuple(lines[row] for _, row in run)) for _, run in runs))


def _grown(seed: int, blocks: Sequence[range], candidates: _Rows, longest: int, policy: BlockPolicy) -> range:
    """Return the block around a row; the better neighbor is added first."""
    block = range(seed, seed + 1)
    while True:
        wider = [
            (candidates.scores[row], other)
            for row, other in _extensions(block, policy.gap)
            if len(other) <= longest
            and other.start >= seed - policy.above
            and candidates.beside(block.start, row)
            and candidates.scores[row] >= candidates.scores[seed] - policy.growth
            and not any(set(other).intersection(taken) for taken in blocks)
        ]
        if not wider:
            return _with_attached(block, blocks, candidates, longest)
        block = max(wider, key=lambda one: (-len(one[1]), one[0]))[1]


def _with_attached(block: range, blocks: Sequence[range], candidates: _Rows, longest: int) -> range:
    while (
        block.stop in candidates.attached
        and len(block) < longest
        and candidates.beside(block.start, block.stop)
        and not any(block.stop in taken for taken in blocks)
    ):
        block = range(block.start, block.stop + 1)
    return block


def _extensions(block: range, gap: int) -> Iterator[tuple[int, range]]:
    """Yield the rows near the block, each with the block that contains it, too."""
    for distance in range(1, gap + 2):
        yield block.start - distance, range(block.start - distance, block.stop)
        yield block.stop - 1 + distance, range(block.start, block.stop + distance)


def _joined(blocks: Sequence[range], candidates: _Rows, most: int, policy: BlockPolicy) -> list[range]:
    """Return the blocks, joined where only a gap separates them. Nothing is put above the first one, the cause."""
    joined: list[range] = []
    room = most - sum(map(len, blocks))
    for block in blocks:
        place = next(
            (
                place
                for place, other in enumerate(joined)
                if 0 <= _gap(other, block) <= min(policy.gap, room, policy.longest - len(other) - len(block))
                and candidates.beside(other.start, block.start)
                and (place or other.start < block.start)
            ),
            None,
        )
        if place is None:
            joined.append(block)
        else:
            room -= _gap(joined[place], block)
            joined[place] = range(min(joined[place].start, block.start), max(joined[place].stop, block.stop))
    return joined


def _closed(blocks: Sequence[range], best: int, candidates: _Rows, policy: BlockPolicy) -> list[range]:
    """Return the blocks of a log that is no longer than one: the rest of it costs less room than marks of gaps.

    The first block is extended a little above the best row, and to the end.
    """
    start, stop = blocks[0].start, blocks[0].stop
    while candidates.beside(start - 1, start) and candidates.filled(start - 1, best) <= policy.above_in_short_log:
        start -= 1
    while stop < len(candidates.scores) and candidates.beside(stop - 1, stop):
        stop += 1
    whole = range(start, stop)
    others = (block if block.start >= stop else range(block.start, min(block.stop, start)) for block in blocks[1:])
    return [whole, *filter(len, others)]


def _gap(one: range, other: range) -> int:
    """Return the number of rows between two blocks."""
    return max(one.start, other.start) - min(one.stop, other.stop)
