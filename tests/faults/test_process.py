"""The program as a process: canceled, without room on the disk, with closed outputs; and what others see of it."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.fakes.faults import FAULTS, silent
from tests.fakes.forges import FakeForge
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.rude import Line, Rude
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.server import TOKEN, FakeServer
from tests.fakes.servers.truth import TrueStep, build
from tests.faults import signals
from tests.faults.front import Endpoint, Front, Misfortune
from tests.faults.scene import CAUSES, PULL, before, environ_of, red

LOG = Endpoint("GET", "/api/repos/octo/demo/builds/42/logs/1/2")
BUILD = Endpoint("GET", "/api/repos/octo/demo/builds/42")
COMMENTS = Endpoint("GET", f"/api/v1/repos/octo/demo/issues/{PULL}/comments")
LINUX = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc: which signals are blocked")
SUMMARY = "failure-summary.md"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with DroneFake(red(), before()) as fake:
        yield fake


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    with GiteaFake() as fake:
        yield fake


class Started:
    """The program at work."""

    def __init__(
        self,
        server: FakeServer,
        forge: FakeForge,
        workspace: Path,
        near: str = "",
        stdout: str = "",
        stderr: str = "",
        prepare: Callable[[], None] | None = None,
        **settings: str,
    ) -> None:
        environ = environ_of(server, near or server.url, forge, forge.url, workspace)
        given = {f"PLUGIN_{name}": text for name, text in settings.items()}
        self._streams = [open(path, "wb") if path else subprocess.PIPE for path in (stdout, stderr)]  # noqa: PTH123, SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plugin"],
            env={**environ, "NO_PROXY": "127.0.0.1", "PLUGIN_LOG_LEVEL": "debug", **given},
            cwd=workspace,
            stdout=self._streams[0],
            stderr=self._streams[1],
            preexec_fn=prepare,  # noqa: PLW1509 — no threads of ours matter there
        )

    def wait_for(self, words: str) -> None:
        """Until the program says so."""
        assert self.process.stderr
        next(line for line in self.process.stderr if words.encode() in line)

    def end(self) -> tuple[int, str, str]:
        """Exit code and outputs."""
        out, err = self.process.communicate(timeout=60)
        for stream in self._streams:
            if stream is not subprocess.PIPE:
                stream.close()  # type: ignore[union-attr]
        return self.process.returncode, (out or b"").decode(), (err or b"").decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize(
    ("endpoint", "told"),
    [(LOG, CAUSES[1]), (BUILD, "could not be read")],
    ids=["while a log is read", "while the build is read"],
)
def test_a_canceled_run_writes_what_it_knows(
    number: signal.Signals, endpoint: Endpoint, told: str, server: FakeServer, forge: FakeForge, tmp_path: Path
) -> None:
    started: list[Started] = []

    def cancel(line: Line) -> None:
        """Cancel the step while it sends a request."""
        line.pause(0.5)  # the other log has this long to arrive
        started[0].process.send_signal(number)
        silent(line)

    with Front(server.url, Misfortune(endpoint, cancel)) as near:
        started.append(Started(server, forge, tmp_path, near.url, TIMEOUT="600"))
        code, out, _ = started[0].end()
    summary = (tmp_path / SUMMARY).read_text()
    assert code == 0
    for text in (summary, out):
        assert "canceled" in text
        assert told in text
    if endpoint == LOG:
        assert told in forge.texts()[0]


@LINUX
def test_a_signal_at_any_moment_costs_no_delivery() -> None:
    """Six runs; `python -m tests.faults.signals` tries a hundred."""
    broken = [(number.name, moment, ended.broken()) for number, moment, ended in signals.runs(6, seed=signals.SEED)]
    assert [one for one in broken if one[2]] == []


@LINUX
def test_signals_that_follow_the_first_change_nothing() -> None:
    ended = signals.run(
        [(number, 0.3 + place / 10) for place, number in enumerate((*signals.SIGNALS, *signals.SIGNALS))]
    )
    assert ended.broken() == []


def test_a_canceled_run_does_not_wait_for_a_silent_forge(server: FakeServer, tmp_path: Path) -> None:
    """`docker stop` kills after ten seconds."""
    started: list[Started] = []
    asked: list[float] = []

    def cancel(line: Line) -> None:
        asked.append(time.monotonic())
        started[0].process.send_signal(signal.SIGTERM)
        silent(line)

    with GiteaFake() as forge, Front(forge.url, Misfortune(COMMENTS, cancel)) as far:
        started.append(Started(server, forge, tmp_path, TIMEOUT="600", FORGE_URL=far.url))
        code, _, err = started[0].end()
    assert code == 0
    assert "no comment" in err
    assert CAUSES[0] in (tmp_path / SUMMARY).read_text()
    assert time.monotonic() - asked[0] < 9


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("unshare"), reason="needs root and the tool unshare")
@pytest.mark.parametrize("number", signals.SIGNALS, ids=lambda number: number.name)
def test_signals_reach_the_first_process_of_a_container(number: signal.Signals) -> None:
    """The kernel drops what process 1 neither handles nor blocks."""
    ended = signals.run([(number, 0.05)], prefix=("unshare", "--pid", "--fork", "--kill-child"))
    assert ended.broken() == []
    assert ended.seconds < 9


def test_a_signal_that_was_ignored_at_the_start_stays_so(server: FakeServer, forge: FakeForge, tmp_path: Path) -> None:
    """As `nohup` does it."""
    started = Started(server, forge, tmp_path, prepare=lambda: void(signal.signal(signal.SIGHUP, signal.SIG_IGN)))
    started.wait_for("analyzing the log")
    started.process.send_signal(signal.SIGHUP)
    code, _, _ = started.end()
    assert code == 0
    assert "canceled" not in (tmp_path / SUMMARY).read_text()


@pytest.mark.parametrize("arguments", [("analyze", "-"), ("build", "octo/demo", "42", "--server", "{}")])
def test_sigint_ends_a_command_with_130(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with Rude(lambda _: silent) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "plugin", *(one.format(server.url) for one in arguments)],
            env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err == b""


# Nobody reads


@pytest.mark.parametrize("stuck", ["stdout", "stderr", "both"])
def test_an_output_that_nobody_reads_costs_no_delivery(
    stuck: str, server: FakeServer, forge: FakeForge, tmp_path: Path
) -> None:
    """The pipes are full before the program starts: not one byte goes out."""
    started = Started(server, forge, tmp_path, prepare=partial(fill, stuck), TIMEOUT="20")
    assert started.process.wait(timeout=15) == 0
    assert CAUSES[0] in (tmp_path / SUMMARY).read_text()
    assert len(forge.texts()) == 1
    started.end()


def test_a_report_that_is_larger_than_the_pipe_is_printed_when_somebody_reads(forge: FakeForge, tmp_path: Path) -> None:
    log = "".join(f"src/a{number}.c:{number}:1: error: {'x' * 60} undeclared\n" for number in range(3000))
    steps = (TrueStep(f"make{number}", code=1, log=log) for number in range(4))
    with DroneFake(build(*steps, event="pull_request", pull=PULL)) as server:
        started = Started(server, forge, tmp_path, MAX_LINES="2500", LOG_LEVEL="error")
        until = time.monotonic() + 20
        while not forge.texts() and time.monotonic() < until:
            time.sleep(0.05)
        assert len(forge.texts()) == 1, "the comment waited for the log"
        code, out, _ = started.end()
    assert code == 0
    assert len(out) > 100_000
    assert out.rstrip().splitlines()[-1].startswith("comment created")


def test_sigterm_ends_a_run_whose_output_nobody_reads(server: FakeServer, forge: FakeForge, tmp_path: Path) -> None:
    started = Started(server, forge, tmp_path, prepare=partial(fill, "both"), TIMEOUT="600", WAIT="300")
    time.sleep(1)
    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(timeout=15) == 0
    assert (tmp_path / SUMMARY).is_file()
    started.end()


def fill(stuck: str) -> None:
    """Fill the pipes behind the descriptors, so that the next write to them blocks."""
    for number in {"stdout": (1,), "stderr": (2,), "both": (1, 2)}[stuck]:
        os.set_blocking(number, False)
        with suppress(BlockingIOError):
            while True:
                os.write(number, b" " * 4096)
        os.set_blocking(number, True)


def void(_: object) -> None:
    """For what has to return nothing."""


@pytest.mark.parametrize("ended", ["by its time", "by the server"])
def test_patterns_that_never_finish_cost_only_the_lines(ended: str, forge: FakeForge, tmp_path: Path) -> None:
    """Whoever opens a pull request may write patterns, and the log that they are slow in."""
    letters = f"{7**960_000:b}".translate({ord("0"): "a", ord("1"): "b"})  # without any order
    log = "".join(f"{letters[at : at + 900]}\n" for at in range(0, len(letters), 900))
    entries = (f"p{most}: {{title: t, match: '^(?:a|b)*a.{{{most}}}c'}}\n" for most in range(10, 50))
    (tmp_path / ".failure-alert.yml").write_text("".join(entries))
    failed = build(TrueStep("bundle", code=2, log=log), event="pull_request", pull=PULL, source="fix")
    with DroneFake(failed) as server:
        started = Started(server, forge, tmp_path, TIMEOUT="4" if ended == "by its time" else "600")
        if ended == "by the server":
            started.wait_for("analyzing the log of bundle")
            started.process.send_signal(signal.SIGTERM)
        code, _, _ = started.end()
    summary = (tmp_path / SUMMARY).read_text()
    assert code == 0
    assert "bundle" in summary
    assert "not all logs could be read in time" in summary


def test_without_room_on_the_disk_the_comment_is_posted(server: FakeServer, forge: FakeForge, tmp_path: Path) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    code, _, err = Started(server, forge, tmp_path, prepare=no_room).end()
    assert code == 0
    assert f"cannot write {SUMMARY}" in err
    assert CAUSES[0] in forge.texts()[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_outputs_on_a_full_disk_cost_nothing(stream: str, server: FakeServer, forge: FakeForge, tmp_path: Path) -> None:
    full = {stream: "/dev/full"}
    code, _, _ = Started(server, forge, tmp_path, stdout=full.get("stdout", ""), stderr=full.get("stderr", "")).end()
    assert code == 0
    assert CAUSES[0] in (tmp_path / SUMMARY).read_text()
    assert len(forge.texts()) == 1


@pytest.mark.parametrize("number", [1, 2], ids=["stdout", "stderr"])
def test_outputs_that_are_closed_cost_nothing(
    number: int, server: FakeServer, forge: FakeForge, tmp_path: Path
) -> None:
    code, _, _ = Started(server, forge, tmp_path, prepare=lambda: os.close(number)).end()
    assert code == 0
    assert CAUSES[0] in (tmp_path / SUMMARY).read_text()
    assert len(forge.texts()) == 1


@pytest.mark.parametrize("level", ["error", "warning", "info", "debug"])
@pytest.mark.parametrize("fault", ["401", "reset mid-body", "HTML"])
def test_no_token_is_printed_at_any_level(
    level: str, fault: str, server: FakeServer, forge: FakeForge, tmp_path: Path
) -> None:
    with Front(server.url, Misfortune(LOG, FAULTS[fault])) as near:
        code, out, err = Started(server, forge, tmp_path, near.url, LOG_LEVEL=level, TIMEOUT="2").end()
    assert code == 0
    everything = out + err + (tmp_path / SUMMARY).read_text() + "".join(forge.texts())
    assert CAUSES[1] in everything
    assert TOKEN not in everything
    assert forge.token not in everything


def test_the_process_list_shows_no_token(server: FakeServer, forge: FakeForge, tmp_path: Path) -> None:
    seen: list[bytes] = []
    started: list[Started] = []

    def look(line: Line) -> None:
        seen.append(Path(f"/proc/{started[0].process.pid}/cmdline").read_bytes())
        line.reset()

    with Front(server.url, Misfortune(LOG, look)) as near:
        started.append(Started(server, forge, tmp_path, near.url, TIMEOUT="2"))
        started[0].end()
    assert seen[0].split(b"\0")[1:] == [b"-m", b"plugin", b""]
