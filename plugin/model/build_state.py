"""The state of a build, from the server's answer and the environment's status; the same for every output.

What is unknown is never reported as passed. The environment can only add a failure: `success` there proves nothing,
because a separate workflow sees its own status only, and some servers set the variable on every build.
"""

from plugin.frozen import frozen
from plugin.model.build import (
    Build,
    Job,
    State,
    beside,
    copy_names,
    culprits,
    failed_left_out,
    failure_counts,
    not_run,
    only_a_copy_is_left,
    unfinished_jobs,
)
from plugin.model.message import Message

_FINAL = (State.CANCELED, State.DECLINED)
"""States that no later success can change, in order of precedence."""
_STOPPED = (*_FINAL, State.BLOCKED, State.SKIPPED)
"""States of a whole build that are reported as the server returns them."""

_FAILED_WORDS = frozenset(state.value for state in State if state.failed)
_CI_SAYS_FAILURE = Message("the CI says failure, its API lists no failed step")


@frozen
class Result:
    """The state of a build, and the reason where it is unknown."""

    state: State
    """FAILURE, SUCCESS, RUNNING, UNKNOWN, or CANCELED, DECLINED, BLOCKED, SKIPPED as the server says."""
    reason: str = ""
    """Why the state, or the cause of a failure, is unknown and which setting fixes that; else empty."""


def result(build: Build | None, environment: str, unread: str = "") -> Result:
    """Return the state of the build as far as it is known.

    `build` is the server's answer, None where it was not read; then `unread` says why. `environment` is the value of
    the status variable that counts on this server, empty where none does.
    """
    red = environment in _FAILED_WORDS
    if build is None:
        return Result(State.FAILURE if red else State.UNKNOWN, unread)
    if has_failed(build):
        return Result(State.FAILURE)
    if build.state in _STOPPED:
        return Result(build.state)
    if unknown := _unknown(build):
        return Result(State.UNKNOWN, unknown)
    return _unfailed(build, red=red and not failed_left_out(build))


def job_state(job: Job, build: Build) -> State:
    """Return the state of one job as far as it is known.

    The state of a job in which only this program or a copy of it still runs follows from its other steps.
    """
    if any(map(failure_counts, job.steps)) or _failed_without_step(job):
        return State.FAILURE
    if not_run(job):
        return State.UNKNOWN
    states = {step.state for step in job.steps if not (step.current or step.ignored)} | {job.state}
    for state in (State.UNKNOWN, *_FINAL):
        if state in states:
            return state
    if not job.current:
        passed = job.state.failed or (not job.state.ended and only_a_copy_is_left(job, copy_names(build)))
        return State.SUCCESS if passed else job.state
    if beside(build):
        return State.RUNNING
    return State.BLOCKED if State.BLOCKED in states else State.SUCCESS


def failed_without_step(build: Build) -> tuple[Job, ...]:
    """Return the jobs that failed though no step whose failure counts did."""
    return tuple(filter(_failed_without_step, build.jobs))


def _failed_without_step(job: Job) -> bool:
    return job.state.failed and not job.ignored and not any(map(failure_counts, job.steps))


def has_failed(build: Build) -> bool:
    """Return whether a failure that counts is known."""
    return bool(build.errors or build.state.failed or culprits(build) or failed_without_step(build))


def _unknown(build: Build) -> str:
    """Return why an answer without a failure leaves the state unknown; empty if it does not."""
    if not build.jobs:
        return Message(
            "the server lists no job of this build; check `server`, `repo` and `build`, and that the user of "
            "`token` may read the repository"
        )
    if build.state is State.UNKNOWN:
        return _unknown_state_of(Message("the build"))
    for job in build.jobs:
        if steps := not_run(job):
            return Message(
                "a step failed that the setting `steps` or `ignore_steps` leaves out, and these steps did not run: "
                "{names}",
                names=", ".join(step.name for step in steps),
            )
        for step in job.steps:
            if step.state is State.UNKNOWN and not (step.current or step.ignored):
                return _unknown_state_of(Message("step {name}", name=step.name))
        if job.state is State.UNKNOWN:
            return _unknown_state_of(Message("job {name}", name=job.name or job.number))
    return ""


def _unknown_state_of(what: str) -> str:
    return Message(
        "the server gives {what} a state that this version does not know; update the plugin, and check "
        "that `server_kind` is the kind of this server",
        what=what,
    )


def _unfailed(build: Build, *, red: bool) -> Result:
    """Return the state of a build in which nothing failed and every state is known."""
    jobs = [job_state(job, build) for job in build.jobs]
    for state in _FINAL:
        if state in jobs:
            return Result(state)
    waiting = {job.state for job in unfinished_jobs(build)} | ({State.BLOCKED} & set(jobs)) | _running(build)
    if waiting == {State.BLOCKED}:
        return Result(State.BLOCKED)
    if set(jobs) == {State.SKIPPED}:
        return Result(State.SKIPPED)
    if waiting:
        return Result(State.UNKNOWN, _RED_SO_FAR) if red else Result(State.RUNNING)
    return Result(State.UNKNOWN, _RED) if red else Result(State.SUCCESS)


def _running(build: Build) -> set[State]:
    return {State.RUNNING} if beside(build) else set()


_RED = Message(
    "{problem}; see the build's page, and check that `server`, `repo` and `build` name the "
    "build in which this step runs",
    problem=_CI_SAYS_FAILURE,
)
_RED_SO_FAR = Message(
    "{problem}, and other jobs still run; increase the setting `wait`, or report from a job that depends on all others",
    problem=_CI_SAYS_FAILURE,
)
