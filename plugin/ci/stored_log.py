"""Reading of a stored log: waits for one that is late, and turns what prevents the reading into a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from plugin.errors import ServerError
from plugin.model.build import RawLog, State, Step
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.http.deadline import Deadline
    from plugin.http.records import R

NOT_STARTED = Message("its container did not start, so it has no log")

_T = TypeVar("_T")


def stored_entries(client: ApiClient, path: str, kind: type[R]) -> list[R] | None:
    """Return the records at `path`, or None for status 404, which is not the same as an empty log."""
    try:
        return client.records(path, kind)
    except ServerError as error:
        if error.status == 404:
            return None
        raise


def read_until(
    read: Callable[[], _T], enough: Callable[[_T | None, _T], bool], deadline: Deadline, pauses: Iterable[float]
) -> tuple[_T, bool]:
    """Read until `enough(previous, current)` is true, or the pauses or the time run out.

    Return the last value read, and whether it was enough.
    """
    current = read()
    complete = enough(None, current)
    for pause in pauses:
        if complete or pause >= deadline.remaining():
            break
        try:
            deadline.sleep(pause)
            previous, current = current, read()
        except ServerError:  # the previous value is better than nothing
            break
        complete = enough(previous, current)
    return current, complete


def is_stored(_: object, current: object) -> bool:
    """Return whether the server has the log, as a condition for `read_until`."""
    return current is not None


def log_or_reason(step: Step, read: Callable[[], RawLog]) -> RawLog:
    """Return what `read` returns, or the reason why there is no log. Nothing is requested for a step that never ran."""
    if step.state in (State.PENDING, State.BLOCKED, State.DECLINED, State.CANCELED, State.SKIPPED):
        return missing(Message("the step did not run, so it has no log"))
    try:
        return read()
    except ServerError as error:
        return missing(str(error))


def missing(reason: str) -> RawLog:
    """Return an empty log with the reason why it is missing."""
    return RawLog(complete=False, reason=reason)
