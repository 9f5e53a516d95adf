"""`python -m tests.faults [--write]`: try every cell of the fault matrix and print the results.

With `--write` they go into the generated part of docs/reliability.md; the rest of that page is written by hand.
"""

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.faults.matrix import FORGES, SERVERS
from tests.faults.page import part
from tests.faults.trial import tried
from tests.regenerate import with_part

PAGE = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
WORKERS = 2


def main(arguments: Sequence[str]) -> int:
    start = time.monotonic()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(tried, kind, at_forge=False) for kind in SERVERS]
        jobs += [pool.submit(tried, kind, at_forge=True) for kind in FORGES]
        all_tried = [one for job in jobs for one in job.result()]
    text = part(all_tried, time.monotonic() - start)
    if "--write" in arguments:
        PAGE.write_text(with_part(PAGE.read_text("utf-8"), "matrix", text), encoding="utf-8")
    else:
        print(text)
    broken = [one for one in all_tried if one.broken]
    for one in broken:
        print(f"{one.cell}: not kept: {', '.join(one.broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
