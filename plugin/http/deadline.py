"""Takes the seconds that a run may last, gives what is left of them; wakes whoever waits when it ends sooner."""

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from threading import Lock
from typing import TypeVar

from plugin.errors import OutOfTime

_T = TypeVar("_T")

_SPENT = "the time for this run is spent; give it more with setting `timeout`"


class Deadline:
    """The time that the run has left, shared by all its threads."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] | None = None
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds
        self.why = _SPENT
        self._waiting: set[Future[object]] = set()
        self._lock = Lock()
        self._within: list[Deadline] = []

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - self._clock())

    def reserve(self, seconds: float) -> "Deadline":
        """One that ends earlier by so many seconds, though never by more than a quarter of what is left."""
        remaining = self.remaining()
        return self._until(max(remaining - seconds, remaining * 0.75))

    def capped(self, seconds: float) -> "Deadline":
        """One of so many seconds, or of what is left."""
        return self._until(min(seconds, self.remaining()))

    def _until(self, seconds: float) -> "Deadline":
        earlier = Deadline(seconds, self._clock, self._sleep)
        earlier.why = self.why
        self._within.append(earlier)
        return earlier

    def sleep(self, seconds: float) -> None:
        """Sleeps. Raises OutOfTime at once when the time left would not outlast the sleep."""
        if seconds >= self.remaining():
            raise OutOfTime(self.why)
        if self._sleep:
            self._sleep(seconds)
            return
        with suppress(TimeoutError):
            self._wait(Future(), seconds)

    def wait(self, outcome: "Future[_T]") -> _T:
        """What the future holds once it is there. Raises what it raised, and OutOfTime when it is there too late."""
        try:
            return self._wait(outcome, self.remaining())
        except TimeoutError:
            raise OutOfTime(self.why) from None

    def stop(self, why: str) -> None:
        """Ends the time now: who waits or sleeps gets OutOfTime with this reason. It locks: no signal handler."""
        for earlier in self._within:
            earlier.stop(why)
        with self._lock:
            self.why = why
            self._end = self._clock()
            for outcome in self._waiting:
                outcome.cancel()

    def _wait(self, outcome: "Future[_T]", seconds: float) -> _T:
        with self._lock:
            self._waiting.add(outcome)  # type: ignore[arg-type]  # nothing is put into it here
        try:
            return outcome.result(timeout=min(seconds, self.remaining()))
        except CancelledError:
            raise OutOfTime(self.why) from None
        finally:
            with self._lock:
                self._waiting.discard(outcome)
