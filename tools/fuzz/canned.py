"""A client whose responses are the values in a fuzzer's input, without a network."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plugin.errors import PluginError
from plugin.http.deadline import Deadline
from plugin.http.records import R, records_of
from plugin.http.response import Response


class Canned:
    """Replacement for `ApiClient`: each request returns the next value; the last value repeats."""

    def __init__(self, data: bytes, error: type[PluginError]) -> None:
        self.deadline = Deadline(30, sleep=lambda _: None)
        self._values = [_value(part) for part in data.split(b"\n\n", 20)]
        self._error = error
        self._requests = 0

    def _next(self) -> object:
        value = self._values[min(self._requests, len(self._values) - 1)]
        self._requests += 1
        if self._requests > 300:
            raise self._error("too many requests")
        if isinstance(value, int) and 400 <= value < 600:
            error = self._error(f"status {value}")
            error.status = value
            raise error
        return value

    def within(self, _seconds: float) -> "Canned":
        """Return this client."""
        return self

    def json(self, path: str, params: object = None, **_: object) -> object:
        """Return the next value."""
        return self._next()

    def records(self, path: str, kind: type[R]) -> list[R]:
        """Return the next value as records."""
        return records_of(self.get(path), kind)

    def get(self, path: str, params: object = None, **_: object) -> Response:
        """Return a response with the next value, and with its key `link` as the header Link."""
        value = self._next()
        link = value.get("link") if isinstance(value, dict) else None
        headers = {"Content-Type": "application/json", **({"Link": link} if isinstance(link, str) else {})}
        return Response(200, headers, json.dumps(value).encode())

    def write(self, method: str, path: str, body: object = None, **_: object) -> Response:
        """Return a response with the next value. Raise an error if the body cannot be sent."""
        json.dumps(body).encode()
        return Response(200, {"Content-Type": "application/json"}, json.dumps(self._next()).encode())

    def lines(self, path: str, **_: object) -> Iterator[bytes]:
        """Yield the lines of the next value."""
        value = self._next()
        yield from (value if isinstance(value, str) else json.dumps(value)).encode(errors="replace").split(b"\n")


def _value(part: bytes) -> Any:
    try:
        return json.loads(part)
    except (ValueError, RecursionError):
        return part.decode(errors="replace")


def client_factory(canned: Canned) -> Any:
    """Return a function that returns the client, with the signature that servers and forges expect."""

    def create(_base: str, _headers: Mapping[str, str]) -> Any:
        return canned

    return create
