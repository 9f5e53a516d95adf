"""The writes of one run: what is known to have arrived, what failed, and how long to wait before the next attempt."""

from collections.abc import Callable
from typing import Generic, TypeVar

from plugin.errors import ForgeError, OutOfTime
from plugin.http.deadline import Deadline
from plugin.http.retry import backoff

_FAILED_WRITES = 3
CLASHES = (404, 409, 410)
"""Statuses of a write to a comment that another copy or a person has deleted or edited meanwhile."""

_T = TypeVar("_T")


class Writes(Generic[_T]):
    """The writes of one run. After a failed one, the caller reads before it writes again."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self.done = ""
        """The message, empty as long as no write is known to have arrived."""
        self.failure: ForgeError | None = None
        """Why the last write failed, as long as no read has shown that it arrived."""
        self._attempted = ""
        """The message if that write turns out to have arrived."""
        self._failed = 0
        self._pause = 0.0

    def write(self, message: str, write: Callable[[], _T], clashes: tuple[int, ...] = ()) -> tuple[bool, _T | None]:
        """Write once. Return whether the forge accepted it, and its answer.

        Whether a failed write arrived, the next read shows. Raise ForgeError when it was refused, has failed too often,
        or may not be tried again in the time left.
        """
        if self.failure and self._failed > _FAILED_WRITES:
            raise self.failure
        try:
            answer = write()
        except OutOfTime:
            raise
        except ForgeError as error:
            if error.status not in clashes:
                self._prepare_retry(error, message)
            return False, None
        self.done, self.failure = self.done or message, None
        return True, answer

    def confirm(self) -> None:
        """Count a failed write as done: a read has shown that it arrived."""
        if self.failure:
            self.done, self.failure = self.done or self._attempted, None

    def forget_failure(self) -> None:
        """Continue as if the last write had not been tried: it was refused, and the caller has another way."""
        self.failure = None

    def take_pause(self) -> float:
        """Return the seconds to wait before the next read, once."""
        pause, self._pause = self._pause, 0.0
        return pause

    def _prepare_retry(self, error: ForgeError, message: str) -> None:
        """Record what failed and how long to wait. Raise the error where waiting does not help."""
        self._failed += 1
        self.failure, self._attempted = error, message
        self._pause = backoff(self._failed, error.retry_after)
        if is_refusal(error) or self._pause >= self._deadline.remaining():
            raise error


def is_refusal(error: ForgeError) -> bool:
    """Return whether the forge refused the write, so that the same write would fail again."""
    return 0 < error.status < 500 and not error.temporary
