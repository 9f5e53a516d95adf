"""Size of the image, time until its container sends its first request, and memory of a run."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.server import TOKEN, Fault, Reply, Request
from tests.fakes.servers.truth import TrueStep, build
from tools.bench.logs import MB, real_log

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
LOGS = (0, 300_000, 1 * MB, 2 * MB, 5 * MB)
"""Sizes of logs in bytes. Every line of the second is analyzed; Drone keeps the last 5 MiB of a log."""
PYTHON = "/opt/plugin/bin/python3"


def chapter() -> str:
    """Return the chapter: size, start and memory."""
    try:
        with _engine():
            name = _output("tools/image/build").splitlines()[-1]
            tables = [_weight(name), _start(name), _memory(name)]
    except (OSError, subprocess.CalledProcessError) as error:
        tables = [f"Not measured: no container engine is available ({type(error).__name__})."]
    return "## The image\n\n" + "\n\n".join(tables) + "\n"


@contextmanager
def _engine() -> Iterator[None]:
    running = subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    os.environ["DOCKER_HOST"] = _output("tools/image/engine")
    try:
        yield
    finally:
        if not running:
            _output("tools/image/engine", "stop")


def _weight(name: str) -> str:
    image = json.loads(_output("docker", "image", "inspect", name))[0]
    base = json.loads(_output("docker", "image", "inspect", image["Config"]["Labels"]["standin.base"]))[0]
    added = (image["Size"] - base["Size"]) / MB
    return f"The image adds **{added:.1f} MB** to its base of {base['Size'] / MB:.0f} MB; the limit: 40."


def _start(name: str) -> str:
    """Return the table of times from the start of a container to the first request, and to the end of an import.

    Containers share the machine's clock.
    """
    with _Watched(build(TrueStep("lint", code=1))) as server:
        first, imported = [], []
        for _ in range(ROUNDS):
            imported.append(_until_imported(name))
            first.append(_until_first_request(name, server))
    ours, yardstick = min(first), min(imported)
    return f"""| from `docker run` to | best of {ROUNDS} | ratio |
|---|---|---|
| `python -c "import requests"` | {yardstick * 1000:.0f} ms | 1.00 |
| the first request | {ours * 1000:.0f} ms | {ours / yardstick:.2f} |

The limit: 1.6."""


def _until_imported(name: str) -> float:
    start = time.monotonic()
    command = ["docker", "run", "--rm", "--network", "host", "--entrypoint", PYTHON, name, "-c"]
    return float(_output(*command, "import requests, time; print(time.monotonic())")) - start


class _Watched(DroneFake):
    """A fake server that records the time of its first request."""

    first_asked = 0.0

    def handle(self, request: Request) -> Reply | Fault:
        self.first_asked = self.first_asked or time.monotonic()
        return super().handle(request)


def _until_first_request(name: str, server: _Watched) -> float:
    server.first_asked = 0.0
    start = time.monotonic()
    _run(name, _environ(server))
    return server.first_asked - start


def _memory(name: str) -> str:
    rows = []
    for size in LOGS:
        most = _most_memory(name, size)
        beyond = most - 60 - 4 * size / MB
        rows.append(f"| {size / MB:g} MB | {most:.0f} | {f'**{beyond:.0f}**' if beyond > 0 else 'none'} |")
    return f"""Peak resident memory of a run in the container, with one failed step, by the size of its log:

| log | MB | beyond 60 MB + 4 × log |
|---|---|---|
{chr(10).join(rows)}

The limit: nothing beyond."""


def _most_memory(name: str, size: int) -> float:
    log = real_log(size).decode(errors="replace") if size else "+ make\nerror: no rule\n"
    with DroneFake(build(TrueStep("test", code=1, log=log))) as server:
        options = ("--entrypoint", PYTHON)
        ended = _run(name, {**_environ(server), "PLUGIN_TIMEOUT": "600"}, *options, arguments=("-I", "-c", _MEASURED))
    return float(ended.split()[-1]) * 1024 / MB


_MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", "-u", "-B", "-m", "plugin"], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def _run(name: str, variables: Mapping[str, str], *options: str, arguments: tuple[str, ...] = ()) -> str:
    """Run the image in a container and return its standard error."""
    names = [option for variable in variables for option in ("--env", variable)]
    command = ["docker", "run", "--rm", "--network", "host", *names, *options, name, *arguments]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, check=True).stderr.decode()


def _environ(server: DroneFake) -> Mapping[str, str]:
    settings = {"SERVER": server.url, "TOKEN": TOKEN, "BASELINE": "off", "OUTPUT": "/tmp/report.md"}  # noqa: S108 — inside the container
    return {**server.environ(), **{f"PLUGIN_{name}": text for name, text in settings.items()}}


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
