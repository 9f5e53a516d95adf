"""Takes a score for each row, gives the rows to show, best first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log2


@dataclass(frozen=True, slots=True)
class Rule:
    """How many lines are worth showing; chosen by cross-validation with `python -m quality --tune`."""

    fall: float = 4.5
    """Log-odds below the best row at which a row is no longer shown, for a budget of 30 lines…"""
    fall_more: float = 1.2
    """…and how much lower for each doubling of the budget."""
    least: int = 6
    """Rows that are shown in any case."""
    bridge: int = 1
    """So many rows between two shown ones are shown, too: a block stays whole."""


def ranked(scores: Sequence[float], budget: int, rule: Rule) -> list[int]:
    """Rows, best first, at most `budget`. A score of -inf is never shown."""
    order = sorted((row for row, score in enumerate(scores) if score > -inf), key=lambda row: (-scores[row], row))
    if not order or budget < 1:
        return []
    limit = scores[order[0]] - rule.fall - rule.fall_more * log2(budget / 30)
    enough = sum(scores[row] >= limit for row in order)
    shown = order[: min(budget, max(rule.least, enough))]
    return [*shown, *_bridges(shown, scores, rule.bridge)][:budget]


def _bridges(shown: list[int], scores: Sequence[float], longest: int) -> list[int]:
    """The rows of the small gaps between shown rows."""
    ascending = sorted(shown)
    return [
        row
        for above, below in pairwise(ascending)
        if below - above - 1 <= longest
        for row in range(above + 1, below)
        if scores[row] > -inf
    ]
