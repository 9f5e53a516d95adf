"""Run work that untrusted input may make endless, for as long as a deadline allows."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from plugin.background import in_background
from plugin.errors import OutOfTime
from plugin.http.deadline import Deadline


def done_in_time(work: Callable[[], None], deadline: Deadline, more: float) -> bool:
    """Run the work in the background; return whether it ended by the deadline or in these seconds after it."""
    done: Future[None] = Future()

    def run() -> None:
        work()
        with suppress(InvalidStateError):  # nobody waits any more
            done.set_result(None)

    thread = in_background(run)
    if not thread:
        return True
    with suppress(OutOfTime):
        deadline.wait(done)
    thread.join(more)
    return not thread.is_alive()
