"""The installed package runs as a step without containers, on Windows as far as Linux can show it (docs/runners.md)."""

import ast
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
import yaml

from plugin import safe_write, signals
from plugin.deliver.file import absolute_path
from plugin.errors import PluginError, SettingsError
from tests.docs.examples import as_environment
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "runners.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
POSIX_ONLY = {"crypt", "fcntl", "grp", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"}
BUILD = build(TrueStep("lint", code=1, log="+ flake8\nsrc/app.py:10:1: F401 'os' unused\n"), event="push")

WITHOUT_POSIX = """\
import os, runpy, select, signal, sys, _signal
for module, names in {
    os: ["O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_PATH", "O_CLOEXEC", "fchmod"],
    signal: ["SIGHUP", "pthread_sigmask", "sigwait", "SIG_BLOCK", "SIG_UNBLOCK"],
    _signal: ["SIGHUP", "pthread_sigmask", "sigwait"],
    select: ["poll", "epoll", "PIPE_BUF", "POLLOUT"],
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
os.supports_dir_fd.clear()
sys.argv[:] = ["plugin"]
runpy.run_module("plugin", run_name="__main__")
"""


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    with FAKES["drone-2"](BUILD) as server:
        yield {
            **server.environ(),
            "PATH": os.environ["PATH"],
            "NO_PROXY": "127.0.0.1",
            "DRONE_WORKSPACE": str(tmp_path),
            "PLUGIN_TOKEN": server.token,
            "PLUGIN_BASELINE": "off",
        }


def run(command: list[str], environ: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environ, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=["exec", "local"])
def test_example_runs_as_a_step(example: str, environ: dict[str, str], tmp_path: Path) -> None:
    steps = yaml.safe_load(example)["steps"]
    (step,) = (step for step in steps if "drone-failure-alert" in str(step))
    given = as_environment(step.get("settings", {}), {})
    given |= {
        name: environ["PLUGIN_TOKEN"] if name == "PLUGIN_TOKEN" else str(text)
        for name, text in step.get("environment", {}).items()
    }
    given["PLUGIN_TOKEN"] = environ["PLUGIN_TOKEN"]
    program = step.get("image") or step["commands"][0]
    installed = str(Path(sys.executable).with_name(program.rpartition("/")[2]))
    done = run([installed], {**environ, **given, "PLUGIN_FORGE_TOKEN": ""}, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "F401" in (tmp_path / "failure-summary.md").read_text("utf-8")


def test_installed_command_runs_as_a_step(environ: dict[str, str], tmp_path: Path) -> None:
    done = run([str(Path(sys.executable).with_name("drone-failure-alert"))], environ, tmp_path)
    assert done.returncode == 0
    assert "F401" in done.stdout


def test_no_module_imports_a_posix_only_module() -> None:
    imported = {
        (path.name, name)
        for path in (ROOT / "plugin").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    late = {("worker.py", "resource")}  # in a process of its own, and only where the module exists
    assert {(path, name) for path, name in imported if name in POSIX_ONLY} == late


def test_step_runs_without_posix_functions(environ: dict[str, str], tmp_path: Path) -> None:
    patterns = "patterns: {our-lint: {match: 'F401', title: 'unused import'}}\n"
    (tmp_path / ".failure-alert.yml").write_text(patterns, "utf-8")
    done = run([sys.executable, "-c", WITHOUT_POSIX], {**environ, "PYTHONPATH": str(ROOT)}, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "F401" in done.stdout
    assert "unused import" in (tmp_path / "failure-summary.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("output", "workspace", "expected"),
    [
        ("failure-summary.md", r"C:\drone\src", r"C:\drone\src\failure-summary.md"),
        ("reports/./a//b.html", "C:/drone/src", r"C:\drone\src\reports\a\b.html"),
        ("D:/reports/a.md", r"C:\drone\src", r"D:\reports\a.md"),
        ("//server/share/a.md", r"C:\drone\src", r"\\server\share\a.md"),
        ("a.md", r"\\server\share\src", r"\\server\share\src\a.md"),
    ],
)
def test_output_path_of_windows(output: str, workspace: str, expected: str) -> None:
    assert absolute_path(output, workspace, PureWindowsPath) == expected


@pytest.mark.parametrize("output", [r"a\b.md", "../a.md", "C:/../a.md", "~/a.md", "$HOME/a.md"])
def test_unusable_output_path_is_refused_on_windows(output: str) -> None:
    with pytest.raises(SettingsError):
        absolute_path(output, r"C:\drone\src", PureWindowsPath)


def test_output_path_of_posix() -> None:
    assert absolute_path("C:/a.md", "/drone/src", PurePosixPath) == "/drone/src/C:/a.md"
    assert absolute_path("//a/./b.md", "/drone/src", PurePosixPath) == "/a/b.md"
    with pytest.raises(PluginError, match="the working folder is gone"):
        absolute_path("a.md", "", PurePosixPath)


def test_file_is_written_without_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_write, "_HAS_DESCRIPTORS", False)
    path = tmp_path / "a" / "b" / "report.md"
    for content in (b"first", b"second"):
        safe_write.write(str(path), content)
        assert path.read_bytes() == content
    assert [file.name for file in path.parent.iterdir()] == ["report.md"]


@pytest.mark.parametrize("level", [0, 1])
def test_planted_link_is_refused_without_descriptors(
    level: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_write, "_HAS_DESCRIPTORS", False)
    outside, folder = tmp_path / "outside", tmp_path.joinpath(*["reports", "deep"][: level + 1])
    outside.mkdir()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(outside)
    with pytest.raises(OSError, match="symbolic links"):
        safe_write.write(f"{tmp_path}/reports/deep/report.md", b"report")
    assert list(outside.iterdir()) == []


def test_link_in_place_of_the_file_is_replaced_without_descriptors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_write, "_HAS_DESCRIPTORS", False)
    target = tmp_path / "secret"
    target.write_bytes(b"untouched")
    (tmp_path / "report.md").symlink_to(target)
    safe_write.write(str(tmp_path / "report.md"), b"report")
    assert target.read_bytes() == b"untouched"
    assert (tmp_path / "report.md").read_bytes() == b"report"


def test_signal_raises_keyboard_interrupt_without_sigwait(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {number: signal.getsignal(number) for number in signals.SIGNALS}
    monkeypatch.delattr(signal, "sigwait")
    monkeypatch.delattr(signal, "pthread_sigmask")
    called: list[str] = []
    try:
        signals.watch(lambda: called.append("in a thread"))
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert called == []
