"""Run the image as a step of a pipeline."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

WORKSPACE = "/drone/src/git.example.com/octo/demo"
"""The path that the recorded server used."""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Image:
    """The image, and the container whose network every step joins."""

    name: str
    network: str

    def run(self, step: "Step") -> Ended:
        command = ["docker", "run", "--rm", "--interactive", *self._options(step), self.name, *step.arguments]
        ended = subprocess.run(
            command, env=_environ(step), input=step.stdin, capture_output=True, timeout=120, check=False
        )
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def start(self, step: "Step") -> str:
        """Start a container and return its id."""
        command = ["docker", "run", "--detach", *self._options(step), self.name, *step.arguments]
        return subprocess.run(command, env=_environ(step), capture_output=True, check=True).stdout.decode().strip()

    def _options(self, step: "Step") -> Sequence[str]:
        names = (option for name in step.environ for option in ("--env", name))
        mount = ("--volume", f"{step.workspace}:{WORKSPACE}{step.mode}") if step.workspace else ()
        return ("--network", f"container:{self.network}", "--workdir", WORKSPACE, *names, *mount, *step.options)


@dataclass(frozen=True)
class Step:
    environ: Mapping[str, str] = field(default_factory=dict)
    workspace: Path | None = None
    mode: str = ""
    """Suffix of the volume, such as `:ro`."""
    options: Sequence[str] = ()
    arguments: Sequence[str] = ()
    stdin: bytes = b""


def _environ(step: Step) -> Mapping[str, str]:
    """Return the environment of `docker`. Values are passed in it, because arguments are in the process list."""
    return {"PATH": os.environ["PATH"], "DOCKER_HOST": os.environ.get("DOCKER_HOST", ""), **step.environ}


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, check=True).stdout.decode().strip()
