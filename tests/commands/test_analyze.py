"""The `analyze` command: several logs, folders, growing files, terminals, logs without a failure, clean copies."""

import gzip
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from plugin.cli import FORMATS
from plugin.commands.log_files import log_files, wait_until_complete
from plugin.commands.terminal import Progress, wants_color
from plugin.errors import SettingsError
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build
from tests.test_cli import BARE, run

FAILED = "+ make\nmain.c:3:5: error: 'x' undeclared\n"
PASSED = "+ make\ncc -o shop main.c\nbuilt shop\n"
TOKEN = "ghp_" + "b7Xk2mQ9" * 4 + "Lw4T"


def in_terminal(*command: str, **environ: str) -> tuple[str, str, int]:
    """Run a command whose two outputs are terminals of their own; return both outputs and the exit code."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    pairs = [pty.openpty() for _ in range(2)]
    outputs: list[list[bytes]] = [[], []]
    threads = [Thread(target=_drain, args=(pairs[n][0], outputs[n]), daemon=True) for n in range(2)]
    for thread in threads:
        thread.start()
    done = subprocess.run(
        [sys.executable, "-m", "plugin", *command],
        env={**BARE, "TERM": "xterm", **environ},
        stdin=subprocess.DEVNULL,
        stdout=pairs[0][1],
        stderr=pairs[1][1],
        check=False,
        timeout=60,
    )
    for _, end in pairs:
        os.close(end)
    for thread in threads:
        thread.join(10)
    return b"".join(outputs[0]).decode(), b"".join(outputs[1]).decode(), done.returncode


def _drain(descriptor: int, into: list[bytes]) -> None:
    try:
        while chunk := os.read(descriptor, 65_536):
            into.append(chunk)
    except OSError:  # Linux reports the end of a terminal as an error
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two failing logs, one of them compressed, a passing one, and files that are no logs."""
    logs = tmp_path / "logs"
    (logs / "deep").mkdir(parents=True)
    (logs / "b.log").write_text(FAILED)
    (logs / "deep" / "a.log.gz").write_bytes(gzip.compress(b"+ npm test\nError: Cannot find module 'shop'\n"))
    (logs / "passed.log").write_text(PASSED)
    (logs / "core").write_bytes(b"\x7fELF\x02\x01\x01\0")
    (logs / ".hidden").write_text(FAILED)
    return logs


# Several logs


def test_a_folder_is_one_report_with_a_line_for_each_log(folder: Path) -> None:
    done = run("analyze", str(folder))
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "Build failed in 2 steps"
    assert [line.partition(":")[0] for line in lines[-3:]] == ["✗ b.log", "✗ deep/a.log.gz", "- passed.log"]
    assert lines[-3].endswith("(line 2)")
    assert lines[-1] == "- passed.log: no failure found in 3 lines"


def test_several_files_keep_their_paths_and_are_read_once(folder: Path) -> None:
    first, other = str(folder / "b.log"), str(folder / "deep" / "a.log.gz")
    report = json.loads(run("analyze", first, other, first, "--format", "json").stdout)
    assert {failure["step"] for failure in report["failures"]} == {first, other}
    assert len(report["failures"]) == 2


def test_standard_input_and_files_together(folder: Path) -> None:
    done = run("analyze", "-", str(folder / "passed.log"), stdin=gzip.compress(FAILED.encode()))
    assert "✗ standard input: main.c:3" in done.stdout.decode()


def test_one_log_that_cannot_be_read_costs_no_other_and_ends_in_2(folder: Path) -> None:
    done = run("analyze", str(folder / "b.log"), "/no/such/file")
    assert done.returncode == 2
    assert done.stderr.decode() == "failure-alert: cannot read /no/such/file: No such file or directory\n"
    assert "✗ " in done.stdout.decode()


def test_an_empty_folder_ends_in_2(tmp_path: Path) -> None:
    done = run("analyze", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"failure-alert: cannot read {tmp_path}: no file is in this folder\n"


@pytest.mark.parametrize("form", ["markdown", "json", "html", "junit", "sarif"])
def test_every_format_names_the_logs_without_a_failure(form: str, folder: Path) -> None:
    text = run("analyze", str(folder), "--format", form).stdout.decode()
    for expected in ("b.log", "a.log.gz", "passed.log: no failure found in 3 lines"):
        assert expected in text.replace("\\", "").replace("`", "")


# No text of the log

MARKER = "MARKERxyz"
LINT = f"+ flake8 {MARKER}\n{MARKER}/app.py:10:1: F401 '{MARKER}' imported but unused\n{MARKER}\n"


@pytest.mark.parametrize("form", FORMATS)
def test_no_lines_means_no_text_of_the_log_in_any_format(form: str, tmp_path: Path) -> None:
    (tmp_path / "lint.log").write_text(LINT)
    (tmp_path / "more.log").write_text(LINT)
    arguments = ("analyze", str(tmp_path), "--exit-code", "1", "--explain", "--format", form)
    shown, hidden = (run(*arguments, "--max-lines", lines) for lines in ("60", "0"))
    assert MARKER in shown.stdout.decode()
    assert (hidden.returncode, hidden.stderr) == (0, b"")
    assert MARKER not in hidden.stdout.decode()
    assert "style or lint error" in hidden.stdout.decode()


def test_without_lines_a_log_without_a_failure_is_recognized(tmp_path: Path) -> None:
    (tmp_path / "ok.log").write_text(PASSED)
    done = run("analyze", str(tmp_path / "ok.log"), "--max-lines", "0")
    assert done.stdout.decode() == "- ok.log: no failure found in 3 lines\n"


# Logs without a failure


def test_a_log_without_a_failure_says_so_and_names_no_line(tmp_path: Path) -> None:
    (tmp_path / "ok.log").write_text(PASSED)
    done = run("analyze", str(tmp_path / "ok.log"))
    assert (done.returncode, done.stdout.decode()) == (0, "- ok.log: no failure found in 3 lines\n")
    report = json.loads(run("analyze", str(tmp_path / "ok.log"), "--format", "json").stdout)
    assert (report["build"]["status"], report["failures"]) == ("unknown", [])
    assert report["notes"] == ["ok.log: no failure found in 3 lines"]


def test_an_exit_code_says_more_than_the_log(tmp_path: Path) -> None:
    (tmp_path / "ok.log").write_text(PASSED)
    assert "no failure found" not in run("analyze", str(tmp_path / "ok.log"), "--exit-code", "1").stdout.decode()


def test_few_lines_hide_no_failure(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text("+ ./check\nall 4 licenses found\nleft-pad was rejected\n" + "checked\n" * 8)
    shown = run("analyze", str(tmp_path / "x.log"), "--max-lines", "1").stdout.decode()
    assert "no failure found" not in shown


# Growing files


class _Time:
    """A clock that only sleeping moves; each moment in `events` appends to the file."""

    def __init__(self, path: Path, events: list[float]) -> None:
        self.now = 0.0
        self._path, self._events = path, events

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        while self._events and self._events[0] <= self.now:
            self._events.pop(0)
            with self._path.open("a") as file:
                file.write("more\n")


def test_a_growing_file_is_complete_when_it_has_not_grown_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("start\n")
    moment = _Time(path, [3.0, 7.0, 11.0])
    shown: list[str] = []
    (file,) = log_files([str(path)])
    wait_until_complete(file, 5.0, clock=moment.clock, sleep=moment.sleep, progress=shown.append)
    assert moment.now == pytest.approx(16.0, abs=0.6)
    assert path.read_text().count("more") == 3
    assert shown[0].startswith("x.log: 6 bytes")


def test_watch_reports_what_was_written_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("+ make\n")

    def write() -> None:
        for line in ("cc main.c\n", "main.c:3:5: error: 'x' undeclared\n"):
            time.sleep(0.5)
            with path.open("a") as file:
                file.write(line)

    writer = Thread(target=write)
    writer.start()
    done = run("analyze", "--watch", "--idle", "2", str(path))
    writer.join()
    assert "main.c:3" in done.stdout.decode()


def test_watch_of_a_file_that_disappears_is_an_error(tmp_path: Path) -> None:
    (file,) = log_files([str(tmp_path / "gone")])
    with pytest.raises(SettingsError, match="No such file"):
        wait_until_complete(file, 1.0)


def test_watch_of_standard_input_is_an_error() -> None:
    done = run("analyze", "--watch", "-", stdin=b"x")
    assert done.returncode == 2
    assert b"--watch needs files" in done.stderr


@pytest.mark.parametrize("seconds", ["0", "-1", "x", "1e9", "nan"])
def test_unusable_idle_time_is_an_error(seconds: str) -> None:
    assert run("analyze", "--watch", f"--idle={seconds}", "x").returncode == 2


# Clean copies


def test_a_clean_copy_has_every_line_and_no_secret(tmp_path: Path) -> None:
    log, copy = tmp_path / "x.log", tmp_path / "copy.log"
    log.write_text(f"+ make\n\x1b[31mtoken={TOKEN}\x1b[0m password hunter2-hunter2\nerror: boom\n")
    done = run("analyze", str(log), "--redacted-copy", str(copy), DEPLOY_PASSWORD="hunter2-hunter2")
    assert done.returncode == 0
    assert b"read it before you share it" in done.stderr
    text = copy.read_text()
    assert text.count("\n") == 3
    assert "boom" in text
    for leaked in (TOKEN, "hunter2", "\x1b"):
        assert leaked not in text


def test_a_clean_copy_replaces_no_file(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text(FAILED)
    done = run("analyze", str(log), "--redacted-copy", str(log))
    assert done.returncode == 2
    assert b"the file exists" in done.stderr
    assert log.read_text() == FAILED


def test_a_clean_copy_is_of_one_log(folder: Path, tmp_path: Path) -> None:
    done = run("analyze", str(folder), "--redacted-copy", str(tmp_path / "copy"))
    assert done.returncode == 2
    assert b"needs one log" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_a_clean_copy_that_cannot_be_written_ends_in_2(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(FAILED)
    done = run("analyze", str(tmp_path / "x.log"), "--redacted-copy", str(tmp_path / "no" / "copy"))
    assert done.returncode == 2
    assert b"cannot write" in done.stderr


# Terminals


class _Stream(io.BytesIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "expected"),
    [
        ("auto", {"TERM": "xterm"}, True, True),
        ("auto", {"TERM": "xterm"}, False, False),
        ("auto", {"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"TERM": "xterm"}, True, False),
    ],
)
def test_colors_are_for_terminals(choice: str, environ: dict[str, str], terminal: bool, expected: bool) -> None:  # noqa: FBT001
    assert wants_color(choice, environ, _Stream(terminal=terminal)) is expected


@pytest.mark.parametrize(("environ", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_analyze_prints_colors_on_a_terminal(environ: dict[str, str], colored: bool, tmp_path: Path) -> None:  # noqa: FBT001
    (tmp_path / "x.log").write_text(FAILED)
    out, _, code = in_terminal("analyze", str(tmp_path / "x.log"), **environ)
    assert code == 0
    assert ("\x1b[31mBuild failed" in out) is colored


def test_formats_for_programs_have_no_colors(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(FAILED)
    out, _, _ = in_terminal("analyze", str(tmp_path / "x.log"), "--format", "markdown", "--color", "always")
    assert "\x1b" not in out


@pytest.fixture
def server() -> Iterator[tuple[str, ...]]:
    """Yield the arguments and the token of a server with a failed build."""
    with FAKES["drone-2"](build(TrueStep("lint", code=1, log="+ lint\nerror: boom\n"))) as fake:
        yield "build", fake.repo, "42", "--server", fake.url, fake.token


def test_build_shows_its_progress_on_a_terminal_and_clears_it(server: tuple[str, ...]) -> None:
    *command, token = server
    out, err, code = in_terminal(*command, DRONE_TOKEN=token)
    assert code == 0
    assert "\x1b[31mBuild 42" in out
    shown = err.replace("\r\n", "").split("\r\x1b[K")
    assert "build 42 of octo/demo: 0 of 1 logs" in shown
    assert "build 42 of octo/demo: 1 of 1 logs" in shown
    assert shown[-1] == ""


def test_build_shows_no_progress_elsewhere(server: tuple[str, ...]) -> None:
    *command, token = server
    done = run(*command, DRONE_TOKEN=token)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout


def test_progress_is_one_short_printable_line() -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    with Progress({"TERM": "xterm"}, stream) as progress:
        progress("a\nb\x1b[2J" + "x" * 500)
        progress("a\nb\x1b[2J" + "x" * 500)
    _, shown, rest = stream.getvalue().split("\r\x1b[K")
    assert shown.startswith("a b␛[2Jxx")
    assert len(shown) <= 79
    assert rest == ""


@pytest.mark.parametrize("code", ["0 ", "1 ", "2 ", "130"])
def test_help_documents_the_exit_codes(code: str) -> None:
    assert f"\n  {code}" in run("--help").stdout.decode()
