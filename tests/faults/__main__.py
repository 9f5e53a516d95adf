"""`python -m tests.faults [--write]`: tries every cell of the matrix, prints the page or writes docs/reliability.md."""

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.faults.matrix import FORGES, SERVERS
from tests.faults.page import page
from tests.faults.trial import tried

PAGE = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
WORKERS = 2


def main(arguments: Sequence[str]) -> int:
    start = time.monotonic()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(tried, kind, at_forge=False) for kind in SERVERS]
        jobs += [pool.submit(tried, kind, at_forge=True) for kind in FORGES]
        all_tried = [one for job in jobs for one in job.result()]
    text = page(all_tried, time.monotonic() - start)
    if "--write" in arguments:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    broken = [one for one in all_tried if one.broken]
    for one in broken:
        print(f"{one.cell}: not kept: {', '.join(one.broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
