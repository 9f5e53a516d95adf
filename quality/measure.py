"""Takes cases and rankers, gives figures of the program itself, with and without the green log."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from plugin.extract.analysis import analysis
from plugin.extract.trees import Ranker
from plugin.logs import Redactor, readable
from quality.cases import Case
from quality.score import BUDGETS, figures

COLUMNS = (*(f"hit@{budget}" for budget in BUDGETS), "first", "mrr", "rec@30", "F1@30")

PEERS = {
    "grep error|fail|exception, last lines": (0.54, 0.58, 0.61, 0.65, 0.17, 0.27, 0.23, 0.16),
    "tail": (0.34, 0.63, None, 0.78, 0.19, 0.24, 0.52, 0.17),
    "lines before the exit mark": (0.63, 0.77, None, 0.89, 0.27, 0.35, 0.65, 0.24),
    "pipelinemd 0.2.0": (0.14, 0.68, 0.81, 0.85, 0.14, 0.22, 0.47, 0.18),
    "Log Detective, 32 clusters": (0.07, 0.55, 0.68, 0.68, 0.01, 0.05, 0.33, 0.09),
    "buildlog-consultant": (0.37, 0.38, 0.38, 0.38, 0.24, 0.27, 0.24, 0.12),
}
"""Measured on the corpus' MAIN cases by those who collected it."""


def shown(case: Case, model: Ranker | None, *, with_green: bool = False) -> Mapping[int, Sequence[int]]:
    """The lines shown for each budget, best first."""
    green = readable(case.green.read_bytes(), Redactor()) if with_green and case.green else None
    return {
        budget: analysis(
            case.log, max_lines=budget, exit_code=case.exit_code, baseline=green, catalogue=None, model=model
        ).ranked
        for budget in BUDGETS
    }


def measured(
    cases: Iterable[Case], model_of: Callable[[Case], Ranker | None], *, with_green: bool = False
) -> dict[str, float]:
    return figures((case, shown(case, model_of(case), with_green=with_green)) for case in cases)


def table(rows: Mapping[str, Mapping[str, float] | Sequence[float | None]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield f"| | {' | '.join(COLUMNS)} |"
    yield f"|---|{'---|' * len(COLUMNS)}"
    for name, row in rows.items():
        values = [row.get(column) for column in COLUMNS] if isinstance(row, Mapping) else row
        yield f"| {name} | {' | '.join('' if value is None else f'{value:.3f}' for value in values)} |"
