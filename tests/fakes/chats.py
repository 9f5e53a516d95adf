"""All chat services of the world on 127.0.0.1: an HTTPS proxy that answers as they do and records what it is sent.

A message is checked as `tests.fakes.chat_limits` describes the service; one that breaks a rule is refused with 400, as
by the real service. Mail goes to a real SMTP server, see `tests/deliver/notify/test_mail.py`.
"""

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import pytest
import trustme

from tests.fakes.chat_limits import violations

Answer = tuple[int, str]


@dataclass(frozen=True)
class Sent:
    """A request that a service got."""

    method: str
    url: str
    body: str
    headers: dict[str, str] = field(repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def payload(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return dict(parse_qsl(self.body))


_ANSWERS: tuple[tuple[str, Answer], ...] = (
    (r"^hooks\.slack\.com/", (200, "ok")),
    (r"^discord\.com/", (204, "")),
    (r"\.logic\.azure\.com/", (202, "")),
    (r"/\.well-known/matrix/", (404, "{}")),
    (r"/account/whoami$", (200, '{"user_id": "@bot:example.com", "device_id": "D"}')),
    (r"/_matrix/.*/login$", (200, '{"user_id": "@bot:example.com", "access_token": "t", "device_id": "D"}')),
    (r"/_matrix/.*/join/", (200, '{"room_id": "!room:example.com"}')),
    (r"/_matrix/.*/send/", (200, '{"event_id": "$1"}')),
    (r"/hooks/", (200, "ok")),
    (r"^api\.telegram\.org/", (200, '{"ok": true, "result": {"message_id": 1}}')),
    (r"^oapi\.dingtalk\.com/", (200, '{"errcode": 0, "errmsg": "ok"}')),
    (r"^qyapi\.weixin\.qq\.com/", (200, '{"errcode": 0, "errmsg": "ok"}')),
    (r"^open\.(feishu\.cn|larksuite\.com)/", (200, '{"code": 0, "msg": "success"}')),
    (r"\.zulipchat\.com/", (200, '{"result": "success", "msg": "", "id": 42}')),
    (r"", (200, "{}")),
)
_NO_MESSAGE = re.compile(r"/\.well-known/|/account/whoami$|/login$|/join/|/logout$")


class Chats:
    """The services; `sent` has the messages, without the requests that only prepare them."""

    def __init__(self) -> None:
        self.requests: list[Sent] = []
        self.refused: list[str] = []
        """The rules that messages broke."""
        self.instead: list[Answer | Callable[[], None]] = []
        """Answers to the next messages, or what happens instead of one."""
        self._lock = threading.Lock()

    @property
    def webhook(self) -> str:
        """Return the Apprise URL of a webhook that is reached without a proxy."""
        return f"json://{self.url.removeprefix('http://')}/hook"

    @property
    def sent(self) -> list[Sent]:
        return [request for request in self.requests if not _NO_MESSAGE.search(urlsplit(request.url).path)]

    def answer(self, request: Sent) -> Answer:
        address = urlsplit(request.url)
        place = f"{address.hostname}{address.path}"
        with self._lock:
            self.requests.append(request)
            if _NO_MESSAGE.search(address.path):
                return next(answer for pattern, answer in _ANSWERS if re.search(pattern, place))
            planned = self.instead.pop(0) if self.instead else None
            if callable(planned):
                planned()
            elif planned:
                return planned
            if broken := violations(place, request.payload, len(request.body.encode())):
                self.refused += broken
                return 400, json.dumps({"error": broken})
        return next(answer for pattern, answer in _ANSWERS if re.search(pattern, place))

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"chats": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def chats(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Chats]:
    """Yield the services; every request of this process goes to them, except those to 127.0.0.1."""
    authority = folder / "authority.pem"
    authority.write_bytes(_authority().cert_pem.bytes())
    with Chats() as services:
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, services.url)
            monkeypatch.delenv(name.lower(), raising=False)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "127.0.0.1")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        yield services


@cache
def _authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@cache
def _context(host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(host, key_type=trustme.KeyType.ECDSA).configure_cert(context)
    return context


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    chats: Chats
    origin = ""

    def do_CONNECT(self) -> None:
        host = self.path.rpartition(":")[0]
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):  # a client that does not trust the certificate
            self.connection = _context(host).wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", 0)
            self.origin = f"https://{host}"
            self.close_connection = False
            return
        self.close_connection = True

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        url = f"{self.origin}{self.path}"
        try:
            status, text = self.chats.answer(Sent(self.command, url, body, dict(self.headers.items())))
        except ConnectionAbortedError:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        kind = "application/json" if text.startswith("{") else "text/plain"
        location = {"Location": "https://elsewhere.example.com/"} if 300 <= status < 400 else {}
        for name, value in {"Content-Type": kind, "Content-Length": str(len(text.encode())), **location}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — http.server's name
        """Log nothing: `requests` has every request."""
