"""The answers recorded from a real Drone 0.8 server, word for word."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.fakes.servers.server import FakeServer, Reply, Request

_PACKAGE = Path(__file__).parents[3] / "plugin" / "demo" / "recorded"
_HERE = Path(__file__).parent / "recorded"
_OURS = ("Content-Length", "Connection", "Transfer-Encoding", "Date", "Content-Type")


@cache
def recording(name: str) -> Mapping[str, Mapping[str, object]]:
    """A recorded file by its name without ending."""
    path = next(folder / f"{name}.json" for folder in (_PACKAGE, _HERE) if (folder / f"{name}.json").exists())
    found: Mapping[str, Mapping[str, object]] = json.loads(path.read_text())
    return found


class RecordedFake(FakeServer):
    """What was asked at that moment answers as it did; anything else is not there."""

    kind = "drone08"

    def __init__(self, name: str) -> None:
        super().__init__()
        found = recording(name)
        self._answers = found.get("http", found)
        self._environ: Mapping[str, str] = found.get("env", {})  # type: ignore[assignment]

    def answer(self, request: Request) -> Reply:
        found = self._answers.get(f"{request.method} {request.address}")
        return replayed(found) if found else replayed(recording("errors")["missing log"])

    def environ(self, unit: int = 1) -> Mapping[str, str]:
        """As recorded, but for the server's address."""
        host = self.url.removeprefix("http://")
        return {name: value.replace("drone.example.com", host) for name, value in self._environ.items()}


def replayed(recorded: object) -> Reply:
    assert isinstance(recorded, dict)
    headers = {name: value for name, value in recorded["headers"].items() if name not in _OURS}
    unnoted = "application/json" if recorded["status"] == 200 else ""  # build 1 was recorded without headers
    kind = recorded["headers"].get("Content-Type", unnoted)
    return Reply(recorded["status"], recorded["body"].encode(), kind, headers)
