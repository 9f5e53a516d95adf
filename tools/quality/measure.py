"""Measure the program on cases, with and without the log of a successful run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from plugin.extract.analyze import analyze
from plugin.extract.ranker import Ranker
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tools.quality.cases import Case
from tools.quality.score import BUDGETS, figures, marks

COLUMNS = (*(f"hit@{budget}" for budget in BUDGETS), "first", "mrr", "rec@30", "F1@30")
PEERS: Mapping[str, Sequence[float | None]] = {
    "tail": (0.34, 0.63, None, 0.78, 0.19, 0.24, 0.52, 0.17),
    "grep error, fail, exception; last lines": (0.54, 0.58, 0.61, 0.65, 0.17, 0.27, 0.23, 0.16),
    "lines before the exit mark": (0.63, 0.77, None, 0.89, 0.27, 0.35, 0.65, 0.24),
    "pipelinemd 0.2.0": (0.14, 0.68, 0.81, 0.85, 0.14, 0.22, 0.47, 0.18),
    "Log Detective, 32 clusters": (0.07, 0.55, 0.68, 0.68, 0.01, 0.05, 0.33, 0.09),
    "buildlog-consultant": (0.37, 0.38, 0.38, 0.38, 0.24, 0.27, 0.24, 0.12),
}
"""Measured on the corpus' MAIN cases by those who collected it."""
BARS: Mapping[str, Sequence[float | None]] = {
    "the bar, projects left out": (0.90, 0.95, 0.97, 0.98, 0.72, 0.77, 0.78, 0.33),
    "the bar, other logs": (0.82, 0.91, 0.94, 0.95, 0.60, 0.66, 0.76, 0.31),
    "the bar with a green log": (0.99, 1.00, None, None, 0.85, 0.90, 0.88, 0.50),
}

Figures = dict[str, float]
Green = Callable[[Case], bytes | None]


def no_green(_: Case) -> None:
    """Return None: there is no green log."""


def its_green(case: Case) -> bytes | None:
    """Return the green log that belongs to the case."""
    return readable(case.green.read_bytes(), Redactor()) if case.green else None


def all_but_the_cause(case: Case) -> bytes:
    """Return the red log without the lines that explain the failure."""
    return b"\n".join(line for number, line in enumerate(case.log.split(b"\n"), 1) if number not in case.right)


def nothing_shared(_: Case) -> bytes:
    """Return a green log of another step."""
    return b"+ echo hello\nhello\n"


def shown(case: Case, model: Ranker | None, green: Green = no_green) -> dict[int, Sequence[int]]:
    """Return the lines shown for each budget, best first."""
    return {
        budget: analyze(
            case.log, max_lines=budget, exit_code=case.exit_code, baseline=green(case), catalogue=None, model=model
        ).ranked
        for budget in BUDGETS
    }


def measured(
    cases: Iterable[Case], model_of: Callable[[Case], Ranker | None] = no_green, green: Green = no_green
) -> Figures:
    """Return the figures of all cases, each with the ranker that may be used on it; None is the committed one."""
    return figures((case, shown(case, model_of(case), green)) for case in cases)


def worst(cases: Iterable[Case], count: int) -> Iterator[str]:
    """Yield the cases whose first true line ranks lowest, with that line and the one that was shown first."""
    found = []
    for case in cases:
        lines = shown(case, None)[30]
        found.append((marks(case, lines).mrr, case, lines[:1]))
    for mark, case, first in sorted(found, key=lambda one: one[0])[:count]:
        texts = case.log.split(b"\n")
        yield f"{case.id}: first true line {f'at place {round(1 / mark)}' if mark else 'not among 30'}"
        for name, numbers in (("true", sorted(case.truth)[:1]), ("shown", first)):
            yield from (f"    {name:5} {n}: {texts[n - 1][:160].decode(errors='replace')}" for n in numbers)


def table(rows: Mapping[str, Figures | Sequence[float | None]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| | {' | '.join(COLUMNS)} |"
    yield f"|---|{'---|' * len(COLUMNS)}"
    for name, row in rows.items():
        values = [row.get(column) for column in COLUMNS] if isinstance(row, Mapping) else row
        yield f"| {name} | {' | '.join('' if value is None else f'{value:.3f}' for value in values)} |"
