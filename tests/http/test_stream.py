"""An event stream is read line by line, within limits of time and size."""

from collections.abc import Callable

import pytest

from plugin.errors import ServerError
from plugin.http.deadline import Deadline
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Behaviour, Line, Rude, answer, head
from tests.http.clients import client

EVENTS = b': ping\n\nid: 1\ndata: {"out": "a"}\n\nevent: eof\ndata: eof\n\n'
LINES = [b": ping", b"", b"id: 1", b'data: {"out": "a"}', b"", b"event: eof", b"data: eof", b""]


def begun(then: Callable[[Line], None]) -> Behaviour:
    """Return a stream that sends some events first."""

    def behave(line: Line) -> None:
        line.send(head(200, {}, "text/event-stream") + EVENTS)
        then(line)

    return behave


def drip(line: Line) -> None:
    while line.pause(0.02):
        line.send(b": ping\n")


def silence(line: Line) -> None:
    while line.pause(1):
        pass


def flood(line: Line) -> None:
    while line.pause(0):
        line.send(b"data: flood\n" * 5000)


def read(behave: Behaviour, *, seconds: float = 6.0, quiet: float = 2.0, size: int = 1_000_000) -> list[bytes]:
    with Rude(lambda _: behave) as server:
        return list(client(server.url, Deadline(30)).lines("stream", seconds=seconds, quiet=quiet, size=size))


def test_lines_are_read_up_to_the_end() -> None:
    assert read(begun(lambda _: None)) == LINES


def test_broken_stream_yields_the_lines_before() -> None:
    assert read(begun(lambda line: line.reset()))[: len(LINES)] in (LINES, [])
    chunked = head(200, {"Transfer-Encoding": "chunked"}, "text/event-stream") + b"7\r\ndata: a\r\n1\r\n\n\r\n"
    assert read(lambda line: line.send(chunked)) == [b"data: a"]


def test_stream_ends_after_silence() -> None:
    assert read(begun(silence), quiet=0.2) == LINES


def test_stream_ends_after_the_seconds() -> None:
    assert read(begun(drip), seconds=0.2)[: len(LINES)] == LINES


def test_stream_ends_at_the_maximum_size() -> None:
    assert 200_000 < sum(map(len, read(begun(flood), seconds=60, size=300_000))) < 400_000


def test_stream_ends_at_the_deadline() -> None:
    with Rude(lambda _: begun(drip)) as server:
        assert (
            list(client(server.url, Deadline(0.3)).lines("stream", seconds=60, quiet=2, size=10_000))[: len(LINES)]
            == LINES
        )


@pytest.mark.parametrize(
    ("behave", "message"),
    [
        (answer(404, {"message": "Not Found"}), "answered 404 instead of a stream"),
        (FAULTS["HTML"], "answered 200 instead of a stream"),
        (FAULTS["301 to another host"], "the token must not go"),
        (FAULTS["cut"], "the connection broke"),
    ],
    ids=["404", "HTML", "redirect", "cut"],
)
def test_stream_that_cannot_be_opened_is_an_error(behave: Behaviour, message: str) -> None:
    with pytest.raises(ServerError, match=message):
        read(behave)
