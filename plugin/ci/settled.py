"""Takes a server, gives its build once the other units that run have ended, or the waiting is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin.ci.build import Build, Server, State, open_units
from plugin.errors import ServerError

if TYPE_CHECKING:
    from plugin.rest import Budget

_LONGEST_PAUSE = 15.0


def settled(server: Server, budget: Budget, wait: float) -> Build:
    """The build, looked at again for `wait` seconds at most while it is red and other units run. Raises ServerError.

    A green build is not waited for: should another unit fail, the copy of this program there tells of it. Neither are
    units that have not started: they may wait for this very one. Half of the time is kept for reading the logs.
    """
    build = server.build()
    wait = min(wait, budget.left() / 2)
    pause = 1.0
    while wait > 0 and _worth_waiting(build):
        pause = min(pause, wait)
        try:
            budget.sleep(pause)
            build = server.build()
        except ServerError:
            break  # what was seen before still holds
        wait -= pause
        pause = min(2 * pause, _LONGEST_PAUSE)
    return build


def _worth_waiting(build: Build) -> bool:
    return (
        any(unit.own for unit in build.units)
        and any(unit.state is State.RUNNING for unit in open_units(build))
        and _red(build)
    )


def _red(build: Build) -> bool:
    return any(
        unit.state.failed or any(step.state.failed or step.suspect for step in unit.steps if not step.ignored)
        for unit in build.units
    )
