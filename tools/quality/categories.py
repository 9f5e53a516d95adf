"""Compare the categories of failures with the accepted ones: a confusion matrix for known and for held-out logs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from plugin.extract.analyze import analyze
from plugin.model.excerpt import Category
from tools.quality.cases import Case, own_tools, public_cases

Pair = tuple[str, str]
"""An accepted category (the best one, unless another accepted one was assigned) and the assigned category."""


def pairs(cases: Iterable[Case]) -> Iterator[Pair]:
    """Yield a pair for each case that has accepted categories."""
    for case in cases:
        if case.categories:
            category = analyze(case.log, exit_code=case.exit_code).category
            yield (category if category in case.categories else case.categories[0]), category


def tables() -> Iterator[str]:
    """Yield the confusion matrices."""
    for name, held_out in (("known logs", False), ("held-out logs", True)):
        found = list(pairs((*public_cases(held_out=held_out), *own_tools(held_out=held_out))))
        yield from table(name, found)


def table(name: str, found: list[Pair]) -> Iterator[str]:
    """Yield the lines of a matrix: accepted categories in rows, assigned ones in columns."""
    if not found:
        return
    count = Counter(found)
    right = sum(accepted == assigned for accepted, assigned in found)
    unknown = sum(assigned == "unknown" for _, assigned in found)
    yield f"\nCategories of {len(found)} {name}: {right / len(found):.0%} right, {unknown / len(found):.0%} unknown\n"
    names = [one for one in get_args(Category) if any(one in pair for pair in count)]
    yield f"| accepted | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    for accepted in names:
        cells = (str(count[accepted, assigned] or "") for assigned in names)
        yield f"| {accepted} | {' | '.join(cells)} |"
