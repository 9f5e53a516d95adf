"""Takes an attempt and the time there is, gives its outcome after as many attempts as are safe and worth it."""

import random
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from plugin.background import later
from plugin.rest.budget import Budget
from plugin.rest.trouble import Trouble

TRIES = 5
_LONGEST_PAUSE = 8.0

_T = TypeVar("_T")


def repeated(attempt: Callable[[], _T], budget: Budget, *, writes: bool) -> _T:
    """Return the attempt's outcome; a write is repeated only where nothing of the attempt before was sent.

    Raise the last attempt's Trouble, or OutOfTime.
    """
    retrying = Retrying(
        retry=retry_if_exception(_may_repeat_write if writes else _may_repeat),
        wait=_pause,
        stop=lambda state: state.attempt_number >= TRIES or state.upcoming_sleep >= budget.left(),
        sleep=budget.sleep,
        reraise=True,
    )
    outcome: _T = retrying(in_time, attempt, budget)
    return outcome


def in_time(attempt: Callable[[], _T], budget: Budget) -> _T:
    """The attempt's outcome within the budget. Raises OutOfTime.

    It runs in a thread that is left behind when the time is over, because neither a name look-up nor headers that
    arrive drop by drop know a time limit.
    """
    return budget.wait(later(attempt) if budget.left() > 0 else Future())


def _may_repeat(error: BaseException) -> bool:
    return isinstance(error, Trouble) and error.passing


def _may_repeat_write(error: BaseException) -> bool:
    return isinstance(error, Trouble) and error.unsent


def _pause(state: RetryCallState) -> float:
    trouble = state.outcome.exception() if state.outcome else None
    return backoff(state.attempt_number, trouble.pause if isinstance(trouble, Trouble) else None)


def backoff(failures: int, asked: float | None) -> float:
    """Return the seconds to wait after so many failed attempts.

    That is what the server asked for, else a pause that doubles each time, half of it random.
    """
    if asked is not None:
        return asked
    most = min(_LONGEST_PAUSE, 0.5 * 2**failures)
    return random.uniform(most / 2, most)  # noqa: S311 — spreads clients, guards nothing
