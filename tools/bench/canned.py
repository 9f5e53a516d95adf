"""A server with latency that answers by heart: what the fakes once said, so that no work of theirs is measured."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

LATENCY = 0.05
"""Seconds before each answer."""


class Canned:
    """Stands before a fake; GETs below `remembered` are asked there once, all else each time."""

    def __init__(self, behind: str, remembered: str) -> None:
        self._behind = urlsplit(behind).netloc
        self._remembered = remembered
        self._known: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self._lock = threading.Lock()
        self.first: float = 0.0
        """When the first request came, by `time.monotonic`."""
        self.written: float = 0.0
        """When the last write was answered."""
        self.open: dict[str, int] = defaultdict(int)
        self.most: dict[str, int] = defaultdict(int)
        """Most connections at the same time, by the token that was shown."""

    def __enter__(self) -> Self:
        canned = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            run = ""

            def _do(self) -> None:
                self._count()
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                time.sleep(LATENCY)
                status, headers, data = canned.answer(self.command, self.path, dict(self.headers.items()), body)
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                if self.command != "GET":
                    canned.written = time.monotonic()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815 — http.server's names

            def _count(self) -> None:
                canned.first = canned.first or time.monotonic()
                if not self.run:
                    self.run = self.headers.get("Authorization", "")
                    with canned._lock:
                        canned.open[self.run] += 1
                        canned.most[self.run] = max(canned.most[self.run], canned.open[self.run])

            def finish(self) -> None:
                super().finish()
                if self.run:
                    with canned._lock:
                        canned.open[self.run] -= 1

            def log_message(self, *_: object) -> None:
                """The bench prints what there is to know."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def learn(self, *paths: str, token: str) -> None:
        """Asks behind for what will be wanted."""
        for path in paths:
            self.answer("GET", path, {"Authorization": f"Bearer {token}"}, b"")

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        keep = method == "GET" and path.startswith(self._remembered)
        if keep and path in self._known:
            return self._known[path]
        connection = HTTPConnection(self._behind, timeout=60)
        try:
            passed = {name: text for name, text in headers.items() if name not in ("Host", "Connection")}
            connection.request(method, path, body or None, passed)
            reply = connection.getresponse()
            kept = {name: text for name, text in reply.getheaders() if name in ("Content-Type", "Link")}
            answer = reply.status, kept, reply.read()
        finally:
            connection.close()
        if keep:
            self._known[path] = answer
        return answer
