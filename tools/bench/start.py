"""Start-up time of the program, compared with importing `requests` alone, and what notifications add to a run."""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.server import TOKEN
from tests.fakes.servers.truth import TrueStep, build
from tools.bench.processes import ENVIRONMENT, medians

ROUNDS = 15
COMMANDS = {
    'python -c "import requests"': ["-c", "import requests"],
    "python -m plugin --version": ["-m", "plugin", "--version"],
    "python -m plugin settings": ["-m", "plugin", "settings"],
}
RUN_ROUNDS = 7
RUNS: Mapping[str, Mapping[str, str]] = {
    "without notifications": {},
    "with `notify_urls`": {"PLUGIN_NOTIFY_URLS": "json://127.0.0.1:9"},
}
_MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "plugin"], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print((used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss * 1024 / 1e6)
"""


def chapter() -> str:
    """Return the chapter: a table of medians, and one of runs with and without notifications."""
    measured = medians({name: [sys.executable, *arguments] for name, arguments in COMMANDS.items()}, ROUNDS)
    yardstick = next(iter(measured.values()))
    rows = "\n".join(
        f"| `{name}` | {value * 1000:.0f} ms | {value / yardstick:.2f} |" for name, value in measured.items()
    )
    return f"""## Start

| command | median of {ROUNDS} | ratio |
|---|---|---|
{rows}

Processor time. The limit: `--version` 1.5.

{_notifications()}
"""


def _notifications() -> str:
    """Return the table of whole runs for a build with one failed step."""
    with tempfile.TemporaryDirectory() as workspace, DroneFake(build(TrueStep("lint", code=1))) as server:
        settings = {"SERVER": server.url, "TOKEN": TOKEN, "OUTPUT": f"{workspace}/report.md"}
        environ = {**server.environ(), **{f"PLUGIN_{name}": value for name, value in settings.items()}}
        rows = "\n".join(_run_row(name, {**environ, **added}) for name, added in RUNS.items())
    return f"""| a run for a build with one failed step | processor time | most memory |
|---|---|---|
{rows}

Medians of {RUN_ROUNDS}. Only a run with notifications imports Apprise; asserted in `tests/commands/test_notify.py`."""


def _run_row(name: str, environ: Mapping[str, str]) -> str:
    runs = []
    for _ in range(RUN_ROUNDS):
        command = [sys.executable, "-c", _MEASURED]
        ended = subprocess.run(command, env={**ENVIRONMENT, **environ}, capture_output=True, text=True, check=True)
        runs.append(tuple(map(float, ended.stdout.split())))
    time, memory = (statistics.median(figures) for figures in zip(*runs, strict=True))
    return f"| {name} | {time:.0f} ms | {memory:.0f} MB |"
