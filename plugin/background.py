"""Run work in a thread, or in the calling thread where none can be started: a limit on processes costs time only."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


def in_background(work: Callable[[], None]) -> Thread | None:
    """Start the work in a daemon thread and return that; None where it was done here."""
    thread = Thread(target=work, daemon=True)
    try:
        thread.start()
    except (RuntimeError, MemoryError):  # "can't start new thread"
        work()
        return None
    return thread


def later(work: Callable[[], _T]) -> Future[_T]:
    """Return what will hold the result of the work, or what it raised. Whoever waits no longer may cancel it."""
    outcome: Future[_T] = Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 — raised again in the thread that waits
            with suppress(InvalidStateError):
                outcome.set_exception(error)
        else:
            with suppress(InvalidStateError):
                outcome.set_result(result)

    in_background(run)
    return outcome
