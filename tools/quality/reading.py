"""Measure what a reader meets: whether the cause leads, and how much else stands before the fold."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from plugin.extract.analyze import analyze
from plugin.extract.ranker import Ranker
from tools.quality.cases import Case, as_step, corpus, own_tools, public_cases

MOST = 60
"""`max_lines`, as the setting's default has it."""
_FIRST_READ = 3
COLUMNS = ("n", "cause", "hit@10", "read ≤ 3", "shown", "precision", "cause shown", "by project")
LEGEND = """\
cause        the best ranked line states the cause
hit@10       one of the ten best ranked lines does
read ≤ 3     one of the first three lines that a reader meets, from the top of what is shown before a fold, does
shown        lines that are shown before the fold (median)
precision    share of them that are in the label or say the same
cause shown  a line that states the cause is among them
by project   `cause`, averaged over projects instead of logs: ten logs of one project resemble each other
"""
VERSION_0_1 = Path(__file__).with_name("version_0_1.json")
"""Figures of commit c840c9b (version 0.1), which shows all lines of its excerpt in reading order, without a fold.

The mean over projects was not measured then."""


@dataclass(frozen=True, slots=True)
class ExcerptMeasures:
    """What a reader meets in one excerpt; all but `project` and `shown` are 0..1."""

    project: str
    cause: float
    hit: float
    read: float
    shown: int
    precision: float
    cause_shown: float


def measure_excerpt(case: Case, ranked: Sequence[int], shown: Sequence[int]) -> ExcerptMeasures:
    """Return the measures of an excerpt with the lines `ranked`, best first, and `shown` before the fold, in order."""
    right = case.right | case.same
    judged = [number for number in shown if number in right or number not in case.unjudged]
    return ExcerptMeasures(
        project=case.project,
        cause=float(bool(case.cause.intersection(ranked[:1]))),
        hit=float(bool(case.cause.intersection(ranked[:10]))),
        read=float(bool(case.cause.intersection(shown[:_FIRST_READ]))),
        shown=len(shown),
        precision=sum(number in right for number in judged) / len(judged) if judged else 0.0,
        cause_shown=float(bool(case.cause.intersection(shown))),
    )


def figures(measures: Iterable[ExcerptMeasures]) -> tuple[float, ...]:
    """Return the values of COLUMNS."""
    every = tuple(measures)
    if not every:
        return ()
    by_project: defaultdict[str, list[float]] = defaultdict(list)
    for one in every:
        by_project[one.project].append(one.cause)
    return (
        len(every),
        fmean(one.cause for one in every),
        fmean(one.hit for one in every),
        fmean(one.read for one in every),
        median(one.shown for one in every),
        fmean(one.precision for one in every),
        fmean(one.cause_shown for one in every),
        fmean(map(fmean, by_project.values())),
    )


def by_kind(*, held_out: bool) -> Mapping[str, list[Case]]:
    """Return the cases of each kind of log; all empty without the collections beside the checkout."""
    jobs = list(corpus(held_out=held_out))
    steps = [step for job in jobs if (step := as_step(job)).id != job.id and step.truth and (step.core or not job.core)]
    return {
        "cut to the shape of a step": steps,
        "not Travis, whole": [job for job in jobs if job.ci != "travis"],
        "whole Travis jobs": [job for job in jobs if job.ci == "travis"],
        "public cases": list(public_cases(held_out=held_out)),
        "common tools": list(own_tools(held_out=held_out)),
    }


def measured(cases: Iterable[Case], model_of: Callable[[Case], Ranker | None] = lambda _: None) -> tuple[float, ...]:
    """Return the figures of cases, each with the ranker that may be used on it; None is the committed one."""
    return figures(_measured(case, model_of(case)) for case in cases)


def _measured(case: Case, model: Ranker | None) -> ExcerptMeasures:
    excerpt = analyze(case.log, max_lines=MOST, exit_code=case.exit_code, model=model)
    return measure_excerpt(case, excerpt.ranked, [line.number for line in excerpt.shown])


def tables() -> Iterator[str]:
    """Yield the figures of each kind of log, of those learned from and of those held out beside version 0.1."""
    before = json.loads(VERSION_0_1.read_text("utf-8"))
    yield LEGEND
    yield "Logs that the ranker learned from:\n"
    yield from table({name: measured(cases) for name, cases in by_kind(held_out=False).items()})
    yield "\nHeld out: logs that nothing was tuned on and nobody looked at; in brackets version 0.1:\n"
    rows: dict[str, tuple[float | None, ...]] = {}
    for name, cases in by_kind(held_out=True).items():
        rows[name] = measured(cases)
        rows[f"({name})"] = tuple(before["held out"][name])
    yield from table(rows)


def table(rows: Mapping[str, Sequence[float | None]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| | {' | '.join(COLUMNS)} |"
    yield f"|---|{'---|' * len(COLUMNS)}"
    for name, values in rows.items():
        yield row(name, values)


def row(name: str, values: Sequence[float | None]) -> str:
    """Return a row of a Markdown table, without further columns."""
    return f"| {name} | {' | '.join(_cell(column, value) for column, value in zip(COLUMNS, values, strict=True))} |"


def _cell(column: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if column in ("n", "shown") else f"{value:.2f}"
