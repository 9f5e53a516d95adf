"""Woodpecker's log entries: the text that they form, the lines that were lost, and whether the last one has arrived."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from plugin.http.json_fields import integer, text
from plugin.model.build import Build, Job, RawLog, State, Step
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.deadline import Deadline

_FLUSHED = 1.5
"""Seconds after which an agent without running steps has sent all lines: it waits for one second without a new one."""
_LOOK = 0.75
"""Seconds after which most agents have sent the last lines."""
_CONFIRM = 0.25
"""Seconds between the first read that shows the last lines and one that shows that there are no more."""
_GROWING = (1.5,) * 12
"""Seconds between reads of a log that may grow."""
_ONE_BATCH = 512 * 1024
"""Base64 characters of a log that the agent sends at once; it splits what is larger than 1 MiB."""
_MOST_LOST = 100_000
"""Gaps of more lines than this are not padded: the numbers are wrong rather than the lines lost."""


class LogLine(Struct, gc=False):
    """One entry of a log."""

    data: object = None
    """Base64: up to 2.5 a chunk with its line ends, since 2.6 a line without one."""
    type: object = None
    """0 and 1 are the step's standard output and standard error; larger values are not printed by the step."""
    line: object = None
    """Position of the entry in the log, from 0."""


def log_of(entries: Sequence[LogLine], *, reason: str = "") -> RawLog:
    """Return the log of the entries, with empty lines in place of lost ones, so that lines keep their numbers.

    Since 2.6 an entry is one line; a lost one leaves a gap in `line` (woodpecker#7085).
    """
    printed = [entry for entry in entries if integer(entry.type) < 2]
    pieces = [_decoded(entry.data) for entry in printed]
    if any(b"\n" in piece for piece in pieces):
        return RawLog(b"".join(pieces), complete=not reason, reason=reason)
    padded: list[bytes] = []
    lost = 0
    for entry, piece in zip(printed, pieces, strict=True):
        gap = integer(entry.line) - len(padded)
        if 0 < gap <= _MOST_LOST - lost:
            padded += [b""] * gap
            lost += gap
        padded.append(piece)
    if lost:
        lines = Message.counted(
            "{number:,} line never arrived at the server", "{number:,} lines never arrived at the server", lost
        )
        reason = Message("{problem}; {remedy}", problem=lines, remedy=reason) if reason else lines
    return RawLog(b"\n".join(padded), complete=not reason, reason=reason)


def _decoded(data: object) -> bytes:
    try:
        return a2b_base64(text(data))
    except ValueError:
        return b""


class AgentClock:
    """The agent's time, by the start of our own step and by answers; independent of this machine's clock."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._at_start = deadline.remaining()
        self._first_seen: dict[str, float] = {}
        """What the deadline had left when an answer first showed that a step had ended."""
        self._own_started = 0
        """Start of our own step in Unix seconds, 0 where it is not known."""
        self._quiet = False
        """No other step runs that could delay the agent's log queue by printing."""

    def read(self, build: Build) -> None:
        """Take the times of a build that the server has just sent, in which our own step is marked."""
        steps = [step for job in build.jobs for step in job.steps]
        own = [step for step in steps if step.current]
        names = {step.name for step in own}
        self._own_started = own[0].started if own else 0
        self._quiet = not any(step.state is State.RUNNING for step in steps if step.name not in names)
        for step in steps:
            if step.state.ended:
                self._first_seen.setdefault(step.key, self._deadline.remaining())

    def until_flushed(self, job: Job, step: Step) -> float | None:
        """Return the seconds until the agent has sent all lines of a step that ended; None where that is not known."""
        if not (self._quiet and self._own_started and step.finished and step.key in self._first_seen):
            return None
        remaining = self._deadline.remaining()
        whole = self._own_started - step.finished  # both are rounded down
        before_start = 0 if job.current and not whole else whole - 1
        ended_since = max(self._first_seen[step.key] - remaining, self._at_start - remaining + before_start)
        return max(0.0, _FLUSHED - ended_since)


class LateLog:
    """When to read the log of a step that has ended, of which the agent may still have to send lines.

    It sends all of them at once, unless there are many: a log that has grown since the step's end has the last one.
    """

    def __init__(self, until_flushed: Callable[[], float | None]) -> None:
        """Prepare to read. `until_flushed` returns the seconds until all lines are sent, None where not known."""
        self._until_flushed = until_flushed
        self._pause = 0.0
        self._has_grown = False

    def pauses(self) -> Iterator[float]:
        """Yield the seconds between reads."""
        if seconds := self._until_flushed():
            yield min(seconds, _LOOK)
            if self._has_grown:
                yield _CONFIRM
        if seconds := self._until_flushed():
            yield seconds
        for self._pause in _GROWING:
            yield self._pause

    def is_complete(self, before: Sequence[LogLine] | None, now: Sequence[LogLine]) -> bool:
        """Return whether no line can be missing. A log without any line may still arrive."""
        if before is not None and len(before) != len(now):
            self._has_grown = True
        if not now or (before and len(before) != len(now)):
            return False
        sent = self._until_flushed() == 0 or (self._has_grown and bool(before))
        return (sent and _is_one_batch(now)) or (bool(before) and self._pause == _GROWING[0])


def _is_one_batch(entries: Sequence[LogLine]) -> bool:
    return sum(len(text(entry.data)) for entry in entries) < _ONE_BATCH
