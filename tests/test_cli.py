"""The commands, run as a process."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from threading import Thread

import pytest
from jsonschema import Draft202012Validator

from plugin import __version__
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

LOGS = Path(__file__).parent / "logs"
BARE = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"}


def run(*arguments: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "plugin", *arguments]
    return subprocess.run(command, input=stdin, env={**BARE, **environ}, capture_output=True, check=False, timeout=60)


def log_of(text: str, folder: Path, name: str = "build.log") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"drone-failure-alert {__version__}")


def test_analyze_names_the_cause(tmp_path: Path) -> None:
    done = run("analyze", log_of("+ make\nmain.c:3:5: error: 'x' undeclared\n", tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "main.c:3" in done.stdout.decode().splitlines()[2]


def test_analyze_reads_standard_input() -> None:
    assert b"main.c:3" in run("analyze", "-", stdin=b"+ make\nmain.c:3:5: error: 'x' undeclared\n").stdout


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", "Build failed"),
        ("markdown", "## ❌"),
        ("json", "{"),
        ("html", "<!DOCTYPE html>"),
        ("junit", "<?xml"),
        ("sarif", "{"),
    ],
)
def test_analyze_in_every_format(form: str, begins: str, tmp_path: Path) -> None:
    done = run("analyze", log_of("error: boom\n", tmp_path), "--format", form)
    assert done.stdout.decode().lstrip().lower().startswith(begins.lower())


def test_analyze_has_options_for_exit_code_lines_and_baseline(tmp_path: Path) -> None:
    noise = "error: the cache is cold\n"
    red = log_of(f"+ test\n{noise}error: the socket is gone\n", tmp_path)
    green = log_of(f"+ test\n{noise}passed\n", tmp_path, "green.log")
    done = run("analyze", red, "--baseline", green, "--exit-code", "3", "--max-lines", "1", "--format", "json")
    report = json.loads(done.stdout)
    Draft202012Validator(json.loads((files("plugin.render") / "report.schema.json").read_text())).validate(report)
    (failure,) = report["failures"]
    assert failure["exit_code"] == 3
    assert [line["text"] for line in failure["excerpt"]] == ["error: the socket is gone"]


def test_explain_has_a_reason_for_each_line(tmp_path: Path) -> None:
    done = run("analyze", log_of("+ make\nmain.c:3:5: error: 'x' undeclared\n", tmp_path), "--explain").stdout.decode()
    assert "Why these lines, best first:\n   1. line 2: " in done


def test_analyze_of_an_empty_log(tmp_path: Path) -> None:
    done = run("analyze", log_of("", tmp_path))
    assert done.returncode == 0
    assert "empty" in done.stdout.decode()


def test_analyze_of_a_missing_file() -> None:
    done = run("analyze", "/no/such/file")
    assert done.returncode == 2
    assert done.stderr.decode() == "failure-alert: cannot read /no/such/file: No such file or directory\n"


def _link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1024**3)


def _unreadable(path: Path) -> None:
    path.write_text("error: boom\n")
    path.chmod(0)


BAD_FILES: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "link": (_link, "it is a symbolic link"),
    "pipe": (os.mkfifo, "it is a pipe"),
    "directory": (Path.mkdir, "it is a directory"),
    "too large": (_large, "256 KiB"),
    "unreadable": (_unreadable, "Permission denied"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_unreadable_pattern_file_is_a_one_line_error_and_ends_in_2(kind: str, tmp_path: Path) -> None:
    make, reason = BAD_FILES[kind]
    log = log_of("error: boom\n", tmp_path)
    make(tmp_path / ".failure-alert.yml")
    done = one_line_error("analyze", log, folder=tmp_path, needs_no_root=kind == "unreadable")
    assert done.startswith("failure-alert: cannot read .failure-alert.yml: ")
    assert reason in done


@pytest.mark.parametrize("what", ["log", "baseline"])
@pytest.mark.parametrize("kind", ["directory", "unreadable", "missing", "dangling link"])
def test_unreadable_log_is_a_one_line_error_and_ends_in_2(what: str, kind: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.log"
    if kind in BAD_FILES:
        BAD_FILES[kind][0](bad)
    elif kind == "dangling link":
        bad.symlink_to(tmp_path / "nowhere")
    good = log_of("error: boom\n", tmp_path)
    arguments = (str(bad),) if what == "log" else (good, "--baseline", str(bad))
    done = one_line_error("analyze", *arguments, folder=tmp_path, needs_no_root=kind == "unreadable")
    assert done.startswith(f"failure-alert: cannot read {bad}: ")


def test_closed_standard_input_is_one_line_and_ends_in_2(tmp_path: Path) -> None:
    command = 'exec "$0" -m plugin analyze - <&-'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], env=BARE, capture_output=True, check=False, cwd=tmp_path, timeout=60
    )
    assert (done.returncode, done.stderr) == (2, b"failure-alert: cannot read standard input: it is closed\n")


@pytest.mark.parametrize("command", ["analyze", "demo", "settings"])
def test_output_on_a_full_disk_is_a_one_line_error_and_ends_in_2(command: str, tmp_path: Path) -> None:
    arguments = (command, log_of("error: boom\n", tmp_path)) if command == "analyze" else (command,)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "plugin", *arguments],
            env=BARE,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            cwd=tmp_path,
            timeout=60,
        )
    assert (done.returncode, done.stderr.decode().count("\n")) == (2, 1)
    assert "No space left on device" in done.stderr.decode()


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    """As in `analyze build.log | head -1`."""
    command = [sys.executable, "-m", "plugin", "analyze", log_of("error: boom\n", tmp_path)]
    with subprocess.Popen(command, env=BARE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as started:
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        assert started.stderr.read() == b""
        assert started.wait(60) == 0


def test_a_log_is_read_from_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "log"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=("error: boom\n",))
    writer.start()
    done = run("analyze", str(pipe))
    writer.join()
    assert "boom" in done.stdout.decode()


def one_line_error(*arguments: str, folder: Path, needs_no_root: bool) -> str:
    """Return the standard error of a command, which must end with exit code 2 and one line there."""
    if needs_no_root and os.geteuid() == 0:
        pytest.skip("root can read every file")
    done = subprocess.run(
        [sys.executable, "-m", "plugin", *arguments],
        env=BARE,
        capture_output=True,
        check=False,
        cwd=folder,
        timeout=60,
    )
    message = done.stderr.decode()
    assert (done.returncode, done.stdout, message.count("\n")) == (2, b"", 1), message
    return message


def test_unknown_argument_ends_in_2() -> None:
    assert run("analyse", "x").returncode == 2


def test_settings_reference() -> None:
    assert "| `token` 🔒 |" in run("settings").stdout.decode()
    assert json.loads(run("settings", "--format", "json-schema").stdout)["properties"]["token"]


@pytest.mark.parametrize("generation", list(FAKES))
def test_build_command(generation: str) -> None:
    with FAKES[generation](build(TrueStep("lint", code=1, log="+ lint\nerror: boom\n"))) as server:
        done = run("build", server.repo, "42", "--server", server.url, "--format", "json", DRONE_TOKEN=server.token)
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    assert [failure["step"] for failure in report["failures"]] == ["lint"]
    assert "boom" in report["failures"][0]["title"]


def test_build_that_does_not_exist_ends_in_1() -> None:
    with FAKES["drone-2"](build(TrueStep("lint", code=1))) as server:
        done = run("build", "octo/demo", "777", "--server", server.url, DRONE_TOKEN=server.token)
    assert done.returncode == 1
    assert "check `repo` (octo/demo) and `build` (777)" in done.stderr.decode()


def test_demo_shows_the_file_the_comment_its_update_and_the_passing_build() -> None:
    shown = run("demo").stdout.decode()
    for expected in ("comment created", "comment updated", "PYTHON=3.11", "F401", "137", "passed"):
        assert expected in shown


def test_demo_shows_what_both_jobs_have_as_one_entry() -> None:
    shown = run("demo").stdout.decode()
    updated = shown[shown.index("comment updated") :]
    assert len(re.findall(r"^- \*\*oom\*\* \(\[`PYTHON=3.8`\].*\[`PYTHON=3.11`\]", updated, re.MULTILINE)) == 1
    assert updated.count("! 5 │ src/app.py:10:1: F401") == 1


def test_plugin_mode_without_variables_ends_in_2(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "plugin"], env=BARE, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith(b"Usage: ")
    assert list(tmp_path.iterdir()) == []
