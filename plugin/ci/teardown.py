"""Services and detached steps that the end of their job stopped: they did not fail.

Woodpecker 3.14 and later report such a step as failed with the exit code of the signal, and do not count it either.
https://github.com/woodpecker-ci/woodpecker/issues/6372
"""

from collections.abc import Collection

from plugin.frozen import replace
from plugin.model.build import Job, Step, StepKind, failure_counts

_SIGNALED = (137, 143, -1)
"""Exit codes after SIGKILL and SIGTERM, and that of a killed process under Woodpecker's local backend."""
_ROUNDING = 2
"""Seconds: times are whole seconds, rounded by different programs."""


def without_stopped(job: Job, detached: Collection[str] | None = ()) -> Job:
    """Return the job with the steps ignored that its end stopped.

    `detached` names the detached steps, None where they are not known. A job that failed by such steps alone did not
    fail either: Woodpecker 3.14 counts them, and a server can be configured to count its services.
    """
    stopped = [step for step in job.steps if _is_stopped(step, job, detached)] if job.state.ended else []
    others = any(failure_counts(step) for step in job.steps if step not in stopped)
    certain = all(_is_unawaited(step, detached) for step in stopped) and not job.error
    if not stopped or not (others or certain):
        return job
    steps = tuple(replace(step, ignored=True) if step in stopped else step for step in job.steps)
    return replace(job, steps=steps, ignored=job.ignored or not others)


def _is_stopped(step: Step, job: Job, detached: Collection[str] | None) -> bool:
    if not failure_counts(step) or step.exit_code not in _SIGNALED:
        return False
    if _is_unawaited(step, detached):
        awaited = (other.finished for other in job.steps if not _is_unawaited(other, detached))
        return _ended_after(step, max(awaited, default=0) - _ROUNDING)
    others = (other.finished for other in job.steps if other.kind is not StepKind.SERVICE)
    return detached is None and _was_overtaken(step, job) and _ended_after(step, max(others, default=0))


def _is_unawaited(step: Step, detached: Collection[str] | None) -> bool:
    return step.kind is StepKind.SERVICE or step.name in (detached or ())


def _ended_after(step: Step, moment: int) -> bool:
    return not step.finished or step.finished >= moment


def _was_overtaken(step: Step, job: Job) -> bool:
    """Return whether a later step began before this one ended: in a sequential job, the job did not wait for it."""
    return any(other.number > step.number and 0 < other.started < step.finished for other in job.steps)
