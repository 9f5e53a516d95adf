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

from tools.quality import measure, reading, secrets
from tools.quality.cases import ROOT, SHARED, Case, as_step, corpus, own, training_cases
from tools.quality.fingerprint import measure as pairs

FLOOR = ROOT / "tools" / "quality" / "floor.json"
_PLAY = 0.005
"""A floor is that much below what was measured: a mended label may cost a little."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cross-validate", action="store_true")
    arguments.add_argument("--keep", type=Path, default=Path(tempfile.mkdtemp()), metavar="FOLDER")
    arguments.add_argument("--worst", type=int, default=0, metavar="N")
    arguments.add_argument("--write-floor", action="store_true")
    arguments.add_argument("--secrets", action="store_true")
    arguments.add_argument("--seed", type=int, default=secrets.SEED, metavar="N")
    given = arguments.parse_args()
    if given.secrets:
        figures_of_secrets = secrets.measured(given.seed)
        print("\n".join(secrets.report(figures_of_secrets, given.worst)))
        return 0 if all(one.holds for one in figures_of_secrets) else 1
    theirs, ours = list(corpus()), list(own())
    if theirs:
        print("\n".join(reading.tables()), end="\n\n")
    else:
        print(f"{SHARED} is not there: only the project's own logs are measured.\n")
    if given.cross_validate and theirs:
        cross_validated(theirs, ours, given.keep)
    if given.worst:
        print("\n".join(measure.worst((*theirs, *ours), given.worst)))
    print("\n".join(("Keys of failures over pairs of logs.\n", *pairs.table())), end="\n\n")
    figures = measured_as_it_is(theirs, ours)
    if given.write_floor:
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


def measured_as_it_is(theirs: Sequence[Case], ours: Sequence[Case]) -> measure.Figures:
    """Prints the committed ranker's figures, gives those of the own logs."""
    figures = measure.measured(ours)
    rows: dict[str, measure.Figures | Sequence[float | None]] = dict(measure.PEERS) if theirs else {}
    if theirs:
        rows["**corpus**, on logs that were learnt from"] = measure.measured(theirs)
    rows[f"**own {len(ours)} logs**, which were learnt from"] = figures
    print("The committed ranker. It was learnt from these logs: --cross-validate tells what to expect of others.\n")
    print("\n".join(measure.table(rows)))
    return figures


def cross_validated(theirs: Sequence[Case], ours: Sequence[Case], folder: Path) -> None:
    """Prints figures of rankers that never saw the logs they are measured on."""
    from tools.quality import left_out  # late: needs LightGBM, which only learning does

    rankers = left_out.Rankers(list(training_cases()), folder)
    rows: dict[str, measure.Figures | Sequence[float | None]] = {**measure.PEERS, **measure.BARS}
    steps = [cut for case in theirs if (cut := as_step(case)).id != case.id and cut.truth]
    rows[f"**corpus ({len(theirs)}), projects left out**"] = measure.measured(theirs, rankers.by_project)
    rows[f"cut to the shape of a step ({len(steps)}), projects left out"] = measure.measured(steps, rankers.by_project)
    for name, is_left_out in left_out.SOURCES.items():
        cases = [case for case in (*theirs, *ours) if is_left_out(case)]
        rows[f"{name} ({len(cases)})"] = measure.measured(cases, rankers.without(name))
    print("Cross-validated: no ranker saw a log of the projects that it is measured on. What a reader meets:\n")
    kinds = reading.by_kind(held_out=False)
    read = {name: reading.measured(cases, rankers.by_project) for name, cases in kinds.items()}
    print("\n".join(reading.table(read)), end="\n\n")
    pairs = [case for case in theirs if case.green]
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
