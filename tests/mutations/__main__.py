"""`python -m tests.mutations [--every] [--sample N] [--seed N]`: try all mutations; exit code 1 if one fails.

`--every` tries each answer of each recording, not only one of each shape.
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
"""So many mutations between two lines on how far it is."""
_CHOSEN: list[Mutation] = []
"""Filled before the workers are forked, so that no tape is sent to them."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("--every", action="store_true", help="each answer of each recording")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, chosen at random")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    _CHOSEN.extend(mutations([*recorded(DEMO), *recorded(), *of_all_fakes()], every=given.every))
    if given.sample:
        _CHOSEN[:] = random.Random(given.seed).sample(_CHOSEN, given.sample)  # noqa: S311 — it chooses samples
    start = time.monotonic()
    failed: Counter[str] = Counter()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        for number, (mutation, broken) in enumerate(
            zip(_CHOSEN, pool.map(_tried, range(len(_CHOSEN)), chunksize=20), strict=True)
        ):
            if number % STRIDE == 0:
                print(f"{number} of {len(_CHOSEN)}", file=sys.stderr, flush=True)
            if broken:
                failed.update(broken)
                print(f"{mutation}: not kept: {', '.join(broken)}", flush=True)
    bad = f"; {dict(failed)}" if failed else ""
    print(f"{len(_CHOSEN)} mutations in {time.monotonic() - start:.0f} s, {failed.total()} promises broken{bad}")
    return 1 if failed else 0


def _tried(number: int) -> list[str]:
    return broken_promises(_CHOSEN[number])


if __name__ == "__main__":
    sys.exit(main())
