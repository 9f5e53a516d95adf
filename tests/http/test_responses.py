"""Responses that are valid in HTTP although unusual are read."""

import json
import zlib

import pytest

from plugin.errors import ServerError
from tests.fakes.rude import Behaviour, Line, Rude, answer, head
from tests.http.clients import client

EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\n\r\n"


def after(informational: bytes) -> Behaviour:
    def behave(line: Line) -> None:
        line.send(informational)
        answer(200, [1])(line)

    return behave


@pytest.mark.parametrize("informational", [PROCESSING, EARLY_HINTS, PROCESSING * 5 + EARLY_HINTS])
def test_informational_responses_are_skipped(informational: bytes) -> None:
    with Rude(lambda _: after(informational)) as server:
        assert client(server.url).json("build") == [1]
        assert client(server.url).write("POST", "comments", {"body": "text"}).json() == [1]


def test_informational_responses_of_a_proxy_are_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(lambda _: after(EARLY_HINTS)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert client("http://ci.example.com").json("build") == [1]


def test_endless_informational_responses_are_an_error() -> None:
    def endless(line: Line) -> None:
        while line.pause(0):
            line.send(EARLY_HINTS * 100)

    with Rude(lambda _: endless) as server, pytest.raises(ServerError):
        client(server.url).json("build")


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "TEXT/PLAIN", None])
def test_json_is_read_without_its_content_type(kind: str | None) -> None:
    body = json.dumps([{"out": "a"}]).encode()

    def behave(line: Line) -> None:
        start = head(200, {"Content-Length": str(len(body))}, kind or "")
        line.send((start if kind else start.replace(b"Content-Type: \r\n", b"")) + body)

    with Rude(lambda _: behave) as server:
        assert client(server.url).json("log") == [{"out": "a"}]


def test_plain_text_that_is_no_json_is_an_error_that_names_the_setting() -> None:
    with (
        Rude(lambda _: answer(200, "It works!", kind="text/plain")) as server,
        pytest.raises(ServerError, match=r"answered with text/plain instead of JSON.*`server`"),
    ):
        client(server.url).json("log")
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ["text/plain", ""])
def test_message_of_an_error_is_read_from_json_without_its_content_type(kind: str) -> None:
    with (
        Rude(lambda _: answer(400, '{"message": "no such build"}', kind=kind)) as server,
        pytest.raises(ServerError, match=r"answered 400 \(no such build\)"),
    ):
        client(server.url).json("log")


@pytest.mark.parametrize("wbits", [15, -15], ids=["zlib", "raw"])
def test_deflate_response_is_decompressed(wbits: int) -> None:
    compressor = zlib.compressobj(wbits=wbits)
    body = compressor.compress(json.dumps(["a" * 100_000]).encode()) + compressor.flush()
    with Rude(lambda _: answer(200, body, {"Content-Encoding": "deflate"})) as server:
        assert client(server.url).json("log") == ["a" * 100_000]


@pytest.mark.parametrize("body", [zlib.compress(b"[]" * 500)[:-9], b"\x00" * 10], ids=["incomplete", "invalid"])
def test_broken_deflate_response_is_an_error(body: bytes) -> None:
    with (
        Rude(lambda _: answer(200, body, {"Content-Encoding": "deflate"})) as server,
        pytest.raises(ServerError, match="deflate"),
    ):
        client(server.url).json("log")


def test_deflate_bomb_is_refused() -> None:
    body = zlib.compress(bytes(80 * 1024**2))
    with (
        Rude(lambda _: answer(200, body, {"Content-Encoding": "deflate"})) as server,
        pytest.raises(ServerError, match="larger than 64 MiB"),
    ):
        client(server.url).json("log")
