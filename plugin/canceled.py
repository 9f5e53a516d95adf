"""Takes the signal by which a CI ends a step, tells the run of it in a thread, where waiting and locking are safe."""

import signal
from collections.abc import Callable
from threading import Thread

_END = {signal.SIGTERM}


def hold() -> None:
    """From now on the signal waits for whoever watches; for the main thread, before there are others."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _END)


def watch(told: Callable[[], None]) -> None:
    """Calls `told` once when the signal comes, or came since it is held."""

    def wait() -> None:
        signal.sigwait(_END)
        told()

    Thread(target=wait, daemon=True, name="canceled").start()
