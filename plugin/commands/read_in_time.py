"""Reading in the background, so that a run ends in time whatever untrusted logs and patterns contain."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from plugin.background import in_background
from plugin.errors import OutOfTime
from plugin.http.deadline import Deadline

_LAST_LINES = 2.0
"""Seconds for the analysis of logs that did arrive when the time for reading is over."""
_TOO_LONG = (
    "not all logs could be read in time; if your own patterns are slow (`.failure-alert.yml`, setting `patterns`), "
    "simplify them, else increase the setting `timeout`"
)


def read_in_time(read: Callable[[], None], deadline: Deadline, too_late: Callable[[str], None]) -> None:
    """Call `read`, which never raises, and return when it is done or the time is over. Then `too_late` gets the reason.

    `read` may then still run, in a thread that does not keep the program alive.
    """
    done: Future[None] = Future()

    def work() -> None:
        read()
        with suppress(InvalidStateError):  # nobody waits any more
            done.set_result(None)

    reading = in_background(work)
    if not reading:
        return
    with suppress(OutOfTime):
        deadline.wait(done)
    reading.join(_LAST_LINES)
    if reading.is_alive():
        too_late(_TOO_LONG)
