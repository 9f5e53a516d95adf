"""Stands before a fake server or forge and passes requests on, but for those that are to go wrong."""

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.fakes.rude import Asked, Behaviour, Line, Rude


@dataclass(frozen=True)
class Endpoint:
    """One thing that can be asked for: the method and the path without its query."""

    method: str
    path: str

    def is_of(self, asked: Asked) -> bool:
        return (asked.method, urlsplit(asked.path).path) == (self.method, self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Misfortune:
    """What goes wrong where."""

    endpoint: Endpoint
    fault: Behaviour
    times: int = 1000
    arrives: bool = False
    """The request did its work before its answer is spoilt."""


class Front(Rude):
    """The server behind, as a network with a misfortune shows it."""

    def __init__(self, behind: str, misfortune: Misfortune | None = None, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(self._passed, tls)
        self._behind = behind
        self._misfortune = misfortune
        self._left = misfortune.times if misfortune else 0

    def endpoints(self) -> list[Endpoint]:
        """All that was asked for, in the order of the first time."""
        return list(dict.fromkeys(Endpoint(asked.method, urlsplit(asked.path).path) for asked in self.asked))

    def _passed(self, asked: Asked) -> Behaviour:
        unlucky = self._misfortune
        if unlucky and self._left > 0 and unlucky.endpoint.is_of(asked):
            self._left -= 1
            if unlucky.arrives:
                self._fetched(asked)
            return unlucky.fault
        return self._polite(asked)

    def _polite(self, asked: Asked) -> Callable[[Line], None]:
        data = self._fetched(asked)
        return lambda line: line.send(data)

    def _fetched(self, asked: Asked) -> bytes:
        """Return the whole answer, with addresses of the server behind replaced by our own."""
        connection = HTTPConnection(urlsplit(self._behind).netloc, timeout=30)
        try:
            headers = {name: text for name, text in asked.headers.items() if name not in ("Host", "Connection")}
            connection.request(asked.method, asked.path, asked.body or None, headers)
            reply = connection.getresponse()
            body = reply.read().replace(self._behind.encode(), self.url.encode())
            lines = [f"HTTP/1.1 {reply.status} Word", "Connection: close", f"Content-Length: {len(body)}"]
            for name, text in reply.getheaders():
                if not re.fullmatch("(?i)connection|content-length|transfer-encoding|keep-alive", name):
                    lines.append(f"{name}: {text.replace(self._behind, self.url)}")
            return "\r\n".join((*lines, "", "")).encode("latin-1") + body
        finally:
            connection.close()
