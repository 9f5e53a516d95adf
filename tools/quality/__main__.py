"""`python -m tools.quality`: measure how well the lines that explain a failure are found, for each kind of log.

Logs that nothing was tuned on ("held out") are reported in aggregates only, beside version 0.1.

Exits with 1 when the figures of the project's own logs fall below tools/quality/floor.json.

--cross-validate   learn again without the projects, and without the kinds of logs, to measure on (an hour)
--keep FOLDER      where the rankers learned for it are kept, and taken from when they are there
--worst N          the N cases with the worst figures
--write-floor      today's figures of the own logs become the floor
--secrets          only: how many secrets leak, and how many lines are changed by mistake; exits with 1 above the bars
--seed N           of the generated secrets
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.quality import categories, collected_figures, measure, reading, secrets, simulator
from tools.quality.cases import ROOT, SHARED, Case, as_step, corpus, project_logs, training_cases
from tools.quality.fingerprint import measure as pairs

FLOOR = ROOT / "tools" / "quality" / "floor.json"
_PLAY = 0.005
"""How far a floor is below the measured figure: a corrected label may cost a little."""


def main() -> int:
    """Return the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cross-validate", action="store_true")
    arguments.add_argument("--keep", type=Path, default=Path(tempfile.mkdtemp()), metavar="FOLDER")
    arguments.add_argument("--worst", type=int, default=0, metavar="N")
    arguments.add_argument("--write-floor", action="store_true")
    arguments.add_argument("--secrets", action="store_true")
    arguments.add_argument("--seed", type=int, default=secrets.SEED, metavar="N")
    options = arguments.parse_args()
    if options.secrets:
        figures_of_secrets = secrets.measured(options.seed)
        print("\n".join(secrets.report(figures_of_secrets, options.worst)))
        return 0 if all(one.holds for one in figures_of_secrets) else 1
    cases, logs = list(corpus()), list(project_logs())
    if cases:
        print("\n".join((*reading.tables(), *categories.tables())), end="\n\n")
    else:
        print(f"{SHARED} is not there: only the project's own logs are measured.\n")
    print("\n".join(collected_figures.tables()), end="\n\n")
    if options.cross_validate and cases:
        cross_validated(cases, logs, options.keep)
    if options.worst:
        print("\n".join(measure.worst((*cases, *logs), options.worst)))
    print("\n".join(("Keys of failures over pairs of logs.\n", *pairs.table())), end="\n\n")
    print("\n".join(simulator.tables()), end="\n\n")
    figures = measured_as_it_is(cases, logs)
    if options.write_floor:
        FLOOR.write_text(
            json.dumps({name: round(value - _PLAY, 3) for name, value in figures.items()}, indent=1) + "\n"
        )
    fallen = {name: floor for name, floor in json.loads(FLOOR.read_text()).items() if figures[name] < floor}
    for name, floor in fallen.items():
        print(
            f"own logs: {name} is {figures[name]:.3f}, the floor in {FLOOR.relative_to(ROOT)} is {floor}",
            file=sys.stderr,
        )
    return 1 if fallen else 0


def measured_as_it_is(cases: Sequence[Case], logs: Sequence[Case]) -> measure.Figures:
    """Print the committed ranker's figures and return those of the project's own logs."""
    figures = measure.measured(logs)
    rows: dict[str, measure.Figures | Sequence[float | None]] = dict(measure.PEERS) if cases else {}
    if cases:
        rows["**corpus**, on logs that were learned from"] = measure.measured(cases)
    rows[f"**own {len(logs)} logs**, which were learned from"] = figures
    print("The committed ranker. It was learned from these logs: --cross-validate shows what to expect of others.\n")
    print("\n".join(measure.table(rows)))
    return figures


def cross_validated(cases: Sequence[Case], logs: Sequence[Case], folder: Path) -> None:
    """Print figures of rankers that never saw the logs they are measured on."""
    from tools.quality import left_out  # late: needs LightGBM, which only learning does

    rankers = left_out.Rankers(list(training_cases()), folder)
    rows: dict[str, measure.Figures | Sequence[float | None]] = {**measure.PEERS, **measure.BARS}
    steps = [cut for case in cases if (cut := as_step(case)).id != case.id and cut.truth]
    rows[f"**corpus ({len(cases)}), projects left out**"] = measure.measured(cases, rankers.by_project)
    rows[f"cut to the shape of a step ({len(steps)}), projects left out"] = measure.measured(steps, rankers.by_project)
    for name, is_left_out in left_out.SOURCES.items():
        kind = [case for case in (*cases, *logs) if is_left_out(case)]
        rows[f"{name} ({len(kind)})"] = measure.measured(kind, rankers.without(name))
    print("Cross-validated: no ranker saw a log of the projects that it is measured on. What a reader meets:\n")
    kinds = reading.by_kind(held_out=False)
    read = {name: reading.measured(kind, rankers.by_project) for name, kind in kinds.items()}
    print("\n".join(reading.table(read)), end="\n\n")
    pairs = [case for case in cases if case.green]
    for name, green in (
        ("without it", measure.no_green),
        ("**with it**", measure.its_green),
        ("one with all but the cause instead", measure.all_but_the_cause),
        ("one that shares nothing instead", measure.nothing_shared),
    ):
        rows[f"{len(pairs)} with a green log, projects left out: {name}"] = measure.measured(
            pairs, rankers.by_project, green
        )
    print("Cross-validated: no ranker saw a log of the projects or kinds that it is measured on.\n")
    print("\n".join(measure.table(rows)), end="\n\n")


if __name__ == "__main__":
    sys.exit(main())
