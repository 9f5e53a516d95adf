"""A server or forge that answers with whatever the bytes say, without a network."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plugin.errors import PluginError
from plugin.http.deadline import Deadline
from plugin.http.records import R, records_of
from plugin.http.response import Response


class Canned:
    """Stands in for `Rest`: each question gets the next of the values, the last one for ever."""

    def __init__(self, data: bytes, error: type[PluginError]) -> None:
        self.deadline = Deadline(30, sleep=lambda _: None)
        self._values = [_value(part) for part in data.split(b"\n\n", 20)]
        self._error = error
        self._asked = 0

    def _next(self) -> object:
        value = self._values[min(self._asked, len(self._values) - 1)]
        self._asked += 1
        if self._asked > 300:
            raise self._error("asked too often")
        if isinstance(value, int) and 400 <= value < 600:
            error = self._error(f"answered {value}")
            error.status = value
            raise error
        return value

    def within(self, _seconds: float) -> "Canned":
        return self

    def json(self, path: str, params: object = None, **_: object) -> object:
        return self._next()

    def records(self, path: str, kind: type[R]) -> list[R]:
        return records_of(self.get(path), kind)

    def get(self, path: str, params: object = None, **_: object) -> Response:
        value = self._next()
        link = value.get("link") if isinstance(value, dict) else None
        headers = {"Content-Type": "application/json", **({"Link": link} if isinstance(link, str) else {})}
        return Response(200, headers, json.dumps(value).encode())

    def write(self, method: str, path: str, body: object = None, **_: object) -> Response:
        json.dumps(body).encode()
        return Response(200, {"Content-Type": "application/json"}, json.dumps(self._next()).encode())

    def lines(self, path: str, **_: object) -> Iterator[bytes]:
        value = self._next()
        yield from (value if isinstance(value, str) else json.dumps(value)).encode(errors="replace").split(b"\n")


def _value(part: bytes) -> Any:
    try:
        return json.loads(part)
    except (ValueError, RecursionError):
        return part.decode(errors="replace")


def client_factory(canned: Canned) -> Any:
    """What makes clients, as servers and forges want it."""

    def made(_base: str, _headers: Mapping[str, str]) -> Any:
        return canned

    return made
