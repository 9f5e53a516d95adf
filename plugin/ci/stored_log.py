"""Reads a stored log: waits for one that is late, and turns whatever prevents the reading into a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from plugin.errors import ServerError
from plugin.model.build import RawLog, State, Step

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.http.deadline import Deadline
    from plugin.http.records import R

NOT_STARTED = "its container did not start, so it has no log"

_T = TypeVar("_T")


def stored_entries(client: ApiClient, path: str, kind: type[R]) -> list[R] | None:
    """The records at `path`, or None where there is nothing, which is another thing than an empty log."""
    try:
        return client.records(path, kind)
    except ServerError as error:
        if error.status == 404:
            return None
        raise


def read_until(
    read: Callable[[], _T], enough: Callable[[_T | None, _T], bool], deadline: Deadline, pauses: Iterable[float]
) -> tuple[_T, bool]:
    """Reads until `enough(before, now)`, or the pauses or the time run out; the last reading, and was it enough."""
    current = read()
    complete = enough(None, current)
    for pause in pauses:
        if complete or pause >= deadline.remaining():
            break
        try:
            deadline.sleep(pause)
            previous, current = current, read()
        except ServerError:  # what was read before is better than nothing
            break
        complete = enough(previous, current)
    return current, complete


def is_there(_: object, current: object) -> bool:
    return current is not None


def log_or_reason(step: Step, read: Callable[[], RawLog]) -> RawLog:
    """What `read` gives; a step that never ran is not asked for, and a failure to read becomes the reason."""
    if step.state in (State.PENDING, State.BLOCKED, State.DECLINED, State.CANCELED, State.SKIPPED):
        return missing("the step did not run, so it has no log")
    try:
        return read()
    except ServerError as error:
        return missing(str(error))


def missing(reason: str) -> RawLog:
    return RawLog(complete=False, reason=reason)
