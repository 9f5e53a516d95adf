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


def turn(build: Build, *, last: bool = False) -> Turn:
    """Return what this copy does, by the present state of the build; never WAIT where no time is left (`last`).

    The sender is the copy in the failed job with the lowest number, else in the job with the lowest number. A copy
    that ended without having run is passed over, and so is one that ended before the result of the build was known.
    """
    copies = _copies(build)
    current = next((job for job, step in copies if step.current), None)
    if not current:
        return Turn.SEND  # nothing shows that there are others
    if _announced(build, copies, current):
        return Turn.SILENT
    failed = [copy for copy in copies if job_state(copy[0], build) is State.FAILURE]
    any_failure = any(job_state(job, build) is State.FAILURE for job in build.jobs)
    settled = last or not any(job.state is State.RUNNING for job in unfinished_jobs(build))
    for job, step in [*failed, *(copy for copy in copies if copy not in failed)]:
        if step.current:
            return Turn.SEND if settled else Turn.WAIT
        if _never_ran(job, step) or (not any_failure and _ended_too_early(build, copies, step)):
            continue
        waits = any_failure and not last and (not settled or step.state in (State.PENDING, State.BLOCKED))
        return Turn.WAIT if waits else Turn.SILENT
    return Turn.SEND


def _copies(build: Build) -> list[Copy]:
    """Return the steps with the name of our own step, by the numbers of their jobs."""
    names = {step.name for job in build.jobs for step in job.steps if step.current}
    jobs = sorted(build.jobs, key=lambda job: job.number)
    return [(job, step) for job in jobs for step in job.steps if step.name in names]


def _announced(build: Build, copies: Sequence[Copy], current: Job) -> bool:
    """Return whether another copy ended after a failure, but before our own job failed: it could not leave it to us."""
    failures = [(job, step.finished) for job in build.jobs for step in job.steps if failure_counts(step)]
    own = min((finished for job, finished in failures if job is current and finished), default=0)
    first = min((finished for job, finished in failures if job is not current and finished), default=0)
    ends = (step.finished for job, step in copies if job is not current and step.state is State.SUCCESS)
    return 0 < first < own and any(first <= end < own for end in ends)


def _never_ran(job: Job, step: Step) -> bool:
    """Return whether the copy has ended, or its job has, without its having run."""
    if step.state in (State.SKIPPED, State.CANCELED, State.ERROR, State.KILLED):
        return True
    return job.state.ended and not step.state.ended


def _ended_too_early(build: Build, copies: Sequence[Copy], copy: Step) -> bool:
    """Return whether the copy ended before the last step of another kind, so that it did not see the result."""
    names = {step.name for _, step in copies}
    decided = max((step.finished for job in build.jobs for step in job.steps if step.name not in names), default=0)
    return copy.state.ended and 0 < copy.finished < decided
