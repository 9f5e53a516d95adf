"""A server on 127.0.0.1 that answers on the bare socket, so that it can misbehave in every way there is.

`with Rude(lambda asked: answer(200, b"{}")) as server: … server.url` — a behaviour is what is done with the connection
of one request; `tests/fakes/faults.py` holds the bad ones.
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import parse_headers
from io import BytesIO
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    """With its query, as sent."""
    headers: Mapping[str, str]
    body: bytes


class Line:
    """The connection of one request, as a behaviour sees it."""

    def __init__(self, connection: socket.socket, server: "Rude") -> None:
        self.connection = connection
        self._server = server

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def pause(self, seconds: float) -> bool:
        """Wait, and return False when the test is over."""
        return not self._server.over.wait(seconds)

    def reset(self) -> None:
        """Reset the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def leave(self) -> None:
        """Nobody listens at the address any more."""
        self.reset()
        self._server.stop_listening()


Behaviour = Callable[[Line], None]


class Rude:
    """Serves one request per connection, as `behave` says."""

    def __init__(self, behave: Callable[[Asked], Behaviour], tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._behave = behave
        self._tls = tls
        self.url = ""

    def __enter__(self) -> Self:
        rude = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    rude._serve(self.rfile, Line(self.connection, rude))

        class Server(ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

            def get_request(self) -> tuple[Any, Any]:
                connection, address = super().get_request()
                return (rude._secured(connection) if rude._tls else connection), address

        self._server = Server(("127.0.0.1", 0), Handler)
        host = "localhost" if self._tls else "127.0.0.1"
        self.url = f"{'https' if self._tls else 'http'}://{host}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def stop_listening(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _secured(self, connection: socket.socket) -> ssl.SSLSocket:
        assert self._tls
        return self._tls.wrap_socket(connection, server_side=True)

    def _serve(self, stream: Any, line: Line) -> None:
        first = stream.readline().decode("latin-1").split()
        if len(first) != 3:
            return
        headers = dict(parse_headers(stream).items())
        body = stream.read(int(headers.get("Content-Length", 0)))
        asked = Asked(first[0], first[1], headers, body)
        self.asked.append(asked)
        self._behave(asked)(line)


def answer(
    status: int = 200,
    body: bytes | str | object = b"",
    headers: Mapping[str, str] | None = None,
    kind: str = "application/json",
) -> Behaviour:
    """Send a whole answer; a value that is neither bytes nor text is sent as JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return lambda line: line.send(head(status, {"Content-Length": str(len(data)), **(headers or {})}, kind) + data)


def head(status: int, headers: Mapping[str, str], kind: str = "application/json") -> bytes:
    """Send the beginning of an answer."""
    lines = {"Content-Type": kind, "Connection": "close", **headers}
    text = BytesIO()
    text.write(f"HTTP/1.1 {status} Word\r\n".encode())
    for name, value in lines.items():
        text.write(f"{name}: {value}\r\n".encode("latin-1"))
    return text.getvalue() + b"\r\n"


def in_turn(*behaviours: Behaviour) -> Callable[[Asked], Behaviour]:
    """One after the other, the last one for ever."""
    remaining = list(behaviours)
    return lambda _: remaining.pop(0) if len(remaining) > 1 else remaining[0]
