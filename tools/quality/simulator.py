"""Simulate histories of builds and judge the verdicts: `python -m tools.quality.simulator`.

--builds N       builds of one history (500), half of them on each of two servers
--seeds N …      seeds (those that were fixed, and ten new ones)
--explain ROW    list what was stated about the failures of one row of the matrix; those called wrong are always listed
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product, starmap
from multiprocessing import get_context

from tests.simulator.play import HISTORY_REQUESTS, History, Outcome, play
from tests.simulator.pool import families, outages
from tests.simulator.score import LEAST_FLAKY, LEAST_TARGET, Score, row, score, table
from tests.simulator.world import World

BUILDS = 500
SEEDS = (20261129,)
"""Fixed before the first run."""
NEW_SEEDS = tuple(range(2001, 2011))
"""Chosen before a run, and not used while the code that they judge was written."""
SHORT = 80
"""Builds of the history that `make quality` plays; all of them would take longer than the rest of it."""


@dataclass(frozen=True)
class Server:
    """A generation of server, and how the history is played on it."""

    generation: str
    merges: bool
    """It builds the merge of a pull request with its target branch."""
    with_forge: bool


SERVERS = (Server("drone-2", merges=True, with_forge=False), Server("woodpecker-3.17", merges=False, with_forge=True))


def histories(builds: int, seeds: Iterable[int]) -> Iterator[History]:
    """Yield a history on each server for each seed."""
    yield from starmap(_played, product((builds,), seeds, SERVERS))


def _at_once(builds: int, seeds: Iterable[int]) -> list[History]:
    """Return the same, played in a process for each core."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        return list(processes.map(_played, *zip(*product((builds,), seeds, SERVERS), strict=True)))


def _played(builds: int, seed: int, server: Server) -> History:
    world = World(families(), outages(), seed, merges=server.merges)
    return play(server.generation, world.builds(builds // len(SERVERS)), seed, with_forge=server.with_forge)


def holds(found: Score) -> bool:
    """Return whether every bar holds."""
    return (
        not found.wrong
        and _part(found.target) >= LEAST_TARGET
        and _part(found.flaky) >= LEAST_FLAKY
        and found.most_requests <= HISTORY_REQUESTS
    )


def _part(parts: tuple[int, int]) -> float:
    return parts[0] / parts[1] if parts[1] else 1.0


def tables(builds: int = SHORT) -> Iterator[str]:
    """Yield the confusion matrix and the rates of a short history with the seed that was fixed."""
    yield f"\nVerdicts on a simulated history of {builds} builds; `python -m tools.quality.simulator` plays all.\n"
    yield from table(score(_at_once(builds, SEEDS)))


def main() -> int:
    """Print the tables. Return the exit code: 1 if a bar does not hold."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--builds", type=int, default=BUILDS, metavar="N")
    arguments.add_argument("--seeds", type=int, nargs="+", default=[*SEEDS, *NEW_SEEDS], metavar="N")
    arguments.add_argument("--explain", metavar="ROW")
    options = arguments.parse_args()
    played = _at_once(options.builds, options.seeds)
    found = score(played)
    print("\n".join(table(found)))
    for one in (outcome for history in played for outcome in history.outcomes):
        if row(one) == options.explain or one in found.wrong:
            print(_explained(one))
    return 0 if holds(found) else 1


def _explained(one: Outcome) -> str:
    place = f"pull request {one.pull}" if one.pull else "main"
    faults = ", ".join(f"{fault.origin} {fault.failure.id}" for fault in one.truth.faults)
    observed = f" (observed in {', '.join(one.observed)})" if one.observed else ""
    stated = f"{one.verdict.kind}, {one.verdict.cause}; {one.verdict.evidence}"
    return f"{one.server}, build {one.build} of {place}, {one.truth.step}, {faults}{observed}: {stated}"


if __name__ == "__main__":
    sys.exit(main())
