"""The commands, as somebody types them."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plugin import __version__
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

LOGS = Path(__file__).parent / "logs"
BARE = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"}


def typed(*arguments: str, stdin: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "plugin", *arguments]
    return subprocess.run(command, input=stdin, env={**BARE, **environ}, capture_output=True, check=False, timeout=60)


def log_of(text: str, folder: Path, name: str = "build.log") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_version() -> None:
    done = typed("--version")
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"drone-failure-alert {__version__}")


def test_analyze_names_the_cause(tmp_path: Path) -> None:
    done = typed("analyze", log_of("+ make\nmain.c:3:5: error: 'x' undeclared\n", tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "main.c:3" in done.stdout.decode().splitlines()[2]


def test_analyze_reads_standard_input() -> None:
    assert b"main.c:3" in typed("analyze", "-", stdin=b"+ make\nmain.c:3:5: error: 'x' undeclared\n").stdout


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
    done = typed("analyze", log_of("error: boom\n", tmp_path), "--format", form)
    assert done.stdout.decode().lstrip().lower().startswith(begins.lower())


def test_analyze_takes_exit_code_lines_and_a_green_log(tmp_path: Path) -> None:
    noise = "error: the cache is cold\n"
    red = log_of(f"+ test\n{noise}error: the moon is gone\n", tmp_path)
    green = log_of(f"+ test\n{noise}all is well\n", tmp_path, "green.log")
    done = typed("analyze", red, "--baseline", green, "--exit-code", "3", "--max-lines", "1", "--format", "json")
    report = json.loads(done.stdout)
    Draft202012Validator(json.loads((files("plugin.render") / "report.schema.json").read_text())).validate(report)
    (failure,) = report["failures"]
    assert failure["exit_code"] == 3
    assert [line["text"] for line in failure["excerpt"]] == ["error: the moon is gone"]


def test_explain_tells_why_each_line_is_shown(tmp_path: Path) -> None:
    done = typed(
        "analyze", log_of("+ make\nmain.c:3:5: error: 'x' undeclared\n", tmp_path), "--explain"
    ).stdout.decode()
    assert "Why these lines, best first:\n   1. line 2: " in done


def test_analyze_of_an_empty_log(tmp_path: Path) -> None:
    done = typed("analyze", log_of("", tmp_path))
    assert done.returncode == 0
    assert "empty" in done.stdout.decode()


def test_analyze_of_a_file_that_is_not_there() -> None:
    done = typed("analyze", "/no/such/file")
    assert done.returncode == 2
    assert done.stderr.decode() == "failure-alert: cannot read /no/such/file: No such file or directory\n"


def test_unknown_argument_ends_in_2() -> None:
    assert typed("analyse", "x").returncode == 2


def test_settings_reference() -> None:
    assert "| `token` 🔒 |" in typed("settings").stdout.decode()
    assert json.loads(typed("settings", "--format", "json-schema").stdout)["properties"]["token"]


@pytest.mark.parametrize("generation", list(FAKES))
def test_build_from_a_workstation(generation: str) -> None:
    with FAKES[generation](build(TrueStep("lint", code=1, log="+ lint\nerror: boom\n"))) as server:
        done = typed("build", server.repo, "42", "--server", server.url, "--format", "json", DRONE_TOKEN=server.token)
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    assert [failure["step"] for failure in report["failures"]] == ["lint"]
    assert "boom" in report["failures"][0]["title"]


def test_build_that_does_not_exist_ends_in_1() -> None:
    with FAKES["drone-2"](build(TrueStep("lint", code=1))) as server:
        done = typed("build", "octo/demo", "777", "--server", server.url, DRONE_TOKEN=server.token)
    assert done.returncode == 1
    assert "check `repo` (octo/demo) and `build` (777)" in done.stderr.decode()


def test_demo_shows_the_file_the_comment_its_edit_and_the_green_end() -> None:
    shown = typed("demo").stdout.decode()
    for expected in ("comment created", "comment updated", "PYTHON=3.11", "F401", "137", "passed"):
        assert expected in shown


def test_plugin_mode_without_anything_ends_in_2(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "plugin"], env=BARE, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith(b"Usage: ")
    assert list(tmp_path.iterdir()) == []
