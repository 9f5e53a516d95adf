"""Ignore rules: which of the matching lines are hidden, and which are shown regardless."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from math import inf

from plugin.extract.catalogue import Catalogue, IgnoreRule
from plugin.model.excerpt import HiddenLines

CauseBlock = Callable[[Sequence[float]], Collection[int]]
"""Function that returns the rows that explain the failure best, from the scores of all rows."""


def hide(
    scores: list[float], lines: Sequence[bytes], catalogue: Catalogue, cause_block: CauseBlock, *, complete: bool
) -> tuple[list[float], tuple[HiddenLines, ...]]:
    """Return the scores with -inf for each row that `ignore` hides, and the numbers of hidden lines by origin.

    A rule of a setting hides every line that it matches. An untrusted rule, from a file that a pull request can change,
    hides neither the cause block nor the last remaining row. `complete` means that the rows are all lines of the log.
    A score of -inf marks a blank or hidden line.
    """
    if not catalogue.ignore:
        return scores, ()
    rules = {
        row: rule
        for row, (line, score) in enumerate(zip(lines, scores, strict=True))
        if score > -inf and (rule := catalogue.ignored(line))
    }
    if not rules:
        return scores, ()
    untrusted = {row for row, rule in rules.items() if rule.untrusted}
    left = _without(scores, rules.keys() - untrusted)
    shown = _protected(left, untrusted, cause_block) if untrusted else set()
    return _without(left, untrusted - shown), _counted(rules, shown, complete=complete)


def _protected(scores: Sequence[float], untrusted: set[int], cause_block: CauseBlock) -> set[int]:
    """Return the rows that untrusted rules match but must not hide."""
    if all(row in untrusted for row, score in enumerate(scores) if score > -inf):
        return untrusted
    return untrusted.intersection(cause_block(scores))


def _without(scores: Sequence[float], rows: Collection[int]) -> list[float]:
    return [-inf if row in rows else score for row, score in enumerate(scores)]


def _counted(rules: Mapping[int, IgnoreRule], shown: Collection[int], *, complete: bool) -> tuple[HiddenLines, ...]:
    matched = Counter(rule.origin for rule in rules.values())
    kept = Counter(rules[row].origin for row in shown)
    return tuple(HiddenLines(origin, count - kept[origin], kept[origin], complete) for origin, count in matched.items())
