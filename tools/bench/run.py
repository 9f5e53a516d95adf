"""Time of a whole run: start-up, a build of 30 steps, five failed logs with their baselines, the comment."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plugin.ci.log_entries import LogEntry, log_of
from plugin.extract.analyze import analyze
from plugin.http.records import records_of
from plugin.http.response import Response
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.server import TOKEN
from tests.fakes.servers.truth import TrueStep, build, green
from tools.bench.canned import LATENCY, Canned
from tools.bench.logs import MB, real_log

STEPS, FAILED = 30, 5
LOG = 5 * MB
ROUNDS = 5
CROWD = 100
CROWD_LOG = MB // 20
"""Bytes of a log where a hundred runs share two cores: with 5 MB each, the machine would be the limit."""
BUILDS = "/api/repos/octo/demo/builds"
CONNECTIONS = 4
"""Maximum number of simultaneous connections to the CI server, according to docs/servers.md."""


@dataclass(frozen=True)
class Scene:
    """A CI server and a forge behind proxies, and the environment of a run."""

    server: Canned
    forge: Canned
    host: GiteaFake
    environ: Mapping[str, str]


def chapter() -> str:
    """Return the chapter: one run and its critical path, then a hundred runs at once."""
    with scene(LOG) as one:
        rounds = [{**_timed(one), **_parts(one)} for _ in range(ROUNDS)]
    path = {name: min(round_[name] for round_ in rounds) for name in rounds[0]}
    written, wall = path.pop(_WRITTEN), path.pop(_WALL)
    total = sum(path.values())
    rows = "\n".join(f"| {name} | {seconds * 1000:.0f} |" for name, seconds in path.items())
    return f"""## A whole run

A build of {STEPS} steps, {FAILED} failed with logs of {LOG // MB} MB, each compared with its log of the previous green
build; the server takes {LATENCY * 1000:.0f} ms for every response. The best of {ROUNDS} rounds.

| part of the critical path | ms |
|---|---|
{rows}
| **critical path** | **{total * 1000:.0f}** |
| **{_WRITTEN}** | **{written * 1000:.0f}** |
| **{_WALL}** | **{wall * 1000:.0f}** |

The comment is written after {written / total:.2f} of the critical path; the limit: 1.3. The run ends
after {wall / total:.2f}: after the write, it waits and reads the comment again, in case another run wrote as well.

{_crowd()}
"""


@contextmanager
def scene(size: int) -> Iterator[Scene]:
    """Yield a scene whose failed steps have logs of `size` bytes."""
    log = real_log(size).decode(errors="replace")
    steps = [TrueStep(f"step-{number}", code=int(number < FAILED), log=log) for number in range(STEPS)]
    before = [TrueStep(step.name, log=log[: size // 2] + step.name) for step in steps]
    fake = DroneFake(build(*steps, event="pull_request", pull=1), green(41, *before, event="pull_request", pull=1))
    with fake as ci, GiteaFake() as host, Canned(ci.url, "/api/") as server, Canned(host.url, "/none") as forge:
        numbers = range(2, FAILED + 2)
        logs = [f"{BUILDS}/{build}/logs/1/{step}" for build in (42, 41) for step in numbers]
        lists = [f"{BUILDS}/42", f"{BUILDS}?page=1&per_page=100", f"{BUILDS}/41"]
        server.learn(*logs, *lists, token=TOKEN)
        yield Scene(server, forge, host, ci.environ())


def _start(one: Scene, workspace: Path, pull: int, token: str = TOKEN) -> "subprocess.Popen[bytes]":
    variables = {
        **one.environ,
        "DRONE_PULL_REQUEST": str(pull),
        "DRONE_WORKSPACE": str(workspace),
        "PLUGIN_SERVER": one.server.url,
        "PLUGIN_TOKEN": token,
        "PLUGIN_FORGE": "gitea",
        "PLUGIN_FORGE_URL": one.forge.url,
        "PLUGIN_FORGE_TOKEN": one.host.token,
        "PLUGIN_TIMEOUT": "600",
        "PATH": os.environ["PATH"],
    }
    return subprocess.Popen(
        [sys.executable, "-m", "plugin"], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


_WRITTEN, _WALL = "until the comment is written", "until the run ends"


def _timed(one: Scene) -> dict[str, float]:
    """Seconds of one run, and of its start-up."""
    one.host.threads.clear()
    one.server.first = 0.0
    with tempfile.TemporaryDirectory() as workspace:
        start = time.monotonic()
        process = _start(one, Path(workspace), 1)
        _, err = process.communicate(timeout=600)
        wall = time.monotonic() - start
    if process.returncode or err or not _is_right(one.host.texts(1)):
        raise RuntimeError(f"the run failed: {err.decode()[:2000]}")
    written = one.forge.written - start
    return {_WRITTEN: written, _WALL: wall, "start-up to the first request": one.server.first - start}


def _parts(one: Scene) -> dict[str, float]:
    """Return the times of the necessary parts of a run, each measured separately. Parsing runs in a new process."""
    import requests

    logs = [f"{BUILDS}/{number}/logs/1/2" for number in (42, 41)]
    session = requests.Session()

    def answered(path: str) -> Callable[[], object]:
        return lambda: session.get(f"{one.server.url}{path}", headers={"Authorization": f"Bearer {TOKEN}"}).content

    with tempfile.TemporaryDirectory() as folder:
        for path, name in zip(logs, _ANSWERS, strict=True):
            Path(folder, name).write_bytes(one.server.answer("GET", path, {}, b"")[2])
        command = [sys.executable, "-c", "from tools.bench.run import parse; parse()"]
        parsing = float(subprocess.run(command, input=folder, capture_output=True, text=True, check=True).stdout)
    return {
        "the build": _seconds(answered(f"{BUILDS}/42")),
        "the slowest log": _seconds(answered(logs[0])),
        f"analyzing {FAILED} logs and {FAILED} of the green build, on one core": parsing,
        "the list of comments": LATENCY,
        "writing the comment": LATENCY,
    }


_ANSWERS = ("red.json", "green.json")


def parse() -> None:
    """Print the seconds that parsing takes. The two responses are in the folder named on standard input."""
    folder = Path(sys.stdin.read())
    answers = [Response(200, {}, (folder / name).read_bytes()) for name in _ANSWERS]

    def parsed() -> None:
        for _ in range(FAILED):
            redact = Redactor()
            log, past = (log_of(records_of(answer, LogEntry)).data for answer in answers)
            analyze(LazyLog(log, redact), baseline=readable(past, redact))

    print(_seconds(parsed))


def _seconds(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def _crowd() -> str:
    with scene(CROWD_LOG) as one, tempfile.TemporaryDirectory() as folder:
        pulls = range(1, CROWD + 1)
        start = time.monotonic()
        runs = [_start(one, _made(Path(folder, str(pull))), pull, f"{TOKEN}-{pull}") for pull in pulls]
        errors = b"".join(run.communicate(timeout=900)[1] for run in runs)
        seconds = time.monotonic() - start
        right = sum(_is_right(one.host.texts(pull)) for pull in pulls)
        most = max(one.server.most.values())
    if right < CROWD or most > CONNECTIONS:
        raise RuntimeError(f"{right} comments are right, {most} connections: {errors.decode()[:2000]}")
    return f"""{CROWD} such runs at once, each for a pull request of its own, with logs of {CROWD_LOG // 1000} kB,
because two cores handle no more: {right} of {CROWD} comments are right after {seconds:.0f} s. The server saw at most
{most} simultaneous connections of one run; the documented number is {CONNECTIONS}."""


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _is_right(texts: list[str]) -> bool:
    return len(texts) == 1 and all(f"step-{number}" in texts[0] for number in range(FAILED))
