"""After any failed write the comments are read before anything is written again."""

from collections.abc import Iterator

import pytest

from plugin.errors import ForgeError, OutOfTime
from plugin.forges import FORGES
from plugin.http import transport
from plugin.http.deadline import Deadline
from plugin.model.comment import CommentOptions, PostedComment
from tests.deliver.comment.memory import MemoryThread, state_of, sticky
from tests.deliver.comment.samples import COMMIT, post_comment, section, set_commit_status
from tests.fakes.forges import BROKEN, FAKES, SILENCE, SILENT, FakeForge, Reply

FAILURES = {
    "429": Reply(429, {"message": "Too many requests"}),
    "429 with a pause": Reply(429, None, {"Retry-After": "2"}),
    "403 with a rate limit": Reply(403, {"message": "rate limit exceeded"}, {"Retry-After": "2"}),
    "500": Reply(500),
    "502": Reply(502, "<html>", {"Content-Type": "text/html"}),
    "503": Reply(503),
    "503 with a pause": Reply(503, None, {"Retry-After": "1"}),
    "504": Reply(504, {"message": "timed out"}),
    "cut": Reply(BROKEN),
    "timeout": Reply(SILENT),
    "web page": Reply(200, "<html>", {"Content-Type": "text/html"}),
}
COMMITS = [kind for kind in FORGES if hasattr(FORGES[kind], "commit")]
STATUSES = [kind for kind in FORGES if hasattr(FORGES[kind], "set_status")]
MANY = 9
"""More failures in a row than a run makes attempts."""
ON_COMMIT = CommentOptions(fallback="commit_comment")

failures = pytest.mark.parametrize("failure", FAILURES)
arrives = pytest.mark.parametrize("arrives", [True, False], ids=["arrives", "is lost"])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_SILENCE_SECONDS", SILENCE / 2)


@pytest.fixture(params=sorted(FORGES))
def forge(request: pytest.FixtureRequest) -> Iterator[FakeForge]:
    with FAKES[request.param]() as fake:
        yield fake


@failures
@arrives
def test_a_create_that_fails_leaves_one_comment(forge: FakeForge, failure: str, arrives: bool) -> None:  # noqa: FBT001
    forge.fail_next("POST", FAILURES[failure], arrives=arrives)
    assert post_comment(forge, [section()]).startswith("comment created: http")
    assert len(forge.texts()) == 1
    assert forge.writes() == (["POST"] if arrives else ["POST", "POST"])


@failures
def test_a_proxy_that_fails_every_stored_create_leaves_one_comment(forge: FakeForge, failure: str) -> None:
    for _ in range(MANY):
        forge.fail_next("POST", FAILURES[failure], arrives=True)
    post_comment(forge, [section()])
    assert len(forge.texts()) == 1
    assert forge.writes() == ["POST"]


@failures
@arrives
def test_an_edit_that_fails_is_repeated_only_where_it_is_missing(
    forge: FakeForge,
    failure: str,
    arrives: bool,  # noqa: FBT001
) -> None:
    post_comment(forge, [section()])
    for method in ("PUT", "PATCH"):
        forge.fail_next(method, FAILURES[failure], arrives=arrives)
    assert post_comment(forge, [section(state="green")], build=13).startswith("comment updated: http")
    assert ["passed" in text for text in forge.texts()] == [True]
    assert len(forge.writes()) == (2 if arrives else 3)


@failures
@arrives
def test_a_delete_that_fails_is_repeated_only_where_it_is_missing(
    forge: FakeForge,
    failure: str,
    arrives: bool,  # noqa: FBT001
) -> None:
    post_comment(forge, [section()])
    forge.add_comment(forge.texts()[0])
    forge.fail_next("DELETE", FAILURES[failure], arrives=arrives)
    post_comment(forge, [section()])
    assert len(forge.texts()) == 1
    assert forge.writes().count("DELETE") == (1 if arrives else 2)


@failures
@pytest.mark.parametrize("kind", COMMITS)
def test_a_comment_on_a_commit_that_fails_is_written_once(kind: str, failure: str) -> None:
    with FAKES[kind]() as forge:
        for _ in range(MANY):
            forge.fail_next("POST", FAILURES[failure], arrives=True)
        post_comment(forge, [section()], pull_request=None, options=ON_COMMIT)
        assert len(forge.texts(COMMIT)) == 1


@pytest.mark.parametrize("failure", [name for name in FAILURES if name != "web page"])
@pytest.mark.parametrize("kind", STATUSES)
def test_a_status_that_fails_is_set_again_under_the_same_name(kind: str, failure: str) -> None:
    """Setting the same status twice is the same as once: a forge shows the last one of a name."""
    with FAKES[kind]() as forge:
        for method in ("POST", "PUT"):
            forge.fail_next(method, FAILURES[failure], arrives=True)
        set_commit_status(forge, [section()])
        assert [status == forge.statuses[0] for status in forge.statuses] == [True, True]


def failed(status: int, *, retry_after: float | None = None) -> ForgeError:
    error = ForgeError(f"answered {status}")
    error.status, error.temporary, error.retry_after = status, True, retry_after
    return error


class Clock:
    """A clock that only pauses move. It records them."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def deadline(self) -> Deadline:
        return Deadline(60, clock=lambda: sum(self.pauses), sleep=self.pauses.append)


class FailsAfterStoring(MemoryThread):
    """A thread behind a proxy that answers the first writes with errors, whether or not they were stored."""

    def __init__(self, errors: list[ForgeError], *, stores: bool = True) -> None:
        super().__init__()
        self.errors = errors
        self.stores = stores

    def create(self, text: str) -> PostedComment | None:
        self.writes.append("create")
        if self.stores or not self.errors:
            self.add_comment(text)
        if self.errors:
            raise self.errors.pop()
        return None


def run(thread: MemoryThread, clock: Clock) -> str:
    return sticky(thread, clock.deadline()).say(state_of(section()))


@pytest.mark.parametrize("stores", [True, False])
def test_the_pause_that_the_forge_asks_for_comes_before_the_next_read(stores: bool) -> None:  # noqa: FBT001
    clock, thread = Clock(), FailsAfterStoring([failed(429, retry_after=30)], stores=stores)
    assert run(thread, clock).startswith("comment created")
    assert clock.pauses[0] == 30
    assert len(thread.posted) == 1


def test_a_pause_beyond_the_time_of_the_run_is_not_waited_for() -> None:
    clock, thread = Clock(), FailsAfterStoring([failed(429, retry_after=3600)])
    with pytest.raises(ForgeError, match="answered 429"):
        run(thread, clock)
    assert (clock.pauses, len(thread.posted)) == ([], 1)


def test_pauses_between_failed_writes_grow_and_their_number_is_limited() -> None:
    clock, thread = Clock(), FailsAfterStoring([failed(502) for _ in range(MANY)], stores=False)
    with pytest.raises(ForgeError, match="answered 502"):
        run(thread, clock)
    assert thread.writes == ["create"] * 4
    pairs = zip((0.5, 1, 2, 4), clock.pauses, strict=True)
    assert [low <= pause <= 2 * low for low, pause in pairs] == [True] * 4


def test_the_last_attempt_is_checked_too() -> None:
    """Three attempts are lost, the fourth arrives, and all four fail."""

    class LastArrives(FailsAfterStoring):
        def create(self, text: str) -> PostedComment | None:
            self.stores = len(self.writes) == 3
            return super().create(text)

    thread = LastArrives([failed(502) for _ in range(MANY)])
    assert run(thread, Clock()).startswith("comment created")
    assert len(thread.posted) == 1


def test_time_that_ends_before_a_failed_write_is_checked_is_an_error() -> None:
    """Whether the comment exists is unknown, so the message does not claim that it was created."""

    class TooSlow(FailsAfterStoring):
        def comments(self) -> list[PostedComment]:
            if self.writes:
                raise OutOfTime("the time is spent")
            return []

    with pytest.raises(ForgeError, match="answered 502"):
        run(TooSlow([failed(502)]), Clock())


def test_a_failed_create_that_the_list_shows_late_leaves_one_comment() -> None:
    """The first reading misses the comment, so a second one is written; a later reading sees both and deletes one."""

    class Lags(FailsAfterStoring):
        def comments(self) -> list[PostedComment]:
            return list(self.posted) if len(self.posted) > 1 or "delete" in self.writes else []

    thread = Lags([failed(429)])
    assert run(thread, Clock()).startswith("comment created")
    assert ([one.id for one in thread.posted], thread.writes) == ([1], ["create", "create", "delete"])
