"""Handle the signals by which a CI server or a user cancels a step, in a thread, where locks and waits are safe."""

import signal
from collections.abc import Callable
from threading import Thread
from types import FrameType

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)
)  # Windows has no SIGHUP


def block() -> None:
    """Block the signals until `watch` handles them. Call it in the main thread, before others start."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def unblock() -> None:
    """Restore the usual effect of the signals. Raise KeyboardInterrupt if SIGINT came since they are blocked."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def watch(on_signal: Callable[[], None]) -> None:
    """Call `on_signal` once, in a thread, when one of the signals comes or came since they are blocked.

    A signal that was ignored when this program started (`nohup`) stays ignored. Further signals have no effect: the
    rest of the run takes a few seconds, and a CI server that cannot wait sends SIGKILL. Where no thread can be started,
    and on Windows, the first signal raises KeyboardInterrupt in the main thread.
    """
    expected = {number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN}
    if not expected:
        return

    def wait() -> None:
        signal.sigwait(expected)
        on_signal()

    try:
        if not hasattr(signal, "sigwait"):  # Windows
            raise RuntimeError("no signal can be waited for")
        Thread(target=wait, daemon=True, name="canceled").start()
    except (RuntimeError, MemoryError):  # "can't start new thread"
        for number in expected:
            signal.signal(number, _interrupt)
        unblock()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
