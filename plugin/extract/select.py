"""Selection of the rows to show, best first, by their scores."""

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf, log2

from plugin.frozen import frozen


@frozen
class SelectionPolicy:
    """How many lines are shown; chosen by cross-validation."""

    fall: float = 7.0
    """Log-odds below the best row from which on rows are not shown, for a budget of 30 lines."""
    fall_more: float = 1.2
    """Log-odds by which `fall` grows for each doubling of the budget."""
    least: int = 6
    """Rows that are always shown."""
    bridge: int = 1
    """Maximum number of rows between two shown ones that are shown, too, so that a block stays whole."""
    repeat_penalty: float = 2.0
    """Log-odds that a line loses if the same line, except for digits, is `far` above: summaries and retries repeat."""
    far: int = 10
    """Rows beyond which a repeat is far."""
    again: float = 0.5
    """Log-odds that a line loses for each doubling of better lines that are equal except for digits."""
    of_a_pattern: float = 1.0
    """The same for better lines of the same pattern, beyond the first `free_of_a_pattern`."""
    free_of_a_pattern: int = 8


def ranked(scores: Sequence[float], budget: int, policy: SelectionPolicy, blank: Container[int] = ()) -> list[int]:
    """Return at most `budget` rows, best first.

    A row with a score of -inf is never shown, except for a `blank` row within a block.
    """
    order = _best_first(scores)
    if not order or budget < 1:
        return []
    limit = scores[order[0]] - policy.fall - policy.fall_more * log2(budget / 30)
    enough = sum(scores[row] >= limit for row in order)
    shown = order[: min(budget, max(policy.least, enough))]
    bridges = (row for row in _between(shown, policy.bridge) if scores[row] > -inf or row in blank)
    return [*shown, *bridges][:budget]


def with_rows(ranking: Sequence[int], needed: Sequence[int], budget: int) -> list[int]:
    """Return the ranking with all `needed` rows in it; if `budget` is too small, the last of the others are dropped."""
    others = [row for row in ranking if row not in needed][: max(0, budget - len(needed))]
    kept = {*others, *needed}
    return [*(row for row in ranking if row in kept), *(row for row in needed if row not in ranking)]


def without_small_gaps(
    ranking: Sequence[int], needed: Container[int], budget: int, showable: Container[int], total: int
) -> list[int]:
    """Return a ranking of line numbers with the single lines that it leaves out, which take no more room than a mark.

    The log has `total` lines; only `showable` ones are added, last. Where `budget` is too small, the last lines of the
    ranking that are not `needed` are dropped.
    """
    kept = list(ranking)
    while True:
        edges = {*kept, 0, total + 1}
        gaps = [number + 1 for number in sorted({0, *kept}) if number + 1 not in edges and number + 2 in edges]
        gaps = [number for number in gaps if number in showable and total > 1]
        others = [number for number in kept if number not in needed]
        excess = min(len(kept) + len(gaps) - budget, len(others))
        if excess <= 0:
            return [*kept, *gaps][:budget]
        dropped = {*others[-max(1, excess // 4) :]}  # a dropped line may close a gap, so not all at once
        kept = [number for number in kept if number not in dropped]


def short_gaps(numbers: Iterable[int], total: int, longest: int = 3) -> Iterator[range]:
    """Yield the numbers of the lines that are left out where that are at most `longest` lines.

    The log has `total` lines; the gaps at its ends count. Nothing is yielded if no line is shown.
    """
    edges = sorted(numbers)
    for above, below in pairwise((0, *edges, total + 1)) if edges else ():
        if 1 < below - above <= longest + 1:
            yield range(above + 1, below)


def demote_repeats(
    scores: Sequence[float], forms: Sequence[Hashable], patterns: Mapping[int, Hashable], policy: SelectionPolicy
) -> list[float]:
    """Return the scores, lower for rows that repeat better ones: a hundred alike must not hide the one that differs."""
    thin = _repeats_demoted(scores, forms, policy)
    order = _best_first(thin)
    forms_seen: Counter[Hashable] = Counter()
    patterns_seen: Counter[Hashable] = Counter()
    for row in order:
        thin[row] -= policy.again * log2(1 + forms_seen[forms[row]])
        forms_seen[forms[row]] += 1
        if row in patterns:
            patterns_seen[patterns[row]] += 1
            thin[row] -= policy.of_a_pattern * max(0.0, log2(patterns_seen[patterns[row]] / policy.free_of_a_pattern))
    return thin


def _repeats_demoted(scores: Sequence[float], forms: Sequence[Hashable], policy: SelectionPolicy) -> list[float]:
    first: dict[Hashable, int] = {}
    thin = list(scores)
    for row, normalized in enumerate(forms):
        if scores[row] > -inf and row - first.setdefault(normalized, row) > policy.far:
            thin[row] -= policy.repeat_penalty
    return thin


def _best_first(scores: Sequence[float]) -> list[int]:
    return sorted((row for row, score in enumerate(scores) if score > -inf), key=lambda row: (-scores[row], row))


def _between(shown: Iterable[int], longest: int) -> Iterator[int]:
    """Yield the rows of the small gaps between shown rows."""
    for above, below in pairwise(sorted(shown)):
        if below - above - 1 <= longest:
            yield from range(above + 1, below)
