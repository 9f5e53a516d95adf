"""Which errors are retried, how often, and after which pause."""

from email.utils import formatdate

import pytest

from plugin.errors import ServerError
from plugin.http.deadline import Deadline
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Rude, answer, in_turn
from tests.http.clients import Pauses, client

GOOD = answer(200, {"ok": True})
TRANSIENT = ["cut", "reset mid-body", "truncated JSON", "half a gzip", "429", "500", "502", "503"]
PERMANENT = [
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


@pytest.mark.parametrize("fault", TRANSIENT)
def test_transient_error_is_retried(fault: str) -> None:
    pauses = Pauses()
    with Rude(in_turn(FAULTS[fault], FAULTS[fault], GOOD)) as server:
        assert client(server.url, pauses.deadline()).json("build") == {"ok": True}
    assert len(pauses) == 2


@pytest.mark.parametrize("fault", PERMANENT)
def test_permanent_error_is_not_retried(fault: str) -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(ServerError):
        client(server.url, pauses.deadline()).json("build")
    assert pauses == []


def test_five_attempts_with_increasing_pauses() -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS["500"]) as server, pytest.raises(ServerError, match="answered 500"):
        client(server.url, pauses.deadline()).json("build")
    assert len(server.asked) == 5
    assert [low <= pause <= 2 * low for low, pause in zip((0.5, 1, 2, 4), pauses, strict=True)] == [True] * 4


def test_error_of_an_attempt_is_kept_when_the_next_one_runs_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure has a cause and a remedy; the time limit is only what ended the retries."""
    monkeypatch.setattr("plugin.http.retry.backoff", lambda *_: 0.0)
    with Rude(in_turn(FAULTS["500"], FAULTS["silent"])) as server, pytest.raises(ServerError, match="answered 500"):
        client(server.url, Deadline(0.5)).json("build")


@pytest.mark.parametrize("fault", MAY_HAVE_ARRIVED)
def test_write_that_may_have_arrived_is_not_retried(fault: str) -> None:
    with Rude(in_turn(FAULTS[fault], GOOD)) as server, pytest.raises(ServerError):
        client(server.url).write("POST", "comments", {"body": "text"})
    assert len(server.asked) == 1


RATE_LIMITED = {
    "429": (answer(429, b""), None),
    "429 with a pause": (answer(429, b"", {"Retry-After": "1"}), 1.0),
    "503 with a pause": (answer(503, b"", {"Retry-After": "1"}), 1.0),
    "403 with a pause": (answer(403, b"", {"Retry-After": "1"}), 1.0),
}


@pytest.mark.parametrize("refusal", RATE_LIMITED)
def test_rate_limited_write_is_not_retried_but_its_error_has_the_pause(refusal: str) -> None:
    """A proxy may send such a response although the server behind it has processed the write."""
    behavior, pause = RATE_LIMITED[refusal]
    with Rude(in_turn(behavior, GOOD)) as server, pytest.raises(ServerError) as caught:
        client(server.url).write("POST", "comments", {"body": "text"})
    assert len(server.asked) == 1
    assert (caught.value.temporary, caught.value.retry_after) == (True, pause)


@pytest.mark.parametrize("fault", TRANSIENT)
def test_idempotent_write_is_retried(fault: str) -> None:
    with Rude(in_turn(FAULTS[fault], GOOD)) as server:
        client(server.url).write("PUT", "status", {"state": "failure"}, idempotent=True)
    assert len(server.asked) == (1 if fault == "truncated JSON" else 2)  # the body of the response is not parsed


@pytest.mark.parametrize("fault", [*MAY_HAVE_ARRIVED, "429"])
def test_write_that_a_proxy_may_have_forwarded_is_not_retried(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(in_turn(FAULTS[fault], GOOD)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(ServerError):
            client("http://forge.example.com").write("POST", "comments", {"body": "text"})
    assert len(proxy.asked) == 1


def test_write_is_retried_after_a_refused_connection() -> None:
    with Rude(lambda _: GOOD) as gone:
        pass
    pauses = Pauses()
    with pytest.raises(ServerError, match=r"cannot connect; check `server`"):
        client(gone.url, pauses.deadline()).write("POST", "comments", {"body": "text"})
    assert len(pauses) == 4


def test_write_is_retried_after_a_refused_connection_to_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(lambda _: GOOD) as gone:
        pass
    monkeypatch.setenv("HTTP_PROXY", gone.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    pauses = Pauses()
    with pytest.raises(ServerError, match="the proxy does not work"):
        client("http://forge.example.com", pauses.deadline()).write("POST", "comments", {"body": "text"})
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
def test_pause_is_the_one_that_the_server_asks_for(headers: dict[str, str], pause: float) -> None:
    pauses = Pauses()
    with Rude(in_turn(answer(429, b"", headers), GOOD)) as server:
        client(server.url, pauses.deadline()).json("build")
    assert pauses == [pause]


@pytest.mark.parametrize("value", ["soon", "-1", "1e9", "१", "", "Mon, 99 Foo 9999 99:99:99 GMT"])
def test_invalid_pause_of_a_server_is_ignored(value: str) -> None:
    pauses = Pauses()
    with Rude(in_turn(answer(429, b"", {"Retry-After": value.encode().decode("latin-1")}), GOOD)) as server:
        client(server.url, pauses.deadline()).json("build")
    assert 0.5 <= pauses[0] <= 1.0


def test_pause_longer_than_the_remaining_time_ends_the_retries() -> None:
    pauses = Pauses()
    with Rude(lambda _: FAULTS["429, Retry-After an hour"]) as server, pytest.raises(ServerError, match="answered 429"):
        client(server.url, pauses.deadline(60)).json("build")
    assert pauses == []
    assert len(server.asked) == 1
