"""A caching proxy with latency in front of a fake server, so that the fake's own work is not measured."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

LATENCY = 0.05
"""Seconds before each response."""


class Canned:
    """Proxy of the fake server `upstream`. GET requests below `cached_path` are forwarded once, others each time."""

    def __init__(self, upstream: str, cached_path: str) -> None:
        self._upstream = urlsplit(upstream).netloc
        self._cached_path = cached_path
        self._cache: dict[str, tuple[int, Mapping[str, str], bytes]] = {}
        self._lock = threading.Lock()
        self.first: float = 0.0
        """Time of the first request, by `time.monotonic`."""
        self.written: float = 0.0
        """Time of the response to the last write."""
        self.open: dict[str, int] = defaultdict(int)
        self.most: dict[str, int] = defaultdict(int)
        """Maximum number of simultaneous connections, by token."""

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
                """Print nothing."""

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
        """Fill the cache with the responses for these paths."""
        for path in paths:
            self.answer("GET", path, {"Authorization": f"Bearer {token}"}, b"")

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body of the response, from the cache or from the fake server."""
        cacheable = method == "GET" and path.startswith(self._cached_path)
        if cacheable and path in self._cache:
            return self._cache[path]
        connection = HTTPConnection(self._upstream, timeout=60)
        try:
            forwarded = {name: text for name, text in headers.items() if name not in ("Host", "Connection")}
            connection.request(method, path, body or None, forwarded)
            reply = connection.getresponse()
            returned = {name: text for name, text in reply.getheaders() if name in ("Content-Type", "Link")}
            response = reply.status, returned, reply.read()
        finally:
            connection.close()
        if cacheable:
            self._cache[path] = response
        return response
