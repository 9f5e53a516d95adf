"""Which failures are tried again, how often, and after which pause."""

from email.utils import formatdate

import pytest

from plugin.errors import ServerError
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Behaviour, Rude, answer, in_turn
from tests.rest.clients import Pauses, client

GOOD = answer(200, {"ok": True})
PASSING = ["cut", "reset mid-body", "truncated JSON", "half a gzip", "429", "500", "502", "503"]
LASTING = [
    "HTML",
    "10 GB announced",
    "gzip bomb",
    "packed unasked",
    "301 to another host",
    "301 to nowhere",
    "307 in a circle",
    "400",
    "401",
    "403",
    "404",
    "409",
    "422",
]
MAY_HAVE_ARRIVED = ["cut", "reset mid-body", "half a gzip", "500", "502", "503"]


@pytest.mark.parametrize("fault", PASSING)
def test_passing_trouble_is_tried_again(fault: str) -> None:
    pauses = Pauses()
    with Rude(in_turn(FAULTS[fault], FAULTS[fault], GOOD)) as server:
        assert client(server.url, pauses.budget()).json("build") == {"ok": True}
    assert len(pauses) == 2


@pytest.mark.parametrize("fault", LASTING)
def test_lasting_trouble_is_not(fault: str) -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(ServerError):
        client(server.url, pauses.budget()).json("build")
    assert pauses == []


def test_five_attempts_with_growing_pauses() -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS["500"]) as server, pytest.raises(ServerError, match="answered 500"):
        client(server.url, pauses.budget()).json("build")
    assert len(server.asked) == 5
    assert [low <= pause <= 2 * low for low, pause in zip((0.5, 1, 2, 4), pauses, strict=True)] == [True] * 4


@pytest.mark.parametrize("fault", MAY_HAVE_ARRIVED)
def test_a_write_that_may_have_arrived_is_not_sent_again(fault: str) -> None:
    with Rude(in_turn(FAULTS[fault], GOOD)) as server, pytest.raises(ServerError):
        client(server.url).write("POST", "comments", {"body": "text"})
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        answer(429, b""),
        answer(429, b"", {"Retry-After": "1"}),
        answer(503, b"", {"Retry-After": "1"}),
        answer(403, b"", {"Retry-After": "1"}),
    ],
    ids=["429", "429 with a pause", "503 with a pause", "403 with a pause"],
)
def test_a_write_that_the_server_put_off_is_sent_again(refusal: Behaviour) -> None:
    with Rude(in_turn(refusal, GOOD)) as server:
        assert client(server.url).write("POST", "comments", {"body": "text"}).status == 200
    assert len(server.asked) == 2


def test_a_write_is_sent_again_where_nobody_listened() -> None:
    with Rude(lambda _: GOOD) as gone:
        pass
    pauses = Pauses()
    with pytest.raises(ServerError, match=r"cannot connect; check `server`"):
        client(gone.url, pauses.budget()).write("POST", "comments", {"body": "text"})
    assert len(pauses) == 4


NOON = 1_700_000_000


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": formatdate(NOON + 9, usegmt=True), "Date": formatdate(NOON, usegmt=True)}, 9.0),
        ({"Retry-After": formatdate(NOON - 9, usegmt=True), "Date": formatdate(NOON, usegmt=True)}, 0.0),
        ({"Retry-After": formatdate(0, usegmt=True)}, 0.0),
    ],
    ids=["number", "date by the server's clock", "date in the past", "date without a clock"],
)
def test_the_server_says_how_long_to_wait(headers: dict[str, str], pause: float) -> None:
    pauses = Pauses()
    with Rude(in_turn(answer(429, b"", headers), GOOD)) as server:
        client(server.url, pauses.budget()).json("build")
    assert pauses == [pause]


@pytest.mark.parametrize("value", ["soon", "-1", "1e9", "१", "", "Mon, 99 Foo 9999 99:99:99 GMT"])
def test_a_pause_that_cannot_be_read_is_our_own(value: str) -> None:
    pauses = Pauses()
    with Rude(in_turn(answer(429, b"", {"Retry-After": value.encode().decode("latin-1")}), GOOD)) as server:
        client(server.url, pauses.budget()).json("build")
    assert 0.5 <= pauses[0] <= 1.0


def test_a_pause_longer_than_the_time_left_is_not_waited_for() -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS["429, Retry-After an hour"]) as server, pytest.raises(ServerError, match="answered 429"):
        client(server.url, pauses.budget(60)).json("build")
    assert pauses == []
    assert len(server.asked) == 1
