"""Run functions in background threads, or in the calling thread where a process limit allows no other."""

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


def in_background(work: Callable[[], None]) -> Thread | None:
    """Start the work in a daemon thread and return the thread; None if the work ran in this one."""
    thread = Thread(target=work, daemon=True)
    try:
        thread.start()
    except (RuntimeError, MemoryError):  # "can't start new thread"
        work()
        return None
    return thread


def later(work: Callable[[], _T]) -> Future[_T]:
    """Return a future for the result of the work, or for what it raises. The caller may cancel the future."""
    future: Future[_T] = Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 — raised again in the thread that waits
            with suppress(InvalidStateError):
                future.set_exception(error)
        else:
            with suppress(InvalidStateError):
                future.set_result(result)

    in_background(run)
    return future
