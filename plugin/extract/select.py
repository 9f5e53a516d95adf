"""Takes a score for each row, gives the rows to show, best first."""

from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log2


@dataclass(frozen=True, slots=True)
class SelectionPolicy:
    """How many lines are worth showing; chosen by cross-validation."""

    fall: float = 7.0
    """Log-odds below the best row at which a row is no longer shown, for a budget of 30 lines…"""
    fall_more: float = 1.2
    """…and how much lower for each doubling of the budget."""
    least: int = 6
    """Rows that are shown in any case."""
    bridge: int = 1
    """So many rows between two shown ones are shown, too: a block stays whole."""
    repeat_penalty: float = 2.0
    """Log-odds that a line loses where the same, but for digits, stands far above: a summary or another try says it
    once more…"""
    far: int = 10
    """…which is more than so many rows."""
    again: float = 0.5
    """Log-odds that a line loses for each doubling of the better ones that are the same but for digits…"""
    of_a_pattern: float = 1.0
    """…and of those that the same pattern knows, beyond so many:"""
    free_of_a_pattern: int = 8


def ranked(scores: Sequence[float], budget: int, rule: SelectionPolicy, blank: Container[int] = ()) -> list[int]:
    """Rows, best first, at most `budget`. A score of -inf is never shown, but for a `blank` row within a block."""
    order = _best_first(scores)
    if not order or budget < 1:
        return []
    limit = scores[order[0]] - rule.fall - rule.fall_more * log2(budget / 30)
    enough = sum(scores[row] >= limit for row in order)
    shown = order[: min(budget, max(rule.least, enough))]
    bridges = (row for row in _between(shown, rule.bridge) if scores[row] > -inf or row in blank)
    return [*shown, *bridges][:budget]


def with_rows(ranking: Sequence[int], needed: Sequence[int], budget: int) -> list[int]:
    """Return the ranking with all `needed` rows in it; where `budget` is too small, the last others give way."""
    others = [row for row in ranking if row not in needed][: max(0, budget - len(needed))]
    kept = {*others, *needed}
    return [*(row for row in ranking if row in kept), *(row for row in needed if row not in ranking)]


def demote_repeats(
    scores: Sequence[float], forms: Sequence[Hashable], patterns: Mapping[int, Hashable], rule: SelectionPolicy
) -> list[float]:
    """The scores, less for what says the same as better rows do: a hundred alike must not hide the one that differs."""
    thin = _told_once(scores, forms, rule)
    order = _best_first(thin)
    forms_seen: Counter[Hashable] = Counter()
    patterns_seen: Counter[Hashable] = Counter()
    for row in order:
        thin[row] -= rule.again * log2(1 + forms_seen[forms[row]])
        forms_seen[forms[row]] += 1
        if row in patterns:
            patterns_seen[patterns[row]] += 1
            thin[row] -= rule.of_a_pattern * max(0.0, log2(patterns_seen[patterns[row]] / rule.free_of_a_pattern))
    return thin


def _told_once(scores: Sequence[float], forms: Sequence[Hashable], rule: SelectionPolicy) -> list[float]:
    first: dict[Hashable, int] = {}
    thin = list(scores)
    for row, normalized in enumerate(forms):
        if scores[row] > -inf and row - first.setdefault(normalized, row) > rule.far:
            thin[row] -= rule.repeat_penalty
    return thin


def _best_first(scores: Sequence[float]) -> list[int]:
    return sorted((row for row, score in enumerate(scores) if score > -inf), key=lambda row: (-scores[row], row))


def _between(shown: Iterable[int], longest: int) -> Iterator[int]:
    """The rows of the small gaps between shown rows."""
    for above, below in pairwise(sorted(shown)):
        if below - above - 1 <= longest:
            yield from range(above + 1, below)
