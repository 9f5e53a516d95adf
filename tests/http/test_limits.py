"""Nothing that a server does makes the run longer than its time or larger than its memory."""

import time
import tracemalloc

import pytest

from plugin.errors import OutOfTime, ServerError
from plugin.http.deadline import Deadline
from tests.fakes.faults import FAULTS, silent
from tests.fakes.rude import Line, Rude, answer, head
from tests.http.clients import Pauses, client

ENDLESS = ["slow drip", "slow head", "silent"]
TOO_LARGE = ["never ends", "10 GB announced", "gzip bomb"]
MEGABYTE = 1024**2


@pytest.mark.parametrize("fault", ENDLESS)
def test_an_answer_that_takes_too_long_ends_with_the_time(fault: str) -> None:
    with (
        Rude(lambda _: FAULTS[fault]) as server,
        pytest.raises(OutOfTime, match=r"127.0.0.1:\d+ gave no whole answer.*`timeout`"),
    ):
        client(server.url, Deadline(0.2)).json("log")


def test_the_time_is_that_of_all_attempts_together() -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS["500"]) as server, pytest.raises(ServerError):
        client(server.url, pauses.deadline(4.0)).json("log")
    assert sum(pauses) < 4.0
    assert len(server.asked) < 5


def test_nothing_is_asked_when_no_time_is_left() -> None:
    with Rude(lambda _: answer(200, {})) as server, pytest.raises(OutOfTime):
        client(server.url, Deadline(0)).json("log")
    assert server.asked == []


@pytest.mark.parametrize("fault", TOO_LARGE)
def test_an_answer_that_is_too_large_is_not_kept(fault: str) -> None:
    tracemalloc.start()
    try:
        with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(ServerError, match="larger than 64 MiB"):
            client(server.url).json("log")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * MEGABYTE


def test_an_announced_size_is_not_waited_for() -> None:
    def announced(line: Line) -> None:
        line.send(head(200, {"Content-Length": str(10 * 1024**3)}))
        silent(line)

    with Rude(lambda _: announced) as server, pytest.raises(ServerError, match="larger than 64 MiB"):
        client(server.url, Deadline(60)).json("log")


def test_a_name_that_is_nobodys_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ServerError, match="name is not known here; check `server`"):
        client("http://ci.example.com").json("build")


def test_a_look_up_that_hangs_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    import threading

    hanging = threading.Event()

    def hang(*_: object, **__: object) -> None:
        hanging.wait(10)
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    with pytest.raises(OutOfTime):
        client("http://ci.example.com", Deadline(0.2)).json("build")
    hanging.set()
    assert time.monotonic() - start < 5


def test_what_is_not_worth_the_whole_time_takes_a_part_of_it() -> None:
    with Rude(lambda _: FAULTS["silent"]) as server:
        api = client(server.url, Deadline(60))
        with pytest.raises(OutOfTime):
            api.within(0.2).json("config")
    assert api.deadline.remaining() > 50
