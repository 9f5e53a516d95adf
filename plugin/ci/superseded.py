"""Builds that a newer one of the same pull request made the server cancel: nothing in them failed by that.

Woodpecker 3.14 and later name the newer build. The others, and Drone, show only that this build was killed and that the
pull request has a newer one.
"""

from collections.abc import Iterable

from plugin.frozen import replace
from plugin.model.build import Build, EarlierBuild, Job, State, Step

_STOPPED = (State.KILLED, State.CANCELED)


def with_supersession(build: Build, seen: Iterable[EarlierBuild]) -> Build:
    """Return a canceled build with the number of the build that superseded it, and its killed steps as canceled.

    Steps that failed by themselves before stay failed.
    """
    if not _was_stopped(build):
        return build
    newer = build.superseded_by or min((one.number for one in seen if _is_newer(one, build)), default=0)
    if not newer:
        return build
    state = State.CANCELED if build.state in _STOPPED else build.state
    return replace(build, superseded_by=newer, state=state, jobs=tuple(map(_canceled, build.jobs)))


def _was_stopped(build: Build) -> bool:
    return build.superseded_by > 0 or build.state in _STOPPED


def _is_newer(seen: EarlierBuild, build: Build) -> bool:
    same = (seen.ref, seen.event) == (build.ref, build.event) and build.event.startswith("pull_request")
    return seen.number > build.number and bool(seen.ref) and same and seen.commit != build.commit


def _canceled(job: Job) -> Job:
    steps = tuple(map(_canceled_step, job.steps))
    failed = any(step.failed and not step.ignored for step in steps)
    return replace(job, steps=steps, state=State.CANCELED if job.state.failed and not failed else job.state)


def _canceled_step(step: Step) -> Step:
    return replace(step, state=State.CANCELED, exit_code=None) if step.state is State.KILLED else step
