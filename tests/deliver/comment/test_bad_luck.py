"""The protocol of the one comment when the forge or people interfere."""

from collections.abc import Iterable

import pytest

from plugin.errors import ForgeError, OutOfTime
from plugin.model.comment import PostedComment
from tests.deliver.comment.memory import ME, MemoryThread, gone, run_protocol, state_of, states, text_of
from tests.deliver.comment.samples import section

RED = section()


@pytest.fixture
def thread() -> MemoryThread:
    return MemoryThread()


@pytest.mark.parametrize("status", [404, 409, 410])
def test_a_comment_that_was_deleted_or_edited_meanwhile_is_read_again(thread: MemoryThread, status: int) -> None:
    thread.add_comment(text_of(state_of(section("1"))))
    before: list[str] = []

    def fails(name: str) -> None:
        if not before:
            before.append(name)
            raise gone(status)

    thread.fails = fails
    assert run_protocol(thread, state_of(section("2"))) == "comment updated"
    assert states(thread) == {"1": "red", "2": "red"}


def test_a_comment_that_was_deleted_during_the_edit_is_created_again(thread: MemoryThread) -> None:
    thread.add_comment(text_of(state_of(RED, build=11)))

    def fails(name: str) -> None:
        if name == "update":
            thread.posted.clear()

    thread.fails = fails
    run_protocol(thread, state_of(RED))
    assert states(thread) == {"1": "red"}


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_refused_write_is_not_repeated(thread: MemoryThread, status: int) -> None:
    def fails(_: str) -> None:
        raise gone(status)

    thread.fails = fails
    with pytest.raises(ForgeError):
        run_protocol(thread, state_of(RED))
    assert thread.writes == ["create"]


class Rewriting(MemoryThread):
    """A forge that changes the text."""

    def add_comment(self, text: str, *, author: str = ME) -> PostedComment:
        return super().add_comment(text.replace("error", "mistake"), author=author)


class Lagging(MemoryThread):
    """A forge whose list does not show a new comment at once."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def comments(self) -> Iterable[PostedComment]:
        if self.writes and self.looks:
            self.looks -= 1
            return []
        return super().comments()


class Forgetting(MemoryThread):
    """A forge that accepts every edit and stores none."""

    def update(self, posted: PostedComment, text: str) -> None:
        self.writes.append("update")


class TooSlow(MemoryThread):
    """A forge on which the time of the run ends with the first write."""

    def comments(self) -> Iterable[PostedComment]:
        if self.writes:
            raise OutOfTime("the time is spent")
        return super().comments()


def test_a_text_that_the_forge_changes_is_not_written_again() -> None:
    thread = Rewriting()
    run_protocol(thread, state_of(RED))
    assert thread.writes == ["create"]


def test_a_list_that_lags_behind_causes_no_second_comment() -> None:
    thread = Lagging(3)
    assert run_protocol(thread, state_of(RED)) == "comment created"
    assert thread.writes == ["create"]


@pytest.mark.parametrize(
    ("thread", "words"),
    [
        (Lagging(99), "comment created, but the forge does not list it"),
        (Forgetting(), "comment updated, but the forge does not show it"),
    ],
    ids=["never shows it", "keeps no edit"],
)
def test_a_forge_that_accepts_writes_without_effect_is_an_error(thread: MemoryThread, words: str) -> None:
    if isinstance(thread, Forgetting):
        thread.add_comment(text_of(state_of(RED, build=11)))
    with pytest.raises(ForgeError, match=words):
        run_protocol(thread, state_of(RED))
    assert len(thread.writes) <= 6


def test_time_that_ends_after_the_write_is_no_error() -> None:
    assert run_protocol(TooSlow(), state_of(RED)) == "comment created"


def test_time_that_ends_before_the_write_is_an_error(thread: MemoryThread) -> None:
    def fails(_: str) -> None:
        raise OutOfTime("the time is spent")

    thread.fails = fails
    with pytest.raises(OutOfTime):
        run_protocol(thread, state_of(RED))
