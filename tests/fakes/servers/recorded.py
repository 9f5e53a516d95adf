"""The answers recorded from a real Drone 0.8 server, unchanged."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

from tests.fakes.servers.server import FakeServer, Reply, Request

_PACKAGE = Path(__file__).parents[3] / "plugin" / "commands" / "demo" / "recorded"
_HERE = Path(__file__).parent / "recorded"
_OURS = ("Content-Length", "Connection", "Transfer-Encoding", "Date", "Content-Type")


class Recorded(TypedDict):
    status: int
    headers: Mapping[str, str]
    body: str


@cache
def _file(name: str) -> Mapping[str, Mapping[str, object]]:
    path = next(folder / f"{name}.json" for folder in (_PACKAGE, _HERE) if (folder / f"{name}.json").exists())
    found: Mapping[str, Mapping[str, object]] = json.loads(path.read_text())
    return found


def recorded(name: str) -> Mapping[str, Recorded]:
    """Return the answers of a file, by its name without extension."""
    found = _file(name)
    return found.get("http", found)  # type: ignore[return-value]  # as JSON has it


def environment(name: str) -> Mapping[str, str]:
    """Return the environment of the step that sent the requests."""
    return _file(name).get("env", {})  # type: ignore[return-value]  # as JSON has it


class RecordedFake(FakeServer):
    """A server that answers the recorded requests as recorded, and any other with 404."""

    kind = "drone08"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._answers = recorded(name)
        self._environ = environment(name)

    def answer(self, request: Request) -> Reply:
        found = self._answers.get(f"{request.method} {request.address}")
        return replayed(found or recorded("errors")["missing log"])

    def environ(self, job: int = 1) -> Mapping[str, str]:
        """Return the recorded environment with this server's address."""
        host = self.url.removeprefix("http://")
        return {name: value.replace("drone.example.com", host) for name, value in self._environ.items()}


def replayed(found: Recorded) -> Reply:
    headers = {name: value for name, value in found["headers"].items() if name not in _OURS}
    unnoted = "application/json" if found["status"] == 200 else ""  # build 1 was recorded without headers
    return Reply(found["status"], found["body"].encode(), found["headers"].get("Content-Type", unnoted), headers)
