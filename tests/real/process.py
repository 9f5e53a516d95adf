"""Server programs as child processes: a free port, a start that waits for the server to answer, an end that waits."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

START_SECONDS = 60


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def plugin_step(environ: Mapping[str, str], settings: Mapping[str, str], folder: Path) -> str:
    """Run the plugin as a step, in a process of its own with `folder` as workspace, and return what it printed."""
    workspace = {"CI_WORKSPACE": str(folder), "DRONE_WORKSPACE": str(folder), "PATH": os.environ["PATH"]}
    plugin_settings = {f"PLUGIN_{name}": value for name, value in settings.items()}
    run = subprocess.run(
        [sys.executable, "-m", "plugin"],
        env={**environ, **workspace, **plugin_settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


class Process:
    """A program that runs for the length of a `with` block, with its output in a file."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], log: Path, ready: str = "", user: str | None = None
    ) -> None:
        """Prepare the command. `ready` is a URL that answers with 2xx as soon as the program works."""
        self._command = command
        self._environ = {"PATH": os.environ["PATH"], "HOME": str(log.parent), **environ}
        self._log = log
        self._ready = ready
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the program and wait until it answers."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command, env=self._environ, stdout=output, stderr=output, cwd=self._log.parent, user=self._user
            )
        try:
            if self._ready:
                wait_until(self._answers, START_SECONDS, f"{self._command[0]} does not answer:\n{self._tail}")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the program."""
        self.stop()

    def stop(self) -> None:
        """Stop the program, by force if it does not end."""
        assert self._process
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise RuntimeError(f"{self._command[0]} ended with {self._process.returncode}:\n{self._tail}")
        try:
            return requests.get(self._ready, timeout=2).ok
        except requests.ConnectionError:
            return False

    @property
    def _tail(self) -> str:
        return self._log.read_text("utf-8", "replace")[-3000:] if self._log.exists() else ""


def wait_until(condition: Callable[[], bool], seconds: float, message: str, found: Sequence[object] = ()) -> None:
    """Return when the condition holds. Raise TimeoutError with the message and what was found after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{message}: {found}" if found else message)
        time.sleep(0.2)
