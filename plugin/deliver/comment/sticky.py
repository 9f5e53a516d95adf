"""Keeps one comment true: takes what a build has to say and a thread, leaves one comment there that says it.

Several copies of this program may do that at once, and hardly any forge has a write that fails because another was
faster. So each copy repeats "look, then write what is missing" until a look shows that nothing is, and waits between
two looks longer than another copy needs from its look to its write.

After any failed write it waits, as long as the forge asks, and looks before it writes again: whatever the answer was,
the write may have arrived, for a proxy may have answered 429 or 502 after the forge stored it.
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

_LOOKS = 40
_FAILED_WRITES = 3
_UNSEEN = 5
"""So many seconds after it was taken, a new comment must stand in the list."""
_LONGEST_PAUSE = 5.0
_ROUND_TRIP = 1.0
"""Seconds that another copy, farther from the forge, may need from its look to its write."""
_CLASHES = (404, 409, 410)
"""Another copy, or a person, has deleted or edited the comment meanwhile."""


class StickyComment:
    """One comment in a thread, kept by this and other copies of the program."""

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
        self._did = ""
        """What a person is told; empty as long as no write is known to have arrived."""
        self._url = ""
        self._last_text = ""
        """As written or seen last."""
        self._failed_writes = 0
        self._failure: ForgeError | None = None
        """Why the last write failed, as long as no look has shown that it arrived."""
        self._attempted = ""
        """What a person is told should that write have arrived."""
        self._retry_pause = 0.0
        """Seconds to wait before the look after a failed write."""
        self._taken = False
        """The forge said yes to a new comment."""
        self._unseen = 0
        self._agreed = False
        """The last look showed all that it should."""

    def say(self, ours: CommentState) -> str:
        """Leaves one comment that says `ours`, and what other copies know better; gives a line on what was done.

        Raises ForgeError, OutOfTime if not even a first write got through.
        """
        outcome = ""
        try:
            for look in range(_LOOKS):
                remaining = self._deadline.remaining()
                outcome = self._look_and_write(ours)
                if outcome:
                    break
                self._pause(remaining - self._deadline.remaining(), look=look, alone=len(ours.sections) == 1)
            else:
                if not self._agreed:
                    raise ForgeError(
                        "the comment never says what was written: the forge forgets it, or others overwrite it"
                    )
        except OutOfTime as late:
            if self._failure or not self._did:
                raise self._failure or late from None
        line = self._did or outcome
        return f"{line}: {single_line(self._url)}" if self._url else line

    def _look_and_write(self, ours: CommentState) -> str:
        """One look and at most one write that it shows to be missing; the outcome once nothing is, else empty."""
        mine = self._mine()
        wanted = reduce(merge, (content for _, content in mine), ours)
        if not mine or self._deserves_new_one(ours, mine):
            return self._wait_for_it() if self._taken else self._create(ours)
        (first, content), *others = self._current_first(mine, wanted)
        self._url = first.url
        if self._is_no_news(ours, wanted, content):
            return "comment left as it is, the build ended as before"
        if self._differs(first, content, wanted):
            self._update(first, wanted)
            self._agreed = False
            return ""
        self._agreed = True
        if others:
            self._delete(double for double, _ in others)
            return ""
        self._confirm()
        if wanted.build > ours.build:
            return f"comment left as it is, it tells of the newer build {wanted.build}"
        return self._calm(first)

    # Looking

    def _confirm(self) -> None:
        """A look shows that nothing is missing, so that a write that failed has arrived."""
        if self._failure:
            self._did, self._failure = self._did or self._attempted, None

    def _mine(self) -> list[tuple[PostedComment, CommentState | None]]:
        """Every comment that this account wrote with this key, the oldest first, and what it says."""
        posted = (one for one in self._thread.comments() if one.mine and has_marker(one.text, self._policy.key))
        return [(one, parse(one.text)) for one in sorted(posted, key=lambda one: one.id)]

    def _current_first(
        self, mine: list[tuple[PostedComment, CommentState | None]], wanted: CommentState
    ) -> list[tuple[PostedComment, CommentState | None]]:
        """The comment to keep, then the doubles: the oldest is kept, as all copies agree on that without talking.

        Where comments are recreated, those of older builds come last.
        """
        if not self._policy.recreate:
            return mine
        return sorted(mine, key=lambda one: one[1] is None or one[1].build < wanted.build)

    def _deserves_new_one(self, ours: CommentState, mine: list[tuple[PostedComment, CommentState | None]]) -> bool:
        older = all(content is not None and content.build < ours.build for _, content in mine)
        return self._policy.recreate and ours.state == "red" and older and not self._is_no_news(ours, ours, mine[0][1])

    def _is_no_news(self, ours: CommentState, wanted: CommentState, content: CommentState | None) -> bool:
        """With `change`, a newer build that ended as the comment already says, or has not ended, is not told."""
        if self._policy.on != "change" or content is None or not content.build < ours.build == wanted.build:
            return False
        return ours.state in ("running", "blocked", content.state) and ours.headlines == content.headlines

    def _differs(self, posted: PostedComment, content: CommentState | None, wanted: CommentState) -> bool:
        """At the first look every letter counts, later only whether something is missing: others write too.

        What is damaged right after a write is so because the forge changes what it is given.
        """
        if wanted is content or (self._did and (content is None or has_all_of(content, wanted))):
            return False
        return not same_text(posted.text, self._text(wanted))

    def _calm(self, posted: PostedComment) -> str:
        """Nothing is missing. After a write of ours that must be so twice, with the same text: else others write."""
        if not self._did:
            return "comment unchanged"
        calm = same_text(posted.text, self._last_text)
        self._last_text = posted.text
        return self._did if calm else ""

    # Writing

    def _create(self, ours: CommentState) -> str:
        if ours.state != "red" and self._policy.on != "always" and not (self._did or self._failure):
            return "no comment, for there is none yet and the build is not red"
        text = self._text(ours)
        self._taken = self._write("comment created", lambda: self._thread.create(text))
        self._last_text = text
        return ""

    def _wait_for_it(self) -> str:
        """Lists of large forges lag behind: a second comment must not come of that."""
        self._unseen += 1
        if self._unseen > _UNSEEN:
            raise ForgeError("the forge took the comment, but does not show it")
        self._deadline.sleep(1)
        return ""

    def _update(self, posted: PostedComment, wanted: CommentState) -> None:
        text = self._text(wanted)
        self._write("comment updated", lambda: self._thread.update(posted, text), _CLASHES)
        self._last_text = text

    def _delete(self, doubles: Iterable[PostedComment]) -> None:
        for double in doubles:
            if not self._write("comment updated", partial(self._thread.delete, double), _CLASHES):
                return

    def _write(self, doing: str, write: Callable[[], object], clashes: tuple[int, ...] = ()) -> bool:
        """Write once and return whether the forge took it. Whether a failed write arrived, only the next look can tell.

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
                self._prepare_retry(error, doing)
            return False
        self._did, self._failure = self._did or doing, None
        return True

    def _prepare_retry(self, error: ForgeError, doing: str) -> None:
        """Note what failed and how long to wait. Raise the error where waiting is of no use."""
        self._failed_writes += 1
        self._failure, self._attempted = error, doing
        self._retry_pause = backoff(self._failed_writes, error.retry_after)
        refused = 0 < error.status < 500 and not error.temporary
        if refused or self._retry_pause >= self._deadline.remaining():
            raise error

    def _text(self, content: CommentState) -> str:
        return fit(content, key=self._policy.key, syntax=self._format.syntax, size=self._format.size)

    def _pause(self, busy: float, *, look: int, alone: bool) -> None:
        """Waits so many times as long as this copy was busy, which is about how long another one may be.

        After a write of ours also for one that is much slower, if the build has units where one may be. If it has not,
        only another build may write at that moment, which is rare: the first pause is shorter than a look and a write.
        """
        least, most = (0.25, 0.75) if alone and not look else (1, 2 + look)
        pause = busy * random.uniform(least, most)  # noqa: S311 — spreads copies, guards nothing
        if self._did and not alone:
            pause = max(pause, _ROUND_TRIP * random.uniform(1, 1.5))  # noqa: S311 — as above
        self._deadline.sleep(max(self._retry_pause, min(_LONGEST_PAUSE, pause)))
        self._retry_pause = 0.0
