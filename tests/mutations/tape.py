"""A tape: the responses that one run got, replayed without a network below `requests`."""

import io
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tests.faults.scene import run_step, step

RECORDED = Path(os.environ.get("RECORDED_ANSWERS", Path(__file__).parents[3] / "shared" / "recorded"))
"""Recordings of more servers, beside the repository; not part of it."""
DEMO = Path(__file__).parents[2] / "plugin" / "commands" / "demo" / "recorded"
_OTHER_SETTINGS = r"PLUGIN_(?!TOKEN|DRONE_TOKEN|SERVER$|FORGE)"
"""Settings of the recording steps that only tried how settings arrive."""
_ANSWER_NUMBER = re.compile(r" \(answer \d+\)$")


@dataclass(frozen=True)
class Reply:
    """One response."""

    status: int
    kind: str
    """Content type."""
    body: str


@dataclass(frozen=True)
class Tape:
    """The responses that a step got, by `METHOD /path?query`, in order."""

    name: str
    family: str
    """Responses of one family to the same request have the same fields."""
    environ: Mapping[str, str]
    replies: Mapping[str, Sequence[Reply]]
    families: Mapping[str, str] = field(default_factory=dict)
    """The family of single requests that have another one."""


@dataclass
class Player:
    """Replays a tape; the last response to each request repeats."""

    replies: Mapping[str, Sequence[Reply]]
    sent: list[str] = field(default_factory=list)
    """Bodies of the requests that write."""
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: PreparedRequest) -> Reply:
        key = key_of(request)
        with self._lock:
            if request.method != "GET":
                self.sent.append(str(request.body))
            known = self.replies.get(key) or self._similar(request.method or "")
            number = self.asked[key]
            self.asked[key] += 1
        return (
            known[min(number, len(known) - 1)] if known else Reply(404, "application/json", '{"message": "Not Found"}')
        )

    def _similar(self, method: str) -> Sequence[Reply]:
        """Return the responses to a recorded write, for a write that was not recorded."""
        writes = (replies for key, replies in self.replies.items() if method != "GET" and not key.startswith("GET "))
        return next(writes, ())


def key_of(request: PreparedRequest) -> str:
    address = urlsplit(request.url or "")
    return f"{request.method} {unquote(address.path)}{'?' if address.query else ''}{unquote(address.query)}"


@contextmanager
def played(player: Player) -> Iterator[None]:
    """Let the player answer every request of the block."""

    def send(_: HTTPAdapter, request: PreparedRequest, **__: object) -> Response:
        return _response(request, player.answer(request))

    with patch.object(HTTPAdapter, "send", send):
        yield


def _response(request: PreparedRequest, reply: Reply) -> Response:
    body = reply.body.encode(errors="surrogatepass")
    headers = {"Content-Type": reply.kind, "Content-Length": str(len(body))}
    response = Response()
    response.status_code = reply.status
    response.headers.update(headers)
    response.url = request.url or ""
    response.request = request
    response.raw = HTTPResponse(io.BytesIO(body), headers, reply.status, preload_content=False)
    return response


# Tapes of the fakes


FAKE_SERVERS = ("drone-0.8", "drone-1", "drone-2", "woodpecker-0.15", "woodpecker-3.17", "harness")
FAKE_FORGES = ("github", "gitea", "gogs", "gitlab", "bitbucket", "bitbucket_dc", "harness")


def of_all_fakes() -> list[Tape]:
    """Return a tape of each kind of server, and one of each kind of forge."""
    servers = [of_fakes(server, "gitea") for server in FAKE_SERVERS]
    return servers + [of_fakes("drone-2", forge) for forge in FAKE_FORGES]


@cache
def of_fakes(server: str, forge: str) -> Tape:
    """Record a run on a failed build of a fake server, with a fake forge that has a comment of an earlier build."""
    replies: dict[str, list[Reply]] = defaultdict(list)
    families: dict[str, str] = {}
    original, lock = HTTPAdapter.send, Lock()

    def send(adapter: HTTPAdapter, request: PreparedRequest, **how: object) -> Response:
        response = original(adapter, request, **how)  # type: ignore[arg-type]  # passed on unchanged
        reply = Reply(response.status_code, response.headers.get("Content-Type", ""), response.content.decode())
        with lock:
            key = key_of(request)
            replies[key].append(reply)
            if (request.url or "").startswith(environ["PLUGIN_FORGE_URL"]):
                families[key] = forge
        return _response(request, reply)

    with step(server, forge) as environ, patch.object(HTTPAdapter, "send", send):
        run_step(environ)
    return Tape(f"fakes of {server} and {forge}", f"fake {server}", environ, dict(replies), families)


# Recorded tapes


def recorded(folder: Path = RECORDED) -> list[Tape]:
    """Return the tapes of the recordings in a folder; none if it is missing."""
    return [tape for path in sorted(folder.rglob("*.json")) if (tape := _tape(path))]


def _environ_of_another(path: Path, answers: Iterable[str]) -> dict[str, str]:
    """Return the variables of another build of the same server, changed to the build that the requests name.

    Some Woodpecker steps with the Docker backend were recorded without their variables.
    """
    other: dict[str, str] = json.loads(path.with_name("push-red.json").read_text())["env"]
    link, number = "CI_PIPELINE_URL", "CI_PIPELINE_NUMBER"
    repo, build = next(match.groups() for key in answers if (match := re.search(r"repos/(\d+)/pipelines/(\d+)", key)))
    return other | {
        number: build,
        link: re.sub(r"repos/\d+/pipeline/\d+", f"repos/{repo}/pipeline/{build}", other[link]),
    }


def _tape(path: Path) -> Tape | None:
    recording = json.loads(path.read_text())
    if not isinstance(recording.get("env"), dict):
        return None
    variables = recording["env"] or _environ_of_another(path, recording["http"])
    environ = {name: text for name, text in variables.items() if not re.match(_OTHER_SETTINGS, name)}
    replies: dict[str, list[Reply]] = defaultdict(list)
    for part in ("http", "server", "forge"):
        answers = recording.get(part, {})
        for key, several in answers.get("http", answers).items():
            for one in several if isinstance(several, list) else [several]:
                headers = {name.lower(): text for name, text in one.get("headers", {}).items()}
                reply = Reply(int(one["status"]), headers.get("content-type", "application/json"), one["body"] or "")
                replies[unquote(_ANSWER_NUMBER.sub("", key))].append(reply)
    return Tape(f"{path.parent.name}/{path.stem}", path.parent.name, environ, dict(replies))
