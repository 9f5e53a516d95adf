"""Takes an attempt and the time there is, gives its outcome after as many attempts as are safe and worth it."""

import random
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from plugin.background import later
from plugin.http.deadline import Deadline
from plugin.http.errors import RequestError

TRIES = 5
_LONGEST_PAUSE = 8.0

_T = TypeVar("_T")


def with_retries(attempt: Callable[[], _T], deadline: Deadline, *, writes: bool) -> _T:
    """Return the attempt's outcome; a write is repeated only where nothing of the attempt before was sent.

    Raise the last attempt's Trouble, or OutOfTime.
    """
    retrying = Retrying(
        retry=retry_if_exception(_may_repeat_write if writes else _may_repeat),
        wait=_pause,
        stop=lambda state: state.attempt_number >= TRIES or state.upcoming_sleep >= deadline.remaining(),
        sleep=deadline.sleep,
        reraise=True,
    )
    outcome: _T = retrying(within_deadline, attempt, deadline)
    return outcome


def within_deadline(attempt: Callable[[], _T], deadline: Deadline) -> _T:
    """The attempt's outcome within the budget. Raises OutOfTime.

    It runs in a thread that is left behind when the time is over, because neither a name look-up nor headers that
    arrive drop by drop know a time limit.
    """
    return deadline.wait(later(attempt) if deadline.remaining() > 0 else Future())


def _may_repeat(error: BaseException) -> bool:
    return isinstance(error, RequestError) and error.transient


def _may_repeat_write(error: BaseException) -> bool:
    return isinstance(error, RequestError) and error.unsent


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return backoff(state.attempt_number, error.pause if isinstance(error, RequestError) else None)


def backoff(failures: int, asked: float | None) -> float:
    """Return the seconds to wait after so many failed attempts.

    That is what the server asked for, else a pause that doubles each time, half of it random.
    """
    if asked is not None:
        return asked
    most = min(_LONGEST_PAUSE, 0.5 * 2**failures)
    return random.uniform(most / 2, most)  # noqa: S311 — spreads clients, guards nothing
