"""Reading test reports: time and memory of a report with many tests, and a workspace without any."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = 50_000
FILES = 20_000
BAR_SECONDS, BAR_MEMORY = 0.5, 60
ROUNDS = 3


def chapter() -> str:
    """Return a table; each measurement is a process of its own, because memory is never given back."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        report.write_text(_report(), encoding="utf-8")
        runs = [_measured("read", report) for _ in range(ROUNDS)]
        seconds, megabytes = min(run[0] for run in runs), min(run[1] for run in runs)
        size = report.stat().st_size / 1e6
        report.unlink()
        for number in range(FILES):
            path = Path(folder, f"{number % 200:03}", f"{number}.c")
            path.parent.mkdir(exist_ok=True)
            path.touch()
        if seconds > BAR_SECONDS or megabytes > BAR_MEMORY:
            raise RuntimeError(f"a report takes {seconds:.2f} s and {megabytes:.0f} MB")
        search = min(_measured("search", Path(folder))[0] for _ in range(ROUNDS))
    return f"""## Test reports

| what | seconds | MB |
|---|---|---|
| a JUnit report of {TESTS:,} tests, {TESTS // 100:,} of them failed ({size:.1f} MB) | {seconds:.2f} | {megabytes:.0f} |
| the search for reports among {FILES:,} files, none of which is one | {search:.2f} | |

The bars for the report: {BAR_SECONDS} s and {BAR_MEMORY} MB beyond what Python and the readers take. A build without a
failed step searches for nothing and loads no reader.
"""


def _report() -> str:
    failure = '<failure message="expected 810, got 900">Cart.java:12</failure>'
    tests = (
        f'<testcase classname="shop.Cart{number % 100}" name="test_{number}" time="0.01">'
        f"{failure if number % 100 == 0 else ''}</testcase>"
        for number in range(TESTS)
    )
    return f'<?xml version="1.0"?><testsuites><testsuite name="shop">{"".join(tests)}</testsuite></testsuites>'


def _measured(what: str, path: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "tools.bench.test_reports", what, str(path)]
    seconds, megabytes = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(megabytes)


def measure(what: str, path: str) -> None:
    """Print the seconds and the megabytes that it takes."""
    from plugin.test_reports.find import Finder
    from plugin.test_reports.formats import read

    before = _peak()
    start = time.perf_counter()
    if what == "read":
        tests = [test for test in read(Path(path).read_bytes()) if test.outcome == "failed"]
        if len(tests) != TESTS // 100:
            raise RuntimeError(f"{len(tests)} failed tests were read")
    else:
        list(Finder(path, ("auto",)).reports(0))
    seconds = time.perf_counter() - start
    print(seconds, (_peak() - before) / 1024)


def _peak() -> int:
    """Return the most memory that this process had, in KiB: getrusage(2) counts that of its parent, too."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])


if __name__ == "__main__":
    measure(*sys.argv[1:])
