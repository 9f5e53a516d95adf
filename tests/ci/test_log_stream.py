"""The live stream: how each generation ends it, and bounds where none does."""

import json

import pytest

from plugin.ci.log_entries import LogEntry
from plugin.ci.log_stream import read_log_stream
from plugin.errors import ServerError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls
from plugin.model.build import RawLog, State
from tests.ci.conftest import Start
from tests.ci.reach import reach
from tests.fakes.servers import FAKES, FakeServer, Reply
from tests.fakes.servers.logs import PING
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, build

SLOW = TrueStep("slow", fate=Fate.RUNNING, log="+ make\nhalf way\n", stored=False)
STREAMING = [name for name in FAKES if name not in ("drone-0.8", "woodpecker-0.15")]


def entry(text: str) -> bytes:
    return b"data: " + json.dumps({"out": text}).encode() + b"\n\n"


def read(fake: FakeServer, *pieces: bytes, goes_on: bool = False, kind: str = "text/event-stream") -> list[str]:
    fake.fault("/s", Reply(kind=kind, stream=pieces, goes_on=goes_on))
    client = ApiClient(fake.url, deadline=Deadline(60), headers={}, tls=Tls(), error=ServerError)
    return [str(one.out) for one in read_log_stream(client, "s", LogEntry)]


@pytest.fixture
def fake(start: Start) -> FakeServer:
    return start("drone-2", build())


@pytest.mark.parametrize(
    "end",
    [
        b"event: error\ndata: eof\n\n",
        b"event: eof\ndata: eof\n\n",
        b"event: error\ndata: step not running (anymore)\n\n",
        b"event: error\ndata: stream not found\n\n",
        b"event:error\ndata:eof\n\n",
    ],
    ids=["up to 3.13", "from 3.14", "ended", "unknown", "without blanks"],
)
def test_ends_with_the_servers_event(end: bytes, fake: FakeServer) -> None:
    assert read(fake, PING, entry("one"), entry("two"), end, entry("never")) == ["one", "two"]


def test_ends_with_the_connection(fake: FakeServer) -> None:
    assert read(fake, PING, entry("one")) == ["one"]


def test_ends_with_silence(fake: FakeServer) -> None:
    assert read(fake, PING, entry("one"), goes_on=True) == ["one"]


def test_ends_with_its_size(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin.ci.log_stream.BYTES", 500_000)

    found = read(fake, *[entry("x" * 1000)] * 2000, goes_on=True)

    assert 400 < len(found) < 800


def test_ends_with_its_time(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin.ci.log_stream.SECONDS", 0.0)

    assert read(fake, PING, entry("one"), goes_on=True) == []


def test_what_is_no_entry_is_passed_over(fake: FakeServer) -> None:
    """Harness sends an error as bare JSON in the stream."""
    odd = (
        b'{"message":"Not Found"}\n',
        b"data: [1]\n\n",
        b"data: {broken\n\n",
        b"id: 4\nretry: 1\n\n",
        b"data\n\n",
        b"event: log\n",
    )

    assert read(fake, *odd, entry("one")) == ["one"]


def test_ids_and_gaps_of_other_generations(fake: FakeServer) -> None:
    assert read(fake, b"id: 1\n" + entry("one") + b"\n", entry("two").replace(b"\n", b"\r\n")) == ["one", "two"]


def test_pieces_come_cut_anywhere(fake: FakeServer) -> None:
    whole = entry("one") + entry("two")

    assert read(fake, *[whole[at : at + 3] for at in range(0, len(whole), 3)]) == ["one", "two"]


def test_a_page_is_no_stream(fake: FakeServer) -> None:
    with pytest.raises(ServerError, match="instead of a stream"):
        read(fake, b"<html>", kind="text/html")


@pytest.mark.parametrize("generation", STREAMING)
def test_step_that_runs_shows_what_it_printed_so_far(generation: str, start: Start) -> None:
    """In another unit, or beside this program."""
    jobs = (
        TrueUnit(steps=(SLOW,), name="there"),
        TrueUnit(steps=(TrueStep("summary", fate=Fate.RUNNING),), name="here"),
    )
    log = reach(start(generation, TrueBuild(jobs=jobs)), job=2).log("slow")

    assert log.data.rstrip() == SLOW.text.rstrip()
    assert not log.complete
    assert log.reason


@pytest.mark.parametrize("generation", STREAMING)
def test_step_whose_stream_is_gone_has_no_log(generation: str, start: Start) -> None:
    fake = start(generation, build(SLOW))
    fake.fault("/stream", Reply(404), times=9)

    assert reach(fake).log("slow") == RawLog(complete=False, reason=reach(fake).log("slow").reason)


def test_woodpecker_shows_stored_lines_of_a_running_step_without_a_stream(start: Start) -> None:
    fake = start("woodpecker-3.17", build(TrueStep("slow", fate=Fate.RUNNING, log="+ make\nhalf way\n")))
    client = reach(fake)
    found = client.build()

    log = client.log("slow", found)

    assert next(one for one in found.jobs[0].steps if one.name == "slow").state is State.RUNNING
    assert (log.data, log.reason) == (
        b"+ make\nhalf way",
        "the step still runs; this is what it printed so far",
    )
    assert fake.asked("/stream") == []


@pytest.mark.parametrize("generation", ["drone-2", "harness"])
def test_log_that_is_not_stored_is_read_from_the_stream_that_is_left(generation: str, start: Start) -> None:
    fake = start(generation, build(TrueStep("test", code=1, stored=False)))
    fake.fault("/stream", Reply(kind="text/event-stream", stream=[PING, entry("+ test\n"), entry("boom\n")]))

    log = reach(fake).log("test")

    assert (log.data, log.complete) == (b"+ test\nboom\n", False)
