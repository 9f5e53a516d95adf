"""What the image weighs, how fast its container is at its first request, and how much memory a run needs."""

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
"""The second is looked at whole; Drone keeps the last 5 MiB of a log."""
PYTHON = "/opt/plugin/bin/python3"


def chapter() -> str:
    """Tables of weight, start and memory."""
    try:
        with _engine():
            name = _said("tools/image/build").splitlines()[-1]
            tables = [_weight(name), _start(name), _memory(name)]
    except (OSError, subprocess.CalledProcessError) as error:
        tables = [f"Not measured: no container engine could be had here ({type(error).__name__})."]
    return "## The image\n\n" + "\n\n".join(tables) + "\n"


@contextmanager
def _engine() -> Iterator[None]:
    running = subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    os.environ["DOCKER_HOST"] = _said("tools/image/engine")
    try:
        yield
    finally:
        if not running:
            _said("tools/image/engine", "stop")


def _weight(name: str) -> str:
    about = json.loads(_said("docker", "image", "inspect", name))[0]
    base = json.loads(_said("docker", "image", "inspect", about["Config"]["Labels"]["standin.base"]))[0]
    above = (about["Size"] - base["Size"]) / MB
    return f"The image weighs **{above:.1f} MB** above its base of {base['Size'] / MB:.0f} MB; the bar: 40."


def _start(name: str) -> str:
    """From the start of the container to the first request, beside that to the end of `import requests`.

    The clock is the machine's, which its containers share.
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

The bar: 1.6."""


def _until_imported(name: str) -> float:
    start = time.monotonic()
    command = ["docker", "run", "--rm", "--network", "host", "--entrypoint", PYTHON, name, "-c"]
    return float(_said(*command, "import requests, time; print(time.monotonic())")) - start


class _Watched(DroneFake):
    """Knows when it was first asked."""

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
    return f"""Most resident memory of a run in the container, with one failed step, by the size of its log:

| log | MB | beyond 60 MB + 4 × log |
|---|---|---|
{chr(10).join(rows)}

The bar: nothing beyond."""


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
    """A run in a container; gives what it complained of."""
    names = [option for variable in variables for option in ("--env", variable)]
    command = ["docker", "run", "--rm", "--network", "host", *names, *options, name, *arguments]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, check=True).stderr.decode()


def _environ(server: DroneFake) -> Mapping[str, str]:
    given = {"SERVER": server.url, "TOKEN": TOKEN, "BASELINE": "off", "OUTPUT": "/tmp/report.md"}  # noqa: S108 — the container's own
    return {**server.environ(), **{f"PLUGIN_{name}": text for name, text in given.items()}}


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
