"""A server on 127.0.0.1 that is both a Drone with recorded answers and a Gitea with one pull request."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

_COMMENTS = re.compile(r"/api/v1/repos/octo/demo/issues/(?:42/comments|comments/(?P<id>\d+))(?:\?.*)?")
_NOT_FOUND = (404, "text/plain", "")


class Replay:
    """The state of both servers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: Mapping[str, str] = {}
        """Drone's answers: bodies by `GET /path?query`."""
        self._comments: dict[int, str] = {}

    def comment(self) -> str:
        """Return the text of the newest comment."""
        return self._comments[max(self._comments)]

    def posted(self) -> int:
        """Return the number of comments."""
        return len(self._comments)

    def answer(self, method: str, path: str, sent: bytes) -> tuple[int, str, str]:
        """Return status, media type and body for a request."""
        if path.startswith("/api/v1/"):
            return self._forge(method, path, sent)
        body = self.answers.get(f"{method} {path}")
        return _NOT_FOUND if body is None else (200, "application/json", body)

    def _forge(self, method: str, path: str, sent: bytes) -> tuple[int, str, str]:
        if path == "/api/v1/user":
            return 200, "application/json", json.dumps({"id": 1, "login": "failure-bot"})
        found = _COMMENTS.fullmatch(path)
        if not found:
            return _NOT_FOUND
        if method == "GET":
            return 200, "application/json", json.dumps([self._shown(number) for number in self._comments])
        number = int(found["id"] or len(self._comments) + 1)
        if method == "DELETE":
            del self._comments[number]
            return 204, "text/plain", ""
        self._comments[number] = json.loads(sent)["body"]
        return 200 if found["id"] else 201, "application/json", json.dumps(self._shown(number))

    def _shown(self, number: int) -> dict[str, object]:
        page = f"http://git.example.com/octo/demo/pulls/42#issuecomment-{number}"
        return {"id": number, "body": self._comments[number], "user": {"login": "failure-bot"}, "html_url": page}


@contextmanager
def replay() -> Iterator[Replay]:
    """Serve until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    served = Replay(f"http://127.0.0.1:{server.server_port}")
    _Handler.served = served
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: Replay

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, kind, text = self.served.answer(self.command, self.path, body)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815 — the library's names

    def log_message(self, *_: object) -> None:
        """Log nothing: the demo shows what the plugin prints, not what the server does."""
