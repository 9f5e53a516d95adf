"""The time limit of a run, which a signal can end early."""

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from threading import Lock
from typing import TypeVar

from plugin.errors import OutOfTime
from plugin.model.message import Message

_T = TypeVar("_T")

TIME_IS_UP = Message("the time limit of the run is reached; raise it with setting `timeout`")


class Deadline:
    """The time that a run has left, shared by all its threads."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] | None = None
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds
        self.reason: str = TIME_IS_UP
        self._waiting: set[Future[object]] = set()
        self._lock = Lock()
        self._children: list[Deadline] = []

    def remaining(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self._end - self._clock())

    def reserve(self, seconds: float) -> "Deadline":
        """Return a deadline that is earlier by `seconds`, but at most by a quarter of the time left."""
        remaining = self.remaining()
        return self._until(max(remaining - seconds, remaining * 0.75))

    def capped(self, seconds: float) -> "Deadline":
        """Return a deadline in `seconds`, or this one if it is earlier."""
        return self._until(min(seconds, self.remaining()))

    def _until(self, seconds: float) -> "Deadline":
        child = Deadline(seconds, self._clock, self._sleep)
        child.reason = self.reason
        self._children.append(child)
        return child

    def sleep(self, seconds: float) -> None:
        """Sleep. Raise OutOfTime at once if less time than that is left."""
        if seconds >= self.remaining():
            raise OutOfTime(self.reason)
        if self._sleep:
            self._sleep(seconds)
            return
        with suppress(TimeoutError):
            self._wait(Future(), seconds)

    def wait(self, future: "Future[_T]") -> _T:
        """Return the result of the future. Raise its exception, or OutOfTime if it is not done in time."""
        try:
            return self._wait(future, self.remaining())
        except TimeoutError:
            raise OutOfTime(self.reason) from None

    def stop(self, reason: str) -> None:
        """End the time now: threads that wait or sleep get OutOfTime. It locks, so no signal handler may call it."""
        for child in self._children:
            child.stop(reason)
        with self._lock:
            self.reason = reason
            self._end = self._clock()
            for future in self._waiting:
                future.cancel()

    def _wait(self, future: "Future[_T]", seconds: float) -> _T:
        with self._lock:
            self._waiting.add(future)  # type: ignore[arg-type]  # no result is set here
        try:
            return future.result(timeout=min(seconds, self.remaining()))
        except CancelledError:
            raise OutOfTime(self.reason) from None
        finally:
            with self._lock:
                self._waiting.discard(future)
