"""What all fake forges share: an HTTP server on 127.0.0.1, comments in memory, a log of requests, planned faults."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlsplit

BROKEN = 0
"""The status of a reply that never comes: the connection is cut."""
SILENCE = 0.5
"""Seconds after which a test that waits for a silent server may stop waiting."""
SILENT = -1
"""The status of a reply that never comes, though the connection stays."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """As sent, still percent-encoded."""
    query: Mapping[str, str]
    body: object
    headers: Mapping[str, str]

    def field(self, name: str) -> str:
        """Return a text field of the body, empty if there is none."""
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Comment:
    id: int
    author: str
    text: str
    version: int = 0


@dataclass(frozen=True)
class Pull:
    """A pull request, open if it is not closed."""

    number: int
    branch: str
    commit: str
    fork: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Change:
    """A changed file of a pull request, with one hunk at most."""

    path: str
    line: int = 1
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    old_path: str = ""

    @property
    def source(self) -> str:
        return self.old_path or self.path

    @property
    def hunk(self) -> str:
        """The hunk without context, empty for a binary file."""
        if not (self.removed or self.added):
            return ""
        lines = [*(f"-{line}" for line in self.removed), *(f"+{line}" for line in self.added)]
        return f"@@ -{self.line},{len(self.removed)} +{self.line},{len(self.added)} @@\n" + "\n".join(lines) + "\n"

    @property
    def text(self) -> str:
        header = f"diff --git a/{self.source} b/{self.path}\n"
        names = f"--- a/{self.source}\n+++ b/{self.path}\n" if self.hunk else "Binary files differ\n"
        return header + names + self.hunk


@dataclass
class _Fault:
    method: str
    reply: Reply
    arrives: bool


class FakeForge:
    """A forge with one repository; a file for each says how requests look there.

    `with GiteaFake() as forge:` serves at `forge.url` until the block ends.
    """

    kind = ""
    repo = "octo/demo"
    token = "forge-token-123"
    me = "ci-bot"
    base = ""
    """Path of the API below `url`."""
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {}
    """By reason, the answer to a write and a word that the plugin's message must contain."""
    limits: ClassVar[tuple[Reply, ...]] = ()
    """Answers that ask for a short pause."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.threads: dict[str, list[Comment]] = {}
        """Comments by the number of the pull request, or by commit."""
        self.statuses: list[Mapping[str, object]] = []
        self.pulls: list[Pull] = []
        self.changes: list[Change] = []
        """The files that every pull request changes."""
        self.files: dict[tuple[str, str], bytes] = {}
        """Contents by branch and path."""
        self.refuses: Reply | None = None
        """The answer to every write, if set."""
        self.refuses_readers: Reply | None = None
        """The answer to every read, if set."""
        self.url = ""
        self.below = ""
        """The sub-path below which a reverse proxy serves it; to be set before it starts."""
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._number = 1000

    def __enter__(self) -> Self:
        self._server = _server(self._handle)
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.below}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def comments(self, thread: str | int = 7) -> list[Comment]:
        return self.threads.get(str(thread), [])

    def texts(self, thread: str | int = 7) -> list[str]:
        return [comment.text for comment in self.comments(thread)]

    def add_comment(self, text: str, *, author: str = "", thread: str | int = 7) -> Comment:
        """Add a comment, by default of the token's account."""
        self._number += 1
        comment = Comment(self._number, author or self.me, text)
        self.threads.setdefault(str(thread), []).append(comment)
        return comment

    def fail_next(self, method: str, reply: Reply, *, arrives: bool = False) -> None:
        """Plan a fault: the next request with this method gets this reply; if it `arrives`, it also takes effect."""
        self._faults.append(_Fault(method, reply, arrives))

    def writes(self) -> list[str]:
        """Return the methods of all requests but GET."""
        return [request.method for request in self.requests if request.method != "GET"]

    def statuses_of(self, commit: str) -> list[Mapping[str, object]]:
        """Return the statuses of a commit, the newest first."""
        return [status for status in reversed(self.statuses) if status["commit"] == commit]

    def answer(self, request: Request) -> Reply:
        raise NotImplementedError

    def authorized(self, request: Request) -> bool:
        """Return whether the request carries the token."""
        raise NotImplementedError

    def unauthorized(self) -> Reply:
        return Reply(401, {"message": "Bad credentials"})

    def diff(self, request: Request) -> Reply:
        """Return the diff as text, as long as the request does not ask for JSON."""
        if request.headers.get("Accept") != "text/plain":
            return Reply(406, {"message": "not acceptable"})
        body = "".join(change.text for change in self.changes).encode()
        return Reply(200, body, {"Content-Type": "text/plain; charset=utf-8"})

    def file(self, branch: str, path: str) -> Reply:
        """Return the content of a file at a branch."""
        found = self.files.get((unquote(branch), unquote(path)))
        return Reply(404, {"message": "not found"}) if found is None else Reply(200, found, {"Content-Type": "x/y"})

    def find(self, thread: str, number: str) -> Comment | None:
        return next((one for one in self.comments(thread) if str(one.id) == number), None)

    def find_anywhere(self, number: str) -> tuple[str, Comment] | None:
        found = ((thread, one) for thread, all_of_it in self.threads.items() for one in all_of_it)
        return next(((thread, one) for thread, one in found if str(one.id) == number), None)

    def _handle(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            planned = next((fault for fault in self._faults if fault.method == request.method), None)
            if planned:
                self._faults.remove(planned)
                if not planned.arrives:
                    return planned.reply
            reply = self._judge(request)
            return planned.reply if planned else reply

    def _judge(self, request: Request) -> Reply:
        if not request.path.startswith(f"{self.below}/"):
            return Reply(404, None, {"Content-Type": "text/html"})
        request = replace(request, path=request.path.removeprefix(self.below))
        if not self.authorized(request):
            return self.unauthorized()
        refused = self.refuses_readers if request.method == "GET" else self.refuses
        return refused or self.answer(request)


def _server(handle: Callable[[Request], Reply]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: else each answer waits 40 ms for the kernel's delayed ACK

        def _serve(self) -> None:
            address = urlsplit(self.path)
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            query = dict(parse_qsl(address.query))
            body = json.loads(data) if data else None
            reply = handle(Request(self.command, address.path, query, body, dict(self.headers.items())))
            if reply.status == SILENT:
                time.sleep(SILENCE)
            if reply.status in (BROKEN, SILENT):
                self.close_connection = True
                self.connection.close()
                return
            payload = reply.body if isinstance(reply.body, bytes) else b""
            if not isinstance(reply.body, bytes | None):
                payload = json.dumps(reply.body).encode()
            head = {"Content-Type": "application/json", "Content-Length": str(len(payload)), **reply.headers}
            self.send_response(reply.status)
            for name, value in head.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 — http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — http.server's name
            """Write nothing: the tests have their own log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    return Server(("127.0.0.1", 0), Handler)
