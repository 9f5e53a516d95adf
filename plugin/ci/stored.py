"""Reads a stored log: waits for one that is late, and turns whatever prevents the reading into a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from plugin.ci.build import Log, State, Step
from plugin.errors import ServerError

if TYPE_CHECKING:
    from plugin.rest import Budget, Rest
    from plugin.rest.records import R

NOT_STARTED = "its container did not start, so it has no log"

_T = TypeVar("_T")


def stored(rest: Rest, path: str, kind: type[R]) -> list[R] | None:
    """The records at `path`, or None where there is nothing, which is another thing than an empty log."""
    try:
        return rest.records(path, kind)
    except ServerError as error:
        if error.status == 404:
            return None
        raise


def patiently(
    read: Callable[[], _T], enough: Callable[[_T | None, _T], bool], budget: Budget, pauses: Iterable[float]
) -> tuple[_T, bool]:
    """Reads until `enough(before, now)`, or the pauses or the time run out; the last reading, and was it enough."""
    current = read()
    settled = enough(None, current)
    for pause in pauses:
        if settled or pause >= budget.left():
            break
        try:
            budget.sleep(pause)
            previous, current = current, read()
        except ServerError:  # what was read before is better than nothing
            break
        settled = enough(previous, current)
    return current, settled


def is_there(_: object, current: object) -> bool:
    return current is not None


def told(step: Step, read: Callable[[], Log]) -> Log:
    """What `read` gives; a step that never ran is not asked for, and a failure to read becomes the reason."""
    if step.state in (State.PENDING, State.BLOCKED, State.DECLINED, State.CANCELED, State.SKIPPED):
        return missing("the step did not run, so it has no log")
    try:
        return read()
    except ServerError as error:
        return missing(str(error))


def missing(reason: str) -> Log:
    return Log(complete=False, reason=reason)
