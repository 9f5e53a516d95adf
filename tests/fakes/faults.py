"""The bad manners of servers, proxies and networks, by name; each is what happens to the connection of one request."""

import gzip
import zlib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tests.fakes.rude import Behaviour, Line, answer, head

GIGABYTE = 1024**3
ELSEWHERE = "https://elsewhere.example.com/api?access_token=none"
"""Where a redirect leads; no test may go there."""


def refused(line: Line) -> None:
    line.leave()


def cut(line: Line) -> None:
    """No byte of an answer."""
    line.reset()


def reset_mid_body(line: Line) -> None:
    line.send(head(200, {"Content-Length": "4000"}) + b'[{"pos": 0, "out": "half')
    line.reset()


def slow_drip(line: Line) -> None:
    """Send a byte now and then, so that no silence is ever long."""
    line.send(head(200, {"Content-Length": "100000"}))
    while line.pause(0.02):
        line.send(b" ")


def slow_head(line: Line) -> None:
    """Headers that drop by drop never end."""
    line.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while line.pause(0.02):
        line.send(b"a")


def silent(line: Line) -> None:
    while line.pause(1):
        pass


def never_ends(line: Line) -> None:
    """As fast as it can."""
    line.send(head(200, {}) + b'[{"pos": 0, "out": "')
    piece = b"a" * 65536
    while line.pause(0):
        line.send(piece)


def huge(line: Line) -> None:
    """10 GB announced, and begun."""
    line.send(head(200, {"Content-Length": str(10 * GIGABYTE)}) + b'["')
    while line.pause(0):
        line.send(b"a" * 65536)


def gzip_bomb(line: Line) -> None:
    """Return a gigabyte of zeros, compressed into a megabyte."""
    line.send(head(200, {"Content-Encoding": "gzip"}) + _bomb())


def half_gzip(line: Line) -> None:
    packed = gzip.compress(b"[]" * 5000)[:-9]
    line.send(head(200, {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}) + packed)


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    zeros = bytes(GIGABYTE // 64)
    return b"".join((*(packer.compress(zeros) for _ in range(64)), packer.flush()))


PAGE = b"<!DOCTYPE html><html><body>Sign in</body></html>"

FAULTS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "refused": refused,
        "cut": cut,
        "reset mid-body": reset_mid_body,
        "slow drip": slow_drip,
        "slow head": slow_head,
        "silent": silent,
        "never ends": never_ends,
        "10 GB announced": huge,
        "gzip bomb": gzip_bomb,
        "half a gzip": half_gzip,
        "packed unasked": answer(200, b"\x0b\x00", {"Content-Encoding": "br"}),
        "truncated JSON": answer(200, b'{"number": 3, "procs": [{"pid"'),
        "wrong type": answer(200, b'"a text where an object belongs"'),
        "null": answer(200, b"null"),
        "deep JSON": answer(200, b"[" * 100_000),
        "HTML": answer(200, PAGE, kind="text/html; charset=utf-8"),
        "empty": answer(200, b""),
        "no content": answer(204, b""),
        "301 to another host": answer(301, b"", {"Location": ELSEWHERE}),
        "301 to nowhere": answer(301, b"", {"Location": "http://[::1"}),
        "307 in a circle": answer(307, b"", {"Location": "/circle"}),
        "400": answer(400, {"message": "bad request"}),
        "401": answer(401, {"message": "Unauthorized"}),
        "403": answer(403, {"message": "Forbidden"}),
        "404": answer(404, {"message": "Not Found"}),
        "409": answer(409, {"message": "Conflict"}),
        "422": answer(422, {"message": "Unprocessable"}),
        "429": answer(429, {"message": "Too many requests"}),
        "429, Retry-After 1": answer(429, {"message": "Too many requests"}, {"Retry-After": "1"}),
        "429, Retry-After an hour": answer(429, {"message": "Too many requests"}, {"Retry-After": "3600"}),
        "500": answer(500, b""),
        "502": answer(502, PAGE, kind="text/html"),
        "503": answer(503, b"upstream is away", kind="text/plain"),
    }
)
