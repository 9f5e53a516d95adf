"""The protocol that keeps one comment up to date.

Several copies of the plugin may run it at once, and hardly any forge has a conditional write. So each copy repeats
"read, then write what is missing" until nothing is missing, and between two reads waits longer than another copy needs
from its read to its write.

After any failed write it waits, as long as the forge asks, and reads before it writes again: whatever the answer was,
the write may have arrived. A proxy may answer 429 or 502 after the forge stored it.
"""

import random
from collections.abc import Callable, Iterable
from functools import partial, reduce

from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, has_all_of, has_marker, merge, parse, same_text
from plugin.errors import ForgeError, OutOfTime
from plugin.forges.interface import CommentThread
from plugin.http.deadline import Deadline
from plugin.http.retry import backoff
from plugin.model.comment import CommentFormat, CommentPolicy, PostedComment
from plugin.text.shorten import single_line

_READS = 40
_FAILED_WRITES = 3
_UNSEEN = 5
"""Seconds after which an accepted comment must be in the list."""
_LONGEST_PAUSE = 5.0
_ROUND_TRIP = 1.0
"""Seconds that another copy, farther from the forge, may need from its read to its write."""
_CLASHES = (404, 409, 410)
"""Statuses of a write to a comment that another copy or a person has deleted or edited meanwhile."""


class StickyComment:
    """One comment in a thread, kept by this and other copies of the plugin."""

    def __init__(
        self,
        thread: CommentThread,
        comment_format: CommentFormat,
        policy: CommentPolicy,
        deadline: Deadline,
    ) -> None:
        self._thread = thread
        self._format = comment_format
        self._policy = policy
        self._deadline = deadline
        self._done = ""
        """The message, empty as long as no write is known to have arrived."""
        self._url = ""
        self._last_text = ""
        """The text as written or read last."""
        self._failed_writes = 0
        self._failure: ForgeError | None = None
        """Why the last write failed, as long as no read has shown that it arrived."""
        self._attempted = ""
        """The message if that write turns out to have arrived."""
        self._retry_pause = 0.0
        """Seconds to wait before the read after a failed write."""
        self._created = False
        """The forge accepted a new comment."""
        self._unseen = 0
        self._agreed = False
        """The last read showed everything that the comment should say."""

    def say(self, ours: CommentState) -> str:
        """Leave one comment with `ours` and what other copies know better. Return one line on what was done.

        Raise ForgeError, or OutOfTime if not even a first write got through.
        """
        outcome = ""
        try:
            for read in range(_READS):
                remaining = self._deadline.remaining()
                outcome = self._read_and_write(ours)
                if outcome:
                    break
                self._pause(remaining - self._deadline.remaining(), read=read, alone=len(ours.sections) == 1)
            else:
                if not self._agreed:
                    raise ForgeError(
                        "the comment never shows what was written: the forge discards it, or others overwrite it"
                    )
        except OutOfTime as late:
            if self._failure or not self._done:
                raise self._failure or late from None
        line = self._done or outcome
        return f"{line}: {single_line(self._url)}" if self._url else line

    def _read_and_write(self, ours: CommentState) -> str:
        """Read the comments and write one thing that is missing. Return the message once nothing is, else empty."""
        posted = self._own_comments()
        wanted = reduce(merge, (content for _, content in posted), ours)
        if not posted or self._needs_new_comment(ours, posted):
            return self._wait_for_list() if self._created else self._create(ours)
        (first, content), *others = self._current_first(posted, wanted)
        self._url = first.url
        if self._is_no_news(ours, wanted, content):
            return "comment unchanged, the build ended as before"
        if self._differs(first, content, wanted):
            self._update(first, wanted)
            self._agreed = False
            return ""
        self._agreed = True
        if others:
            self._delete(duplicate for duplicate, _ in others)
            return ""
        self._confirm()
        if wanted.build > ours.build:
            return f"comment unchanged, it already shows the newer build {wanted.build}"
        return self._message_if_stable(first)

    # Reading

    def _confirm(self) -> None:
        """Count a failed write as done: the comments have everything, so it arrived."""
        if self._failure:
            self._done, self._failure = self._done or self._attempted, None

    def _own_comments(self) -> list[tuple[PostedComment, CommentState | None]]:
        """Return every comment of this account with this key, the oldest first, with its data."""
        comments = (one for one in self._thread.comments() if one.mine and has_marker(one.text, self._policy.key))
        return [(one, parse(one.text)) for one in sorted(comments, key=lambda one: one.id)]

    def _current_first(
        self, posted: list[tuple[PostedComment, CommentState | None]], wanted: CommentState
    ) -> list[tuple[PostedComment, CommentState | None]]:
        """Return the comment to keep, then its duplicates. The oldest is kept: all copies agree on that by themselves.

        Where comments are recreated, those of older builds come last.
        """
        if not self._policy.recreate:
            return posted
        return sorted(posted, key=lambda one: one[1] is None or one[1].build < wanted.build)

    def _needs_new_comment(self, ours: CommentState, posted: list[tuple[PostedComment, CommentState | None]]) -> bool:
        older = all(content is not None and content.build < ours.build for _, content in posted)
        return (
            self._policy.recreate and ours.state == "red" and older and not self._is_no_news(ours, ours, posted[0][1])
        )

    def _is_no_news(self, ours: CommentState, wanted: CommentState, content: CommentState | None) -> bool:
        """Return whether policy `change` skips this: a newer build that ended as the comment says, or has not ended."""
        if self._policy.on != "change" or content is None or not content.build < ours.build == wanted.build:
            return False
        return ours.state in ("running", "blocked", content.state) and ours.headlines == content.headlines

    def _differs(self, posted: PostedComment, content: CommentState | None, wanted: CommentState) -> bool:
        """Return whether the comment must be edited.

        At the first read every character counts. Later only missing facts do, because others write, too; and a comment
        that is not intact right after a write is one whose text the forge changes.
        """
        if wanted is content or (self._done and (content is None or has_all_of(content, wanted))):
            return False
        return not same_text(posted.text, self._text(wanted))

    def _message_if_stable(self, posted: PostedComment) -> str:
        """Return the message if nothing was written, or if two reads after a write show the same text, else empty."""
        if not self._done:
            return "comment unchanged"
        stable = same_text(posted.text, self._last_text)
        self._last_text = posted.text
        return self._done if stable else ""

    # Writing

    def _create(self, ours: CommentState) -> str:
        if ours.state != "red" and self._policy.on != "always" and not (self._done or self._failure):
            return "no comment: there is none yet and the build is not red"
        text = self._text(ours)
        self._created = self._write("comment created", lambda: self._thread.create(text))
        self._last_text = text
        return ""

    def _wait_for_list(self) -> str:
        """Wait for the new comment to be listed. Lists of large forges lag behind; that must not cause a second one."""
        self._unseen += 1
        if self._unseen > _UNSEEN:
            raise ForgeError("the forge accepted the comment, but does not list it")
        self._deadline.sleep(1)
        return ""

    def _update(self, posted: PostedComment, wanted: CommentState) -> None:
        text = self._text(wanted)
        self._write("comment updated", lambda: self._thread.update(posted, text), _CLASHES)
        self._last_text = text

    def _delete(self, duplicates: Iterable[PostedComment]) -> None:
        for duplicate in duplicates:
            if not self._write("comment updated", partial(self._thread.delete, duplicate), _CLASHES):
                return

    def _write(self, message: str, write: Callable[[], object], clashes: tuple[int, ...] = ()) -> bool:
        """Write once and return whether the forge accepted it. Whether a failed write arrived, the next read shows.

        Raise ForgeError when it was refused, has failed too often, or may not be tried again in the time left.
        """
        if self._failure and self._failed_writes > _FAILED_WRITES:
            raise self._failure
        try:
            write()
        except OutOfTime:
            raise
        except ForgeError as error:
            if error.status not in clashes:
                self._prepare_retry(error, message)
            return False
        self._done, self._failure = self._done or message, None
        return True

    def _prepare_retry(self, error: ForgeError, message: str) -> None:
        """Record what failed and how long to wait. Raise the error where waiting does not help."""
        self._failed_writes += 1
        self._failure, self._attempted = error, message
        self._retry_pause = backoff(self._failed_writes, error.retry_after)
        refused = 0 < error.status < 500 and not error.temporary
        if refused or self._retry_pause >= self._deadline.remaining():
            raise error

    def _text(self, content: CommentState) -> str:
        return fit(content, key=self._policy.key, syntax=self._format.syntax, size=self._format.size)

    def _pause(self, busy: float, *, read: int, alone: bool) -> None:
        """Wait a multiple of the time that this copy was busy, which is about what another copy needs.

        After a write, wait also for a much slower copy, if the build has other jobs. If it has none, only another build
        can write at that moment, which is rare: the first pause is shorter than a read and a write.
        """
        least, most = (0.25, 0.75) if alone and not read else (1, 2 + read)
        pause = busy * random.uniform(least, most)  # noqa: S311 — spreads copies, guards nothing
        if self._done and not alone:
            pause = max(pause, _ROUND_TRIP * random.uniform(1, 1.5))  # noqa: S311 — as above
        self._deadline.sleep(max(self._retry_pause, min(_LONGEST_PAUSE, pause)))
        self._retry_pause = 0.0
