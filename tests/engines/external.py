"""Build and run the Markdown engines that are written in Go and JavaScript, and install packages of npm for tests.

The programs are built into `built/` beside this file, under a lock, as several test processes may start at once.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "built"
BUILD_SECONDS = 300


class MissingEngineError(Exception):
    """An engine cannot be run here; the text says what is missing."""


class Program:
    """A running program that renders one document after the other."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def render(self, engine: str, markdown: str) -> str:
        """Return the HTML that an engine of the program makes of a document."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([engine, markdown]).encode() + b"\n")
        self._process.stdin.flush()
        html = json.loads(self._process.stdout.readline())
        assert isinstance(html, str)
        return html

    def close(self) -> None:
        """End the program."""
        self._process.communicate(timeout=20)


@cache
def go_program() -> Program:
    """Return the program with the engines in Go. Raise MissingEngineError."""
    go = _tool("go", "Go")
    with _lock():
        _run([go, "build", "-buildvcs=false", "-o", str(BUILT / "go-engines"), "."], HERE)
    return Program([str(BUILT / "go-engines")])


@cache
def node_program() -> Program:
    """Return the program with the engines in JavaScript. Raise MissingEngineError."""
    return node_script(HERE / "main.mjs", npm_packages(HERE))


def node_script(script: Path, folder: Path) -> Program:
    """Return a program in JavaScript that uses the packages in a folder. Raise MissingEngineError."""
    shutil.copy(script, folder / script.name)
    return Program([_tool("node", "Node.js"), str(folder / script.name)])


@cache
def npm_packages(source: Path) -> Path:
    """Return a folder in which the packages of `source / "package-lock.json"` are installed.

    Raise MissingEngineError.
    """
    npm = _tool("npm", "npm")
    folder = BUILT / source.name
    with _lock():
        lock = (source / "package-lock.json").read_bytes()
        stamp = folder / "installed"
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(source / name, folder / name)
        if not stamp.exists() or stamp.read_bytes() != lock:
            _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
            stamp.write_bytes(lock)
    return folder


def _tool(name: str, title: str) -> str:
    """Return the path of a tool, from this virtual environment first."""
    found = shutil.which(name, path=_path())
    if not found:
        raise MissingEngineError(f"{title} is not installed")
    return found


def _path() -> str:
    """Return the search path, with the folder of this Python first."""
    return os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))


@contextmanager
def _lock() -> Iterator[None]:
    BUILT.mkdir(exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], folder: Path) -> None:
    environ = {**os.environ, "PATH": _path(), "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    try:
        subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True, timeout=BUILD_SECONDS)
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:] or [f"exit code {error.returncode}"]
        raise MissingEngineError(f"`{Path(command[0]).name} {command[1]}` failed: {last[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise MissingEngineError(f"`{Path(command[0]).name} {command[1]}` took too long") from error
