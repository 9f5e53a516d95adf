"""The protocol of the one comment when forge or people do something in between."""

from collections.abc import Iterable

import pytest

from plugin.errors import ForgeError, OutOfTime
from plugin.model.comment import PostedComment
from tests.deliver.comment.memory import MemoryThread, gone, said, states, tell, written
from tests.deliver.comment.samples import section

RED = section()


@pytest.fixture
def thread() -> MemoryThread:
    return MemoryThread()


@pytest.mark.parametrize("status", [404, 409, 410])
def test_a_comment_that_was_deleted_or_edited_meanwhile_is_read_again(thread: MemoryThread, status: int) -> None:
    thread.say(written(said(section("1"))))
    before: list[str] = []

    def fails(name: str) -> None:
        if not before:
            before.append(name)
            raise gone(status)

    thread.fails = fails
    assert tell(thread, said(section("2"))) == "comment updated"
    assert states(thread) == {"1": "red", "2": "red"}


def test_a_comment_deleted_by_hand_while_we_write_is_made_anew(thread: MemoryThread) -> None:
    thread.say(written(said(RED, build=11)))

    def fails(name: str) -> None:
        if name == "update":
            thread.posted.clear()

    thread.fails = fails
    tell(thread, said(RED))
    assert states(thread) == {"1": "red"}


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_refusal_is_not_tried_again(thread: MemoryThread, status: int) -> None:
    def fails(_: str) -> None:
        raise gone(status)

    thread.fails = fails
    with pytest.raises(ForgeError):
        tell(thread, said(RED))
    assert thread.writes == ["create"]


class Rewriting(MemoryThread):
    """Changes what it is given."""

    def say(self, text: str, *, mine: bool = True) -> PostedComment:
        return super().say(text.replace("error", "mistake"), mine=mine)


class Lagging(MemoryThread):
    """Its list does not show a new comment at once."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def comments(self) -> Iterable[PostedComment]:
        if self.writes and self.looks:
            self.looks -= 1
            return []
        return super().comments()


class Forgetting(MemoryThread):
    """Says yes to every edit, and keeps none."""

    def update(self, posted: PostedComment, text: str) -> None:
        self.writes.append("update")


class TooSlow(MemoryThread):
    """The time ends with its first write."""

    def comments(self) -> Iterable[PostedComment]:
        if self.writes:
            raise OutOfTime("the time is spent")
        return super().comments()


def test_a_forge_that_changes_what_it_is_given_is_not_fought() -> None:
    thread = Rewriting()
    tell(thread, said(RED))
    assert thread.writes == ["create"]


def test_a_list_that_lags_behind_makes_no_second_comment() -> None:
    thread = Lagging(3)
    assert tell(thread, said(RED)) == "comment created"
    assert thread.writes == ["create"]


@pytest.mark.parametrize(
    ("thread", "words"),
    [(Lagging(99), "took the comment, but does not show it"), (Forgetting(), "never says what was written")],
    ids=["never shows it", "keeps no edit"],
)
def test_a_forge_that_says_yes_and_does_nothing_is_named(thread: MemoryThread, words: str) -> None:
    if isinstance(thread, Forgetting):
        thread.say(written(said(RED, build=11)))
    with pytest.raises(ForgeError, match=words):
        tell(thread, said(RED))
    assert len(thread.writes) <= 40


def test_time_that_ends_after_the_write_is_no_failure() -> None:
    assert tell(TooSlow(), said(RED)) == "comment created"


def test_time_that_ends_before_the_write_is_one(thread: MemoryThread) -> None:
    def fails(_: str) -> None:
        raise OutOfTime("the time is spent")

    thread.fails = fails
    with pytest.raises(OutOfTime):
        tell(thread, said(RED))
