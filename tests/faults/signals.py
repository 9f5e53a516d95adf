"""Send signals to the real program at random moments: `python -m tests.faults.signals [RUNS [SEED]] [--write]`.

It prints the figure; with `--write` it goes into the generated part of docs/reliability.md.

The server and the forge take their time, so that each run has moments in which it starts, reads, waits and delivers.
A moment is counted from the first statement of `plugin.__main__`, which blocks the signals: what comes before is the
start of Python itself.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.rude import Line
from tests.fakes.servers.drone import DroneFake
from tests.faults.front import Front
from tests.faults.scene import CAUSES, INTERNAL_ERROR, before, environ_of, red
from tests.regenerate import with_part

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
RUNS = 100
SEED = 21
_DELAY = 0.08
"""Seconds before each answer of the server and the forge."""
_LONGEST = 30.0
PAGE = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
SUMMARY = "failure-summary.md"


@dataclass(frozen=True)
class Ended:
    """What one run left behind."""

    code: int
    seconds: float
    """From the first statement to the end."""
    file: str
    log: str
    complaints: str
    comments: tuple[str, ...]

    @property
    def read(self) -> bool:
        """The build was read: the failed steps are known."""
        return "bundle" in self.file

    def broken(self) -> list[str]:
        """Return what should hold and does not."""
        kept = {
            "exit code 0": self.code == 0,
            "file": "Build 42" in self.file,
            "log": "Build 42" in self.log,
            "comment": len(self.comments) == 1,
            "no internal error": not INTERNAL_ERROR.search(self.complaints),
            "no traceback": "Traceback" not in self.complaints,
        }
        return [name for name, holds in kept.items() if not holds]


class Slow(Front):
    """A server that takes its time."""

    def _polite(self, asked: object) -> Callable[[Line], None]:
        send = super()._polite(asked)  # type: ignore[arg-type]

        def later(line: Line) -> None:
            line.pause(_DELAY)
            send(line)

        return later


def run(moments: Sequence[tuple[signal.Signals, float]], prefix: Sequence[str] = ()) -> Ended:
    """Start the program and send it each signal so many seconds after its first statement."""
    with (
        tempfile.TemporaryDirectory() as folder,
        DroneFake(red(), before()) as server,
        GiteaFake() as forge,
        Slow(server.url) as near,
        Slow(forge.url) as far,
    ):
        workspace = Path(folder)
        environ = environ_of(server, near.url, forge, far.url, workspace)
        started = subprocess.Popen(
            [*prefix, sys.executable, "-m", "plugin"],
            env={**environ, "NO_PROXY": "127.0.0.1"},
            cwd=workspace,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        program = _program(started, bool(prefix))
        start = time.monotonic()
        for number, moment in moments:
            time.sleep(max(0.0, start + moment - time.monotonic()))
            if started.poll() is None:
                _send(program, number)
        out, err = started.communicate(timeout=_LONGEST)
        seconds = time.monotonic() - start
        file = workspace / SUMMARY
        return Ended(
            started.returncode,
            seconds,
            file.read_text("utf-8") if file.is_file() else "",
            out.decode(),
            err.decode(),
            tuple(forge.texts()),
        )


def _program(started: "subprocess.Popen[bytes]", child: bool) -> int:  # noqa: FBT001
    """Return the process that runs the program, once it has blocked the signals."""
    blocked = sum(1 << (number - 1) for number in SIGNALS)
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until and started.poll() is None:
        children = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split() if child else []
        number = int(children[0]) if children else started.pid
        if (not child or children) and _blocked_by(number) & blocked == blocked:
            return number
        time.sleep(0.0005)
    raise AssertionError("the program did not start")


def _blocked_by(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk"))


def _send(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


def runs(count: int, seed: int) -> Iterator[tuple[signal.Signals, float, Ended]]:
    """Yield each signal in turn at a moment of an undisturbed run."""
    undisturbed = run([])
    assert undisturbed.broken() == []
    assert all(cause in undisturbed.file for cause in CAUSES)
    chance = random.Random(seed)  # noqa: S311 — chooses moments, guards nothing
    for turn in range(count):
        number = SIGNALS[turn % len(SIGNALS)]
        moment = chance.uniform(0, undisturbed.seconds)
        yield number, moment, run([(number, moment)])


@dataclass(frozen=True)
class Figure:
    """What became of all runs."""

    runs: int
    kept: int
    """Runs that kept every promise."""
    read: int
    """Runs whose report has the failed steps."""
    longest: float
    """Seconds from the signal to the end of the process."""


def figure(count: int = RUNS, seed: int = SEED) -> Figure:
    """Try them all; print those that did not keep a promise."""
    kept = read = 0
    longest = 0.0
    for number, moment, ended in runs(count, seed):
        broken = ended.broken()
        kept += not broken
        read += ended.read
        longest = max(longest, ended.seconds - moment)
        if broken:
            print(f"{number.name} after {moment * 1000:.0f} ms: not kept: {', '.join(broken)}", file=sys.stderr)
    return Figure(count, kept, read, longest)


def main(arguments: Sequence[str]) -> int:
    found = figure(*(int(one) for one in arguments if one != "--write"))
    text = (
        f"{found.kept} of {found.runs} runs with a signal at a random moment left file, log and comment; "
        f"{found.read} of them had read the failed steps.\n"
        f"The longest ended {found.longest:.1f} seconds after the signal.\n"
    )
    if "--write" in arguments:
        PAGE.write_text(with_part(PAGE.read_text("utf-8"), "signals", text), encoding="utf-8")
    else:
        print(text, end="")
    return found.kept != found.runs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
