"""Score predictions by the rules of the corpus' own score.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.quality.cases import Case

BUDGETS = (10, 30, 60, 100)


@dataclass(frozen=True, slots=True)
class Marks:
    """Scores of the lines shown of one log, each 0..1."""

    hit: float
    first: float
    mrr: float
    recall: float
    f1: float


def marks(case: Case, shown: Sequence[int]) -> Marks:
    """Return the scores of `shown`, numbers of lines, best first."""
    lines = set(shown)
    best = max(
        (case.truth, *case.alternatives), key=lambda truth: (len(lines & truth) / len(truth), len(lines & truth))
    )
    right = case.right
    recall = len(lines & best) / len(best)
    judged = len(lines - (case.unjudged - right))
    precision = len(lines & right) / judged if judged else 0.0
    rank = next((place for place, number in enumerate(shown, 1) if number in right), 0)
    return Marks(
        hit=float(rank > 0),
        first=float(rank == 1),
        mrr=1 / rank if rank else 0.0,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
    )


def figures(pairs: Iterable[tuple[Case, Mapping[int, Sequence[int]]]]) -> dict[str, float]:
    """Return means over all cases, named as in the corpus' table.

    `pairs` has for each case the lines shown for each budget.
    """
    by_budget: dict[int, list[Marks]] = {budget: [] for budget in BUDGETS}
    for case, shown in pairs:
        for budget in BUDGETS:
            by_budget[budget].append(marks(case, shown[budget]))
    count = len(by_budget[30])
    if not count:
        return {}

    def mean(name: str, budget: int) -> float:
        return float(sum(getattr(one, name) for one in by_budget[budget])) / count

    return {
        **{f"hit@{budget}": mean("hit", budget) for budget in BUDGETS},
        "first": mean("first", 30),
        "mrr": mean("mrr", 30),
        "rec@30": mean("recall", 30),
        "F1@30": mean("f1", 30),
    }
