"""Takes the signals by which a CI or a person ends a step, tells the run of it in a thread, where waiting is safe."""

import signal
from collections.abc import Callable
from threading import Thread
from types import FrameType

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)
)  # Windows has no SIGHUP


def hold() -> None:
    """From now on the signals wait for whoever watches; for the main thread, before there are others."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def release() -> None:
    """Let the signals do what they usually do. Raise KeyboardInterrupt where SIGINT came since they are held."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def watch(told: Callable[[], None]) -> None:
    """Call `told` once in a thread when one of the signals comes, or came since they are held.

    A signal that was ignored when this program started (`nohup`) stays so. Further ones change nothing: what is left to
    do takes a few seconds, and a CI that wants the end sooner kills. Where no thread can be started, the first signal
    raises KeyboardInterrupt in the main thread.
    """
    expected = {number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN}
    if not expected:
        return

    def wait() -> None:
        signal.sigwait(expected)
        told()

    try:
        Thread(target=wait, daemon=True, name="canceled").start()
    except (RuntimeError, MemoryError, AttributeError):  # "can't start new thread"; or no `sigwait`, on Windows
        for number in expected:
            signal.signal(number, _interrupt)
        release()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
