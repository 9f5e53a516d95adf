"""Servers that answer as real ones did: one recorded build for each generation of `tests/recordings/servers`.

Each recording has the environment of the plugin's step and the answers that the step got, in order. Host names and
tokens are replaced. Those of Woodpecker also have another build, with a matrix, as pipeline 999.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.fakes.servers.recorded import recorded, replayed
from tests.fakes.servers.server import FakeServer, Reply, Request

FOLDER = Path(__file__).parents[1] / "recordings" / "servers"
DRONE_0_8 = Path(__file__).parents[2] / "plugin" / "commands" / "demo" / "recorded" / "during-build-3-job-2.json"
RECORDINGS: Mapping[str, Path] = {
    "drone-0.8": DRONE_0_8,
    **{path.stem: path for path in sorted(FOLDER.glob("*.json"))},
}
"""Recording of each generation, by the name of its fake."""
_VALUES_OF_THE_MATRIX = "environ"
"""The object whose keys are names that the pipeline file chooses."""
_FILTER = "&status=success"
"""Version 0.1, which made the recordings, filtered the list of Woodpecker; without it there are failed builds, too."""
_HOST = re.compile(r"\b(?:drone|ci\d*)\.example\.com\b")


class RecordedServer(FakeServer):
    """A server with the recorded answers; it repeats the last one if it is asked more often."""

    def __init__(self, generation: str) -> None:
        super().__init__()
        recording = json.loads(RECORDINGS[generation].read_text("utf-8"))
        self._environ: Mapping[str, str] = recording["env"]
        self._answers: dict[str, list[Any]] = defaultdict(list)
        for request, answer in recording["http"].items():
            self._answers[request.partition(" (answer ")[0].removesuffix(_FILTER)].append(answer)

    def answer(self, request: Request) -> Reply:
        answers = self._answers.get(f"{request.method} {request.address}")
        if not answers:
            return replayed(recorded("errors")["missing log"])
        return replayed(answers.pop(0) if len(answers) > 1 else answers[0])

    def environ(self, job: int = 1) -> Mapping[str, str]:
        """Return the recorded environment with the address of this server."""
        host = self.url.removeprefix("http://")
        return {name: _HOST.sub(host, value) for name, value in self._environ.items()}

    def bodies(self) -> Iterator[tuple[str, object]]:
        """Yield the path, without numbers and query, and the JSON value of each successful answer."""
        for request, answers in self._answers.items():
            for answer in answers:
                if answer["status"] == 200:
                    yield endpoint(request.partition(" ")[2]), json.loads(answer["body"])


def endpoint(path: str) -> str:
    """Return the path of a request without its query, with `*` for numbers and the names of the repository."""
    path = re.sub(r"^/api/repos/(lookup/)?[^/\d][^/]*/[^/?]+", r"/api/repos/\1*", path.partition("?")[0])
    path = re.sub(r"^/api/v1/repos/.+?/\+(/pipelines/)?[^/]*", r"/api/v1/repos/*/+\1*", path)
    return re.sub(r"(?<=/)\d+(?=/|$)", "*", path)


def drift(fake: object, real: object, place: str = "") -> Iterator[str]:
    """Yield where the answer of a fake differs in keys or types from that of the real server.

    The items of a list are compared as one: an item may have fewer keys than another, as servers omit empty values.
    """
    if isinstance(fake, list) and isinstance(real, list):
        if fake and real:
            yield from drift(_merged(fake), _merged(real), f"{place}[]")
    elif isinstance(fake, dict) and isinstance(real, dict):
        for key in sorted(fake.keys() | real.keys()):
            if key not in real:
                yield f"{place}.{key} is not in the real answer"
            elif key not in fake:
                yield f"{place}.{key} is missing in the fake answer"
            elif key != _VALUES_OF_THE_MATRIX:
                yield from drift(fake[key], real[key], f"{place}.{key}")
    elif None not in (fake, real) and type(fake) is not type(real):
        yield f"{place} is {type(fake).__name__}, not {type(real).__name__}"


def _merged(items: list[Any]) -> object:
    """Return one item with the keys of all, if they are objects."""
    if not all(isinstance(item, dict) for item in items):
        return next((item for item in items if item is not None), None)
    merged: dict[str, Any] = {}
    for item in items:
        for key, value in item.items():
            if isinstance(value, list) and isinstance(merged.get(key), list):
                merged[key] = merged[key] + value
            elif merged.get(key) is None:
                merged[key] = value
    return merged
