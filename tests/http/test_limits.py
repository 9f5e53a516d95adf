"""No behavior of a server makes the run exceed its limits of time and memory."""

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
def test_slow_response_ends_at_the_deadline(fault: str) -> None:
    with (
        Rude(lambda _: FAULTS[fault]) as server,
        pytest.raises(OutOfTime, match=r"no complete response from 127.0.0.1:\d+.*`timeout`"),
    ):
        client(server.url, Deadline(0.2)).json("log")


def test_socket_that_gives_up_at_the_deadline_is_not_a_server_error() -> None:
    """Without threads, or on a busy machine, the socket and not the deadline ends the wait."""
    with Rude(lambda _: FAULTS["silent"]) as server:
        connection = client(server.url, Deadline(0.2)).connection
        with pytest.raises(OutOfTime):
            connection.read(f"{server.url}/log", None)
        with pytest.raises(OutOfTime):
            connection.write("POST", f"{server.url}/comments", b"{}")


def test_deadline_covers_all_attempts_together() -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS["500"]) as server, pytest.raises(ServerError):
        client(server.url, pauses.deadline(4.0)).json("log")
    assert sum(pauses) < 4.0
    assert len(server.asked) < 5


def test_no_request_after_the_deadline() -> None:
    with Rude(lambda _: answer(200, {})) as server, pytest.raises(OutOfTime):
        client(server.url, Deadline(0)).json("log")
    assert server.asked == []


@pytest.mark.parametrize("fault", TOO_LARGE)
def test_too_large_response_is_refused(fault: str) -> None:
    tracemalloc.start()
    try:
        with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(ServerError, match="larger than 64 MiB"):
            client(server.url).json("log")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * MEGABYTE


def test_too_large_content_length_is_refused_before_reading() -> None:
    def announced(line: Line) -> None:
        line.send(head(200, {"Content-Length": str(10 * 1024**3)}))
        silent(line)

    with Rude(lambda _: announced) as server, pytest.raises(ServerError, match="larger than 64 MiB"):
        client(server.url, Deadline(60)).json("log")


def test_unknown_host_name_is_an_error_that_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ServerError, match="host name cannot be resolved; check `server`"):
        client("http://ci.example.com").json("build")


def test_name_resolution_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_within_limits_requests_to_a_part_of_the_time() -> None:
    with Rude(lambda _: FAULTS["silent"]) as server:
        api = client(server.url, Deadline(60))
        with pytest.raises(OutOfTime):
            api.within(0.2).json("config")
    assert api.deadline.remaining() > 50
