"""A thread of comments in memory that records writes and can fail them."""

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.identity import Identity
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, comment_state
from plugin.deliver.comment.sticky import StickyComment
from plugin.errors import ForgeError
from plugin.forges.interface import CommentThread
from plugin.http.deadline import Deadline
from plugin.model.comment import CommentFormat, CommentPolicy, MarkdownSupport, PostedComment, Section, SizeLimit

ME = "ci-bot"
"""The id of the token's account."""
TOKEN = "token-of-the-account"
PLACE = ("gitea", "octo/demo", "7", "")
FORMAT = CommentFormat(SizeLimit(65_000, "characters"), MarkdownSupport())


def gone(status: int) -> ForgeError:
    error = ForgeError(f"answered {status}")
    error.status = status
    return error


class MemoryThread:
    """Comments in memory. `fails` is called with the name of each write before it happens, and may raise."""

    def __init__(self) -> None:
        self.posted: list[PostedComment] = []
        self.writes: list[str] = []
        self.me = ME
        self.fails: Callable[[str], None] = lambda _: None
        self._number = 0

    def add_comment(self, text: str, *, author: str = ME) -> PostedComment:
        self._number += 1
        one = PostedComment(self._number, text, author, f"https://forge.example.com/c/{self._number}")
        self.posted.append(one)
        return one

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.posted]

    def comments(self) -> Iterable[PostedComment]:
        return list(reversed(self.posted))

    def account(self) -> str:
        return self.me

    def create(self, text: str) -> PostedComment | None:
        self._write("create")
        return self.add_comment(text)

    def update(self, posted: PostedComment, text: str) -> PostedComment | None:
        self._write("update")
        self.posted[self._place(posted)] = changed = replace(posted, text=text)
        return changed

    def delete(self, posted: PostedComment) -> None:
        self._write("delete")
        del self.posted[self._place(posted)]

    def _place(self, posted: PostedComment) -> int:
        place = next((at for at, one in enumerate(self.posted) if one.id == posted.id), None)
        if place is None:
            raise gone(404)
        return place

    def _write(self, name: str) -> None:
        self.writes.append(name)
        self.fails(name)


def state_of(*sections: Section, build: int = 12) -> CommentState:
    return comment_state(build, f"{build:040x}", f"https://ci.example.com/{build}", sections)


DEFAULT_POLICY = CommentPolicy()


def text_of(state: CommentState, *, key: str = "", comment_format: CommentFormat = FORMAT) -> str:
    """Return the comment's text as an earlier run left it."""
    return fit(state, key=key, syntax=comment_format.syntax, size=comment_format.size)


def facts_of(text: str) -> dict[str, Any]:
    """Return the hidden data of a comment."""
    (packed,) = re.findall(r"drone-failure-alert/[^/\s]*/([\w+=]+)", text)
    facts: dict[str, Any] = json.loads(zlib.decompress(b64decode(packed, b"+_")))
    return facts


def run_protocol(
    thread: MemoryThread,
    state: CommentState,
    policy: CommentPolicy = DEFAULT_POLICY,
    *,
    comment_format: CommentFormat = FORMAT,
) -> str:
    """Run the protocol once, with pauses that take no time. Return its message without the address."""
    slept = [0.0]
    deadline = Deadline(60, clock=lambda: slept[0], sleep=lambda pause: slept.__setitem__(0, slept[0] + pause))
    return sticky(thread, deadline, policy, comment_format).say(state).partition(": http")[0]


def sticky(
    thread: CommentThread,
    deadline: Deadline,
    policy: CommentPolicy = DEFAULT_POLICY,
    comment_format: CommentFormat = FORMAT,
) -> StickyComment:
    """Return the protocol for a thread, with the token of this account."""
    return StickyComment(thread, comment_format, policy, deadline, Identity(thread.account, TOKEN, PLACE))


def states(thread: MemoryThread) -> dict[str, str]:
    """By section, what the only comment says."""
    (text,) = thread.texts
    content = parse(text)
    assert content
    return {one.key: one.state for one in content.sections}
