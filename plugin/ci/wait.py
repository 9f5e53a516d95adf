"""Waiting for the other jobs of a red build to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from plugin.ci.server import Server
from plugin.errors import ServerError
from plugin.model.build import Build, State, unfinished_jobs

if TYPE_CHECKING:
    from plugin.http.deadline import Deadline

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0
_GROWTH = 1.5
"""A job that ends is noticed half a second later, or half of the time that was waited until then."""


def wait_for_jobs(
    server: Server, deadline: Deadline, wait: float, view: Callable[[Build], Build] = lambda build: build
) -> Build:
    """Return the build, read again for at most `wait` seconds while it is red and other jobs run.

    A green build is not waited for: if another job fails, the copy of this program there reports it. Neither are jobs
    that have not started: they may wait for this one. Half of the remaining time is kept for reading the logs.
    `view` leaves steps out, which are not waited for. Raise ServerError.
    """
    build = view(server.build())
    wait = min(wait, deadline.remaining() / 2)
    pause = _FIRST_PAUSE
    while wait > 0 and _worth_waiting(build):
        pause = min(pause, wait)
        try:
            deadline.sleep(pause)
            build = view(server.build())
        except ServerError:
            break  # the previous answer is still valid
        wait -= pause
        pause = min(_GROWTH * pause, _LONGEST_PAUSE)
    return build


def _worth_waiting(build: Build) -> bool:
    return (
        any(job.current for job in build.jobs)
        and any(job.state is State.RUNNING for job in unfinished_jobs(build))
        and _red(build)
    )


def _red(build: Build) -> bool:
    return any(
        (job.state.failed and not job.ignored)
        or any(step.state.failed or step.suspect for step in job.steps if not step.ignored)
        for job in build.jobs
    )
