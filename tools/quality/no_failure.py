"""Measure the rule for logs that report no failure: `python -m tools.quality.no_failure`.

A failing log taken for one without a failure is a fault. A log of a successful run that it does not recognize is
explained as before.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from plugin.extract.analyze import analyze
from plugin.extract.no_failure import reports_no_failure
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor
from tools.quality.cases import OWN, corpus, own_tools, project_logs, public_cases


def main() -> None:
    """Print how many logs of each sort the rule takes for logs without a failure, and the faults."""
    taken: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for path, sort in dict(_logs()).items():
        total[sort] += 1
        if reports_no_failure(analyze(LazyLog(path.read_bytes(), Redactor()))):
            taken[sort] += 1
            if sort == "failing":
                print(f"wrong: {path}")
    for sort, count in total.items():
        print(f"{sort}: {taken[sort]:,} of {count:,} logs report no failure")


def _logs() -> Iterator[tuple[Path, str]]:
    """Yield each log that is not held out, and its sort."""
    for case in (*corpus(), *public_cases(), *own_tools(), *project_logs()):
        yield case.path, "failing"
        if case.green:
            yield case.green, "successful"
    for path in OWN.rglob("*.green.log"):
        yield path, "successful"


if __name__ == "__main__":
    main()
