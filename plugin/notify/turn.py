"""Which of several copies of this program sends the message: jobs of one build may each run one.

Servers have no atomic operation that a step could use, so the copies decide by what all of them see: the state of the
build. They see the same once the steps of all jobs have ended, so each copy waits for that.
"""

from collections.abc import Sequence
from enum import Enum

from plugin.model.build import Build, Job, State, Step, failure_counts, unfinished_jobs
from plugin.model.build_state import job_state

Copy = tuple[Job, Step]


class Turn(Enum):
    """What this copy does."""

    SEND = "send"
    WAIT = "read the build again"
    SILENT = "another copy sends"


def turn(build: Build, *, wait: float = 10.0, last: bool = False) -> Turn:
    """Return what this copy does, by the present state of the build; never WAIT where no time is left (`last`).

    Each copy waits for the others at most `wait` seconds.
    The sender is the copy in the failed job with the lowest number, else in the job with the lowest number. A copy
    that ended without having run is passed over, and so is one that ended before it could know the result: the first
    failure, which may be in a job without a copy, or that the last job passed.
    """
    copies = _copies(build)
    current = next((job for job, step in copies if step.current), None)
    if not current:
        return Turn.SEND  # nothing shows that there are others
    failed = [copy for copy in copies if job_state(copy[0], build) is State.FAILURE]
    if _announced(build, copies, current):
        return Turn.SILENT
    any_failure = any(job_state(job, build) is State.FAILURE for job in build.jobs)
    known_at = _first_failure(build) if any_failure else _last_end(build, copies)
    decided = last or not any(job.state is State.RUNNING for job in unfinished_jobs(build))
    for job, step in [*failed, *(copy for copy in copies if copy not in failed)]:
        if step.current:
            return Turn.SEND if decided else Turn.WAIT
        if _never_ran(job, step) or ((job, step) not in failed and _gave_up(step, known_at, wait)):
            continue
        waits = any_failure and not last and (not decided or step.state in (State.PENDING, State.BLOCKED))
        return Turn.WAIT if waits else Turn.SILENT
    return Turn.SEND


def _copies(build: Build) -> list[Copy]:
    """Return the steps with the name of our own step, by the numbers of their jobs."""
    names = {step.name for job in build.jobs for step in job.steps if step.current}
    jobs = sorted(build.jobs, key=lambda job: job.number)
    return [(job, step) for job in jobs for step in job.steps if step.name in names]


def _announced(build: Build, copies: Sequence[Copy], current: Job) -> bool:
    """Return whether another copy ended before our job failed, and announced a failure that it knew."""
    own = _failed_at(current)
    return own > 0 and any(
        job is not current
        and step.state is State.SUCCESS
        and 0 < step.finished < own
        and _was_sender(build, copies, job, step.finished)
        for job, step in copies
    )


def _was_sender(build: Build, copies: Sequence[Copy], job: Job, at: int) -> bool:
    """Return whether the copy in this job was the sender by the failures of that time."""
    failed = [one for one, _ in copies if 0 < _failed_at(one) <= at]
    if failed:
        return failed[0] is job
    first = _first_failure(build)
    lower = [(one, step) for one, step in copies if one.number < job.number]
    return 0 < first <= at and all(_never_ran(*copy) or 0 < copy[1].finished < first for copy in lower)


def _first_failure(build: Build) -> int:
    """Return when a job failed first; 0 if that is not known."""
    return min(filter(None, map(_failed_at, build.jobs)), default=0)


def _last_end(build: Build, copies: Sequence[Copy]) -> int:
    """Return when the last step that is no copy ended."""
    names = {step.name for _, step in copies}
    return max((step.finished for job in build.jobs for step in job.steps if step.name not in names), default=0)


def _failed_at(job: Job) -> int:
    """Return when the first step of the job whose failure counts ended; 0 if that is not known."""
    return min((step.finished for step in job.steps if failure_counts(step) and step.finished), default=0)


def _never_ran(job: Job, step: Step) -> bool:
    """Return whether the copy has ended, or its job has, without its having run."""
    if step.state in (State.SKIPPED, State.CANCELED, State.ERROR, State.KILLED):
        return True
    return job.state.ended and not step.state.ended


def _gave_up(copy: Step, known_at: int, wait: float) -> bool:
    """Return whether the copy ended before the result was known, so that it did not see it.

    Times are whole seconds, and a copy takes a moment to end, so one that waited to the end of its time and ended
    hardly later counts as well.
    """
    if not (copy.state.ended and copy.finished and known_at):
        return False
    waited = copy.started and copy.finished - copy.started >= wait - 1
    return copy.finished < known_at or bool(waited and copy.finished <= known_at + _TO_END)


_TO_END = 2
"""Seconds between the last decision of a copy and its end, as the server records it."""
