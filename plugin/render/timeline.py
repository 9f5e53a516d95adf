"""Timeline of a build: when its jobs and steps ran, what failed, and what waited; positions in percent of its time."""

from collections.abc import Iterable, Iterator
from typing import Literal

from plugin.frozen import frozen
from plugin.model.build import State
from plugin.model.report import JobSummary, Report, StepSummary
from plugin.render import phrases
from plugin.text.language import _
from plugin.text.state_words import outcome_of

_MOST_ROWS = 60
"""Rows of a timeline with the steps of all jobs; above, only jobs that did not pass have rows of their own."""
_MOST_STEPS = 40
"""Steps of a job that are shown."""
_SHORT_WAIT = 0.02
"""Part of the build's time below which a wait is not named."""

Kind = Literal["passed", "failed", "running", "waiting", "skipped", "stopped", "ignored"]
_KINDS: dict[State, Kind] = {
    State.PENDING: "waiting",
    State.BLOCKED: "waiting",
    State.RUNNING: "running",
    State.SUCCESS: "passed",
    State.FAILURE: "failed",
    State.ERROR: "failed",
    State.KILLED: "failed",
    State.SKIPPED: "skipped",
}


@frozen
class Bar:
    """A part of the build's time, in percent."""

    start: float
    width: float


@frozen
class TimelineRow:
    """A job or a step."""

    name: str
    kind: Kind
    url: str
    ran: Bar | None
    """When it ran; None where that is not known."""
    waited: Bar | None
    """How long it waited before."""
    words: str
    """What happened, in words: `failed after 42 s`."""
    job_number: int
    step: str
    """Empty for a job."""


@frozen
class TimelineJob:
    """A job with the steps that are shown."""

    row: TimelineRow
    steps: tuple[TimelineRow, ...]
    more: int
    """Steps that are not shown."""


@frozen
class Timeline:
    """All jobs of a build on one axis of time."""

    jobs: tuple[TimelineJob, ...]
    passed: int
    """Jobs that passed and have no row."""
    seconds: int
    """Length of the axis; 0 where no times are known."""


def timeline(report: Report) -> Timeline:
    """Return the timeline of the build; it has no jobs if there is only a log."""
    axis = _axis(report)
    full = sum(1 + len(job.timeline) for job in report.jobs) <= _MOST_ROWS
    shown = [job for job in report.jobs if full or not _passed(job)]
    return Timeline(
        jobs=tuple(_job(job, axis, full=full or len(shown) <= _MOST_ROWS) for job in shown),
        passed=len(report.jobs) - len(shown),
        seconds=axis.seconds,
    )


@frozen
class _Axis:
    start: int
    seconds: int

    def bar(self, first: int, last: int) -> Bar | None:
        """Return the time between two moments, None if it is not known or not on the axis."""
        if not (self.seconds and self.start <= first <= last <= self.start + self.seconds):
            return None
        part = 100 / self.seconds
        return Bar(round((first - self.start) * part, 2), round((last - first) * part, 2))

    @property
    def end(self) -> int:
        return self.start + self.seconds


def _axis(report: Report) -> _Axis:
    """Return the axis from the first moment to the last one that is known."""
    parts: list[JobSummary | StepSummary] = [*report.jobs, *(step for job in report.jobs for step in job.timeline)]
    starts = [moment for moment in (report.started, *(part.started for part in parts)) if moment > 0]
    ends = [part.finished for part in parts if part.finished > 0]
    if not starts:
        return _Axis(0, 0)
    start = min(starts)
    return _Axis(start, max(0, max((*ends, *starts)) - start))


def _passed(job: JobSummary) -> bool:
    return job.result in (State.SUCCESS, State.SKIPPED) and not job.left_out_failed and not job.current


def _job(job: JobSummary, axis: _Axis, *, full: bool) -> TimelineJob:
    steps = tuple(_steps(job, axis)) if full else ()
    return TimelineJob(
        _row(job.name, job.result, job, axis.start, axis, job.number),
        steps[:_MOST_STEPS],
        max(0, len(steps) - _MOST_STEPS),
    )


def _steps(job: JobSummary, axis: _Axis) -> Iterator[TimelineRow]:
    for step in _failed_first_if_many(job.timeline):
        yield _row(step.name, step.state, step, job.started, axis, job.number, step.name, ignored=step.ignored)


def _failed_first_if_many(steps: tuple[StepSummary, ...]) -> Iterable[StepSummary]:
    """Return the steps; if not all can be shown, those that did not pass come first."""
    return steps if len(steps) <= _MOST_STEPS else sorted(steps, key=lambda step: step.state is State.SUCCESS)


def _row(
    name: str,
    state: State,
    part: JobSummary | StepSummary,
    ready: int,
    axis: _Axis,
    job_number: int,
    step: str = "",
    *,
    ignored: bool = False,
) -> TimelineRow:
    """Return the row of a job or step that could have started at the moment `ready`."""
    kind: Kind = "ignored" if ignored and state.failed else _KINDS.get(state, "stopped")
    end = part.finished or (axis.end if kind == "running" else _last_end(part))
    ran = axis.bar(part.started, end) if part.started and kind not in ("waiting", "skipped") else None
    waited = axis.bar(ready, part.started) if ran else axis.bar(ready, axis.end) if kind == "waiting" else None
    is_job = not step
    words = _words(part, state, ready if is_job else 0, axis)
    return TimelineRow(
        name=name,
        kind=kind,
        url=part.url,
        ran=ran,
        waited=waited if (is_job or kind == "waiting") and waited and waited.width else None,
        words=_("{outcome}, which does not count", outcome=words) if kind == "ignored" else words,
        job_number=job_number,
        step=step,
    )


def _last_end(part: JobSummary | StepSummary) -> int:
    """Return when the last step of a job ended that is not over for the server, because this program runs in it."""
    return max((step.finished for step in part.timeline), default=0) if isinstance(part, JobSummary) else 0


def _words(part: JobSummary | StepSummary, state: State, ready: int, axis: _Axis) -> str:
    """Return how it ended, how long it took and, if that matters, how long it waited."""
    if part.current and isinstance(part, StepSummary):
        return _("this report")
    ended = outcome_of(state)
    if 0 < part.started <= part.finished and state not in (State.SKIPPED, State.PENDING):
        ended = _("{ended} after {duration}", ended=ended, duration=phrases.duration(part.finished - part.started))
    wait = part.started - ready if ready else 0
    if wait > _SHORT_WAIT * axis.seconds and wait > 1:
        ended = _("{outcome}, waited {duration}", outcome=ended, duration=phrases.duration(wait))
    return ended
