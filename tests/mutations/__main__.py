"""Run all mutations: `python -m tests.mutations [--every] [--sample N] [--seed N]`; exit code 1 if one fails.

`--every` tries each response of each recording, not only one of each shape.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.mutations.tape import DEMO, of_all_fakes, recorded
from tests.mutations.trial import Mutation, broken_promises, mutations

WORKERS = os.cpu_count() or 2
STRIDE = 1_000
"""Mutations between two progress lines."""
_CHOSEN: list[Mutation] = []
"""Filled before the workers are forked, so that no tape is sent to them."""


def main() -> int:
    """Parse the command line, run the mutations and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("--every", action="store_true", help="try each response of each recording")
    parser.add_argument("--sample", type=int, metavar="N", help="try only N mutations, chosen at random")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    _CHOSEN.extend(mutations([*recorded(DEMO), *recorded(), *of_all_fakes()], every=options.every))
    if options.sample:
        _CHOSEN[:] = random.Random(options.seed).sample(_CHOSEN, options.sample)  # noqa: S311 — it chooses samples
    start = time.monotonic()
    failed: Counter[str] = Counter()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        for number, (mutation, broken) in enumerate(
            zip(_CHOSEN, pool.map(_run, range(len(_CHOSEN)), chunksize=20), strict=True)
        ):
            if number % STRIDE == 0:
                print(f"{number} of {len(_CHOSEN)}", file=sys.stderr, flush=True)
            if broken:
                failed.update(broken)
                print(f"{mutation}: broken: {', '.join(broken)}", flush=True)
    bad = f"; {dict(failed)}" if failed else ""
    print(f"{len(_CHOSEN)} mutations in {time.monotonic() - start:.0f} s, {failed.total()} promises broken{bad}")
    return 1 if failed else 0


def _run(number: int) -> list[str]:
    return broken_promises(_CHOSEN[number])


if __name__ == "__main__":
    sys.exit(main())
