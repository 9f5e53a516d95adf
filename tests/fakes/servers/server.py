"""The base of all fake CI servers: HTTP on 127.0.0.1, builds in memory, a log of requests, and faults on demand."""

import json
import re
import socket
import struct
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.servers.truth import TrueBuild

TOKEN = "ci-token-of-a-reader"


class Fault(Enum):
    """A fault in the transmission of a response."""

    RESET = "the connection is reset before any answer"
    CUT = "the connection ends in the middle of the body"
    HALF = "half of the body, as if it were all"
    SILENT = "no byte, until the fake stops"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """As sent, still percent-encoded."""
    query: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def address(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in self.query.items())
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    kind: str = ""
    """Content-Type; empty for none."""
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None
    """Sent piece by piece instead of a body."""
    goes_on: bool = False
    """After its last piece the stream stays open in silence until the fake stops."""


def json_reply(value: object, *, status: int = 200, kind: str = "application/json", end: str = "\n") -> Reply:
    """Return a reply with JSON as Go's encoder writes it, with `<>&` escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Reply(status, (text + end).encode(), kind)


@dataclass
class _PlannedFault:
    pattern: str
    what: Fault | Reply
    times: int


class FakeServer:
    """A CI server with one repository; a subclass for each generation has its API.

    `with Drone08Fake(build(…)) as server:` serves at `server.url` until the block ends.
    """

    kind: ClassVar[str]
    """Key of `plugin.ci.connect.SERVERS`."""

    def __init__(self, *builds: TrueBuild, repo: str = "octo/demo", private: bool = True, version: str = "") -> None:
        self.builds = {build.number: build for build in builds}
        """By number. The first one passed is the one in which this program runs."""
        self.now = builds[0] if builds else TrueBuild()
        self.repo = repo
        self.private = private
        self.version = version or self.version
        self.default_branch = "main"
        self.token = TOKEN
        self.requests: list[Request] = []
        self.url = ""
        self.below = ""
        """The path under which the server is reached, behind a proxy."""
        self._looks: dict[tuple[int, str], int] = {}
        self._faults: list[_PlannedFault] = []
        self._lock = threading.Lock()
        self._over = threading.Event()

    version: str = ""

    # For tests

    def __enter__(self) -> Self:
        self._server = _listening(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.below}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.001}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(self, pattern: str, what: Fault | Reply, times: int = 1) -> None:
        """Let the next requests whose address matches `pattern` fail with the fault."""
        self._faults.append(_PlannedFault(pattern, what, times))

    def happens(self, build: TrueBuild) -> None:
        """Replace the build that the server returns."""
        self.builds[build.number] = build
        if build.number == self.now.number:
            self.now = build

    def environ(self, job: int = 1) -> Mapping[str, str]:
        """Return the variables of the last step of the job with that number."""
        raise NotImplementedError

    def asked(self, pattern: str) -> list[str]:
        """Return the addresses of the requests whose path matches."""
        return [request.address for request in self.requests if re.search(pattern, request.path)]

    def answer_to(self, path: str) -> Reply:
        """Return the answer to a request with the token."""
        return self.answer(Request("GET", path, {}, {"Authorization": f"Bearer {self.token}"}))

    # For a server's file

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def knows(self, request: Request) -> bool:
        """Return whether the request has the right token; a request with a wrong one counts as anonymous."""
        return request.headers.get("Authorization") in (f"Bearer {self.token}", self.token)

    def look(self, build: int, key: str) -> int:
        """Count a read of this log; return how many there were before."""
        with self._lock:
            count = self._looks.get((build, key), 0)
            self._looks[build, key] = count + 1
            return count

    def numbered(self) -> list[TrueBuild]:
        """Return the builds, newest first."""
        return [self.builds[number] for number in sorted(self.builds, reverse=True)]

    # Of its own

    def handle(self, request: Request) -> Reply | Fault:
        with self._lock:
            self.requests.append(request)
            planned = self._next_fault(request)
        if isinstance(planned, Reply) or planned in (Fault.RESET, Fault.SILENT):
            return planned
        if not request.path.startswith(f"{self.below}/"):
            return Reply(404)
        reply = self.answer(replace(request, path=request.path.removeprefix(self.below)))
        return _damaged(reply, planned) if planned else reply

    def _next_fault(self, request: Request) -> Fault | Reply | None:
        for planned in self._faults:
            if planned.times and re.search(planned.pattern, request.address):
                planned.times -= 1
                return planned.what
        return None

    def wait(self) -> None:
        self._over.wait(30)


_CUT = "X-Cut"


def _damaged(reply: Reply, fault: Fault) -> Reply:
    half = reply.body[: len(reply.body) // 2]
    if fault is Fault.HALF:
        return replace(reply, body=half)
    return replace(reply, body=half, headers={**reply.headers, _CUT: str(len(reply.body))})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: FakeServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        headers = dict(self.headers.items())
        reply = self.fake.handle(Request(self.command, address.path, dict(parse_qsl(address.query)), headers))
        if isinstance(reply, Fault):
            self._break(reply)
        elif reply.stream is not None:
            self._stream(reply)
        else:
            self._send(reply)

    def _break(self, fault: Fault) -> None:
        self.close_connection = True
        if fault is Fault.SILENT:
            self.fake.wait()
        else:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _send(self, reply: Reply) -> None:
        head = dict(reply.headers)
        length = head.pop(_CUT, str(len(reply.body)))
        self._head(reply, {**head, "Content-Length": length})
        self.wfile.write(reply.body)
        self.close_connection = self.close_connection or length != str(len(reply.body))

    def _stream(self, reply: Reply) -> None:
        self.close_connection = True
        self._head(reply, {**reply.headers, "Connection": "close"})
        with suppress(OSError):  # the client has seen enough
            for piece in reply.stream or ():
                self.wfile.write(piece)
                self.wfile.flush()
            if reply.goes_on:
                self.fake.wait()

    def _head(self, reply: Reply, headers: Mapping[str, str]) -> None:
        self.send_response(reply.status)
        for name, value in {**({"Content-Type": reply.kind} if reply.kind else {}), **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — http.server's name
        """Log nothing: `requests` has every request."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that close the connection."""


def _listening(fake: FakeServer) -> ThreadingHTTPServer:
    return _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
