"""What the image weighs, how fast its container is at its first request, and how much memory a run needs."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.logs import MB, real_log
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.server import TOKEN
from tests.fakes.servers.truth import TrueStep, build

ROOT = Path(__file__).parent.parent
ROUNDS = 9
LOGS = (0, 1 * MB, 2 * MB, 5 * MB)
"""Drone keeps the last 5 MiB of a log."""
PYTHON = "/opt/plugin/bin/python3"


def chapter() -> str:
    """Tables of weight, start and memory; the first two only where a container engine can be had."""
    return f"""## The image

{_image()}

## Memory

Most resident memory of a run with one failed step, by the size of its log.

| log | MB | MB beyond 60 + 4 × log |
|---|---|---|
{_memory()}

The bar: nothing beyond.
"""


def _image() -> str:
    try:
        with _engine():
            name = _said("image/build").splitlines()[-1]
            return f"{_weight(name)}\n\n{_start(name)}"
    except (OSError, subprocess.CalledProcessError) as error:
        return f"Not measured: no container engine could be had here ({type(error).__name__})."


@contextmanager
def _engine() -> Iterator[None]:
    running = subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    os.environ["DOCKER_HOST"] = _said("image/engine")
    try:
        yield
    finally:
        if not running:
            _said("image/engine", "stop")


def _weight(name: str) -> str:
    about = json.loads(_said("docker", "image", "inspect", name))[0]
    base = json.loads(_said("docker", "image", "inspect", about["Config"]["Labels"]["standin.base"]))[0]
    above = (about["Size"] - base["Size"]) / MB
    return f"The image weighs **{above:.1f} MB** above its base of {base['Size'] / MB:.0f} MB; the bar: 40."


def _start(name: str) -> str:
    """From the start of the container to the first request, beside that to the end of `import requests`.

    The clock is the machine's, which its containers share.
    """
    with DroneFake(build(TrueStep("lint", code=1))) as server:
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


def _until_first_request(name: str, server: DroneFake) -> float:
    asked: list[float] = []
    handle = server.handle

    def handled(request: object) -> object:
        asked.append(time.monotonic())
        return handle(request)  # type: ignore[arg-type]

    server.handle = handled  # type: ignore[method-assign,assignment]
    start = time.monotonic()
    variables = {**_environ(server), "PLUGIN_BASELINE": "off", "PLUGIN_OUTPUT": "/tmp/report.md"}  # noqa: S108
    names = [option for variable in variables for option in ("--env", variable)]
    command = ["docker", "run", "--rm", "--network", "host", *names, name]
    subprocess.run(command, env={**os.environ, **variables}, capture_output=True, check=True)
    server.handle = handle  # type: ignore[method-assign]
    return asked[0] - start


def _memory() -> str:
    rows = []
    for size in LOGS:
        most = _most_memory(size)
        beyond = most - 60 - 4 * size / MB
        rows.append(f"| {size // MB} MB | {most:.0f} | {f'**{beyond:.0f}**' if beyond > 0 else 'none'} |")
    return "\n".join(rows)


def _most_memory(size: int) -> float:
    log = real_log(size).decode(errors="replace") if size else "+ make\nerror: no rule\n"
    with DroneFake(build(TrueStep("test", code=1, log=log))) as server, tempfile.TemporaryDirectory() as workspace:
        variables = {
            **_environ(server),
            "DRONE_WORKSPACE": workspace,
            "PLUGIN_BASELINE": "off",
            "PLUGIN_TIMEOUT": "600",
        }
        command = [sys.executable, "-c", _RUN]
        ended = subprocess.run(command, env={**variables, **_AS_IN_THE_IMAGE}, capture_output=True, check=True)
    return float(ended.stderr.split()[-1]) * 1024 / MB


_AS_IN_THE_IMAGE = {"MALLOC_ARENA_MAX": "1"}
_RUN = """
import sys
from contextlib import suppress
sys.argv = ["plugin"]
from plugin.__main__ import run
with suppress(SystemExit):
    run()
with open("/proc/self/status") as status:  # unlike getrusage, it does not count the parent
    print(next(line for line in status if line.startswith("VmHWM")).split()[1], file=sys.stderr)
"""


def _environ(server: DroneFake) -> Mapping[str, str]:
    return {**server.environ(), "PLUGIN_SERVER": server.url, "PLUGIN_TOKEN": TOKEN}


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
