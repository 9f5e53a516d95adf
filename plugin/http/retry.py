"""Retry policy: which errors are retried, how often, and after which pause."""

import random
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from plugin.background import later
from plugin.errors import OutOfTime
from plugin.http.deadline import Deadline
from plugin.http.request_error import RequestError

MAX_ATTEMPTS = 5
_MAX_PAUSE = 8.0

_T = TypeVar("_T")


def with_retries(attempt: Callable[[], _T], deadline: Deadline, *, writes: bool) -> _T:
    """Return the result of the attempt; a write is retried only if nothing was sent.

    Raise the RequestError of the last attempt that failed in time, or OutOfTime if none did.
    """
    failures: list[RequestError] = []

    def attempt_in_time() -> _T:
        try:
            return within_deadline(attempt, deadline)
        except RequestError as error:
            failures.append(error)
            raise

    retrying = Retrying(
        retry=retry_if_exception(_may_repeat_write if writes else _may_repeat),
        wait=_pause,
        stop=lambda state: state.attempt_number >= MAX_ATTEMPTS or state.upcoming_sleep >= deadline.remaining(),
        sleep=deadline.sleep,
        reraise=True,
    )
    try:
        result: _T = retrying(attempt_in_time)
    except OutOfTime:
        if failures:
            raise failures[-1] from None
        raise
    return result


def within_deadline(attempt: Callable[[], _T], deadline: Deadline) -> _T:
    """Return the result of the attempt. Raise OutOfTime after the deadline.

    The attempt runs in a thread that is abandoned at the deadline, because neither name resolution nor headers that
    arrive slowly have a time limit.
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
    """Return the seconds to wait after this number of failed attempts.

    The server's own pause (`asked`) takes precedence. Else the pause doubles each time, and half of it is random.
    """
    if asked is not None:
        return asked
    longest = min(_MAX_PAUSE, 0.5 * 2**failures)
    return random.uniform(longest / 2, longest)  # noqa: S311 — spreads the load, no security
