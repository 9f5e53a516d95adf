"""The protocol that keeps one comment up to date.

Several copies of the plugin may run it at once, and hardly any forge has a conditional write. So each copy repeats
"read, then write what is missing" until nothing is missing, and between two reads waits longer than another copy needs
from its read to its write.

After any failed write it waits, as long as the forge asks, and reads before it writes again: whatever the answer was,
the write may have arrived. A proxy may answer 429 or 502 after the forge stored it.
"""

import random
from collections.abc import Callable, Iterable

from plugin.deliver.comment.duplicates import Duplicates
from plugin.deliver.comment.hidden_data import same_text
from plugin.deliver.comment.identity import Identity, MarkedComment
from plugin.deliver.comment.plain_characters import has_wide, narrow_state
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, has_all_of, merge, merged
from plugin.deliver.comment.writes import CLASHES, Writes
from plugin.errors import ForgeError, OutOfTime
from plugin.forges.interface import CommentThread
from plugin.frozen import replace
from plugin.http.deadline import Deadline
from plugin.model.comment import CommentFormat, CommentPolicy, PostedComment
from plugin.model.message import Message
from plugin.text.shorten import single_line

_READS = 40
_UNSEEN = 5
"""Seconds after which a created comment must be in the list, and edits that may have no effect."""
_LONGEST_PAUSE = 5.0
_ROUND_TRIP = 1.0
"""Seconds that another copy, farther from the forge, may need from its read to its write."""
_CREATED = 0.25
"""Seconds after which a comment that was created before ours is in the list."""


class StickyComment:
    """One comment in a thread, kept by this and other copies of the plugin."""

    def __init__(
        self,
        thread: CommentThread,
        comment_format: CommentFormat,
        policy: CommentPolicy,
        deadline: Deadline,
        identity: Identity,
    ) -> None:
        self._thread = thread
        self._format = comment_format
        self._policy = policy
        self._deadline = deadline
        self._identity = identity
        self._writes = Writes[PostedComment | None](deadline)
        self._url = ""
        self._last_text = ""
        """The text as written or read last."""
        self._new_text = ""
        """The text of the comment that this run tried to create."""
        self._newest = -1
        """The greatest id at the first read."""
        self._before_edit = ""
        """The text that the last accepted edit replaced."""
        self._created = False
        """The forge accepted a new comment."""
        self._answered = False
        """An answer to a write contained the comment."""
        self._edits = 0
        self._unseen = 0
        self._agreed = False
        """The last read showed everything that the comment should say."""
        self._narrow = False
        """The forge stores no character above U+FFFF."""
        self._duplicates = Duplicates(thread, self._writes)
        self._note = ""
        """What else the message must mention."""

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
                self._pause(remaining - self._deadline.remaining(), read=read, alone=self._is_alone(ours))
            else:
                if not self._agreed:
                    raise ForgeError(
                        Message(
                            "the comment never shows what was written: the forge discards it, or others overwrite it"
                        )
                    )
        except OutOfTime as late:
            if self._writes.failure or not self._writes.done:
                raise self._writes.failure or late from None
        except ForgeError as error:
            error.after_write = self._answered
            raise
        line = self._writes.done or outcome
        return (f"{line}: {single_line(self._url)}" if self._url else line) + self._note

    def _read_and_write(self, ours: CommentState) -> str:
        """Read the comments and write one thing that is missing. Return the message once nothing is, else empty."""
        shared = not self._is_alone(ours)
        posted = self._own_comments(shared=shared)
        ours = self._storable(ours, posted)
        wanted = merge(ours, merged(one.state for one in posted))
        if not posted or self._needs_new_comment(ours, posted):
            if self._must_read_again(ours, shared=shared):
                return self._read_and_write(ours)
            return self._create(ours, first=not posted)
        first, *duplicates = self._current_first(posted)
        self._url = first.posted.url
        if self._is_no_news(ours, wanted, first.state):
            return "comment unchanged, the build ended as before"
        if self._differs(first, wanted):
            self._agreed = False
            return self._update(first.posted, wanted, last=self._is_alone(wanted) and not duplicates)
        self._agreed = True
        if self._duplicates.remove((one.posted for one in duplicates), first.posted):
            return ""
        self._writes.confirm()
        if wanted.build > ours.build:
            return f"comment unchanged, it already shows the newer build {wanted.build}"
        return self._message_if_stable(first.posted)

    @property
    def _has_only_created(self) -> bool:
        """Whether this copy created the comment and edited none: whoever edits it has read it, and keeps our facts."""
        return self._created and not self._edits

    def _is_alone(self, content: CommentState) -> bool:
        """Return whether no other copy of this step writes at this moment."""
        return len(content.sections) == 1 if self._policy.alone is None else self._policy.alone

    # Reading

    def _own_comments(self, *, shared: bool) -> list[MarkedComment]:
        """Return every comment of this account with this key, the oldest first.

        Asking for the account takes time, so where other copies may write, the comments are read again after it.
        """
        comments = self._comments()
        own, others = self._identity.own(comments, self._policy.key)
        if self._identity.is_uncertain(others):
            self._identity.ask()
            own, others = self._identity.own(self._comments() if shared else comments, self._policy.key)
        red = next((one.posted for one in others if one.state and one.state.state == "red"), None)
        account = f" (`{single_line(red.author, 40)}`)" if red and red.author else ""
        self._note = f"; an older red comment of another account{account} stays as it is" if red else ""
        return own

    def _comments(self) -> list[PostedComment]:
        """Return all comments, after a look for the one that this run created without an answer."""
        comments = list(self._thread.comments())
        if self._newest < 0:
            self._newest = max((one.id for one in comments), default=0)
        for one in comments:
            if self._new_text and one.id > self._newest and same_text(one.text, self._new_text):
                self._identity.wrote(one)
        return comments

    def _storable(self, ours: CommentState, posted: Iterable[MarkedComment]) -> CommentState:
        """Return our data without the characters that the forge is known not to store."""
        self._narrow = self._narrow or any(one.state.narrow for one in posted if one.state)
        return narrow_state(ours) if self._narrow else ours

    def _current_first(self, posted: list[MarkedComment]) -> list[MarkedComment]:
        """Return the comment to keep, then its duplicates. The oldest is kept: all copies agree on that by themselves.

        Where comments are recreated, those of older builds come last.
        """
        if not self._policy.recreate:
            return posted
        return sorted(posted, key=lambda one: -(one.state.build if one.state else -1))

    def _needs_new_comment(self, ours: CommentState, posted: list[MarkedComment]) -> bool:
        older = all(one.state is not None and one.state.build < ours.build for one in posted)
        wanted = self._policy.recreate and ours.state == "red" and older
        return wanted and not self._is_no_news(ours, ours, self._current_first(posted)[0].state)

    def _is_no_news(self, ours: CommentState, wanted: CommentState, content: CommentState | None) -> bool:
        """Return whether policy `change` skips this: a newer build that ended as the comment says, or has not ended."""
        if self._policy.on != "change" or content is None or not content.build < ours.build == wanted.build:
            return False
        return ours.state in ("running", "blocked", content.state) and ours.headlines == content.headlines

    def _differs(self, first: MarkedComment, wanted: CommentState) -> bool:
        """Return whether the comment must be edited.

        At the first read every character but the proof counts. Later only missing facts do, because others write, too;
        and a comment that is not intact right after a write is one whose text the forge changes.
        """
        content = first.state
        if wanted is content:
            return False
        if self._writes.done and (content is None or has_all_of(content, wanted)):
            return content is not None and not self._edits and self._identity.lacks_proof(content)
        return not same_text(first.posted.text, self._text(wanted, content))

    def _message_if_stable(self, posted: PostedComment) -> str:
        """Return the message if nothing was written or edited, or if two reads show the same text, else empty."""
        if not self._writes.done:
            return "comment unchanged"
        stable = self._has_only_created or same_text(posted.text, self._last_text)
        self._last_text = posted.text
        return self._writes.done if stable else ""

    # Writing

    def _create(self, ours: CommentState, *, first: bool) -> str:
        """Create the comment. `first` is true if the pull request has none with this key yet."""
        if self._created:
            return self._wait_for_list()
        if not self._may_create(ours):
            return "no comment: there is none yet and the build is not red"
        mention = self._policy.mention if first and ours.state == "red" else ""
        self._new_text = self._last_text = text = self._text(ours, mention=mention)
        self._created, created = self._write("comment created", text, lambda: self._thread.create(text))
        if created:
            self._identity.wrote(created)
        return ""

    def _may_create(self, ours: CommentState) -> bool:
        started = bool(self._writes.done or self._writes.failure)
        return ours.state == "red" or self._policy.on == "always" or started

    def _must_read_again(self, ours: CommentState, *, shared: bool) -> bool:
        """Ask for the account before a comment is created, and return whether that took time in which others write."""
        return not self._created and self._may_create(ours) and self._identity.ask() and shared

    def _wait_for_list(self) -> str:
        """Wait for the new comment to be listed. Lists of large forges lag behind; that must not cause a second one."""
        self._unseen += 1
        if self._unseen > _UNSEEN:
            raise ForgeError(Message("the forge accepted the comment, but does not list it"))
        self._deadline.sleep(1)
        return ""

    def _update(self, posted: PostedComment, wanted: CommentState, *, last: bool) -> str:
        """Edit the comment. Return the message if no read is needed after it, else empty.

        That is so if no other job of the build may write, this is the first write, and the forge's answer shows it.
        """
        self._check_edits(posted)
        text = self._text(wanted)
        last = last and not (self._writes.done or self._writes.failure)
        accepted, answer = self._write("comment updated", text, lambda: self._thread.update(posted, text), CLASHES)
        self._last_text = text
        if accepted:
            self._edits += 1
            self._before_edit = posted.text
        return self._writes.done if last and answer and same_text(answer.text, text) else ""

    def _check_edits(self, posted: PostedComment) -> None:
        """Raise ForgeError if the forge accepts one edit after the other without showing any."""
        unseen = bool(self._before_edit) and same_text(posted.text, self._before_edit)
        self._unseen = self._unseen + 1 if unseen else 0
        if self._unseen > _UNSEEN:
            raise ForgeError(Message("the forge accepted the edit, but does not show it"))

    def _write(
        self, message: str, text: str, write: Callable[[], PostedComment | None], clashes: tuple[int, ...] = ()
    ) -> tuple[bool, PostedComment | None]:
        """Write once. Prepare for a forge that cannot store some of the characters."""
        accepted, answer = self._writes.write(message, write, clashes)
        self._answered = self._answered or answer is not None
        failure = self._writes.failure
        if failure and failure.status == 500 and self._format.narrow_database and has_wide(text):
            self._narrow = True
        return accepted, answer

    def _text(self, content: CommentState, posted: CommentState | None = None, *, mention: str = "") -> str:
        """Return the text with our proof, or with that of the posted comment to compare it with."""
        signed = replace(content, proof=posted.proof) if posted else self._identity.signed(content)
        signed = replace(signed, narrow=self._narrow)
        syntax, size = self._format.syntax, self._format.size
        return fit(signed, key=self._policy.key, syntax=syntax, size=size, mention=mention)

    def _pause(self, busy: float, *, read: int, alone: bool) -> None:
        """Wait a multiple of the time that this copy was busy, which is about what another copy needs.

        After an edit, wait also for a much slower copy, if the build has other jobs. If it has none, only another build
        can write at that moment, which is rare: the first pause is shorter than a read and a write. So is that of the
        copy that created the comment. It only has to see an older one that another copy created at the same moment.
        """
        brief = (alone or self._has_only_created) and not read
        least, most = (0.25, 0.75) if brief else (1, 2 + read)
        pause = busy * random.uniform(least, most)  # noqa: S311 — spreads copies, guards nothing
        if self._writes.done and not alone:
            slowest = _CREATED if brief else _ROUND_TRIP
            pause = max(pause, slowest * random.uniform(1, 1.5))  # noqa: S311 — as above
        self._deadline.sleep(max(self._writes.take_pause(), min(_LONGEST_PAUSE, pause)))
