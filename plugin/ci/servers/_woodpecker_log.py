"""Woodpecker's log entries: the text that they form, the lines that were lost, and whether the last one has arrived."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from plugin.http.json_fields import integer, text
from plugin.model.build import Build, RawLog, State, Step
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.deadline import Deadline

_FLUSHED = 1.5
"""Seconds after which an agent without running steps has sent all lines: it waits for one second without a new one."""
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


def is_one_batch(entries: Sequence[LogLine]) -> bool:
    """Return whether the agent has sent the entries at once, so that none of them can be missing."""
    return sum(len(text(entry.data)) for entry in entries) < _ONE_BATCH


@dataclass(frozen=True, slots=True)
class AgentClock:
    """The agent's time, derived from the start of our own step; independent of this machine's clock."""

    deadline: Deadline
    at_start: float
    """What the deadline had left when this program started."""
    own_started: int
    """Start of our own step in Unix seconds, 0 where it is not known."""
    quiet: bool
    """No other step runs that could delay the agent's log queue by printing."""

    def until_flushed(self, step: Step) -> float | None:
        """Return the seconds until the agent has sent all lines of a step that ended; None where that is not known."""
        if not (self.quiet and self.own_started and step.finished):
            return None
        whole = self.own_started - step.finished  # both are rounded down
        elapsed = self.at_start - self.deadline.remaining() + (whole - 1 if whole else 0)
        return max(0.0, _FLUSHED - elapsed)


def agent_clock(build: Build, deadline: Deadline, at_start: float) -> AgentClock:
    """Return the clock for the steps of a build in which our own step is marked."""
    own = [step for job in build.jobs for step in job.steps if step.current]
    names = {step.name for step in own}
    others = (step for job in build.jobs for step in job.steps if step.name not in names)
    return AgentClock(
        deadline,
        at_start,
        own_started=own[0].started if own else 0,
        quiet=not any(step.state is State.RUNNING for step in others),
    )
