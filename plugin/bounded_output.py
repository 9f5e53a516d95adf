"""Write to the step's output without blocking on a reader that may have gone away.

A write to a full pipe (64 kB) blocks, and an agent that lost its connection never reads again. So a daemon thread
writes, and the process does not wait for it at its end. Where no thread can be started, only what fits is written.
"""

import io
import os
import time
from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_WRITE_SECONDS = 0.5
"""Seconds that a write waits until it is done. It keeps the order of two streams that go to the same place."""
_IDLE_SECONDS = 2.0
"""Seconds without any read after which the reader counts as gone."""
_CHUNK = 64 * 1024
_RETRY = 0.05


class BoundedWriter(io.RawIOBase):
    """A writer to a file descriptor. A write never fails; what cannot be written is dropped."""

    def __init__(self, descriptor: int | None) -> None:
        """Drop everything without a descriptor: the stream was closed before this program started."""
        super().__init__()
        self._descriptor = -1 if descriptor is None else descriptor
        self._queue: deque[bytes] = deque()
        self._change = Condition()
        self._written = 0
        self._thread: Thread | None = None
        self._stuck = False
        self._broken = descriptor is None
        self.text = io.TextIOWrapper(io.BufferedWriter(self), encoding="utf-8", errors="replace", line_buffering=True)
        """Text stream over this writer; a line is one write. Its `buffer` takes bytes and has to be flushed."""

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Write the data in one call, now or as soon as there is room; return its size."""
        chunk = bytes(data)
        with self._change:
            if self._broken:
                return len(chunk)
            if not self._thread and not self._start():
                self._write_here(chunk)
                return len(chunk)
            self._queue.append(chunk)
            self._change.notify_all()
            if not self._stuck:
                self._stuck = not self._change.wait_for(self._done, _WRITE_SECONDS)
        return len(chunk)

    def finish(self, seconds: float) -> None:
        """Wait until everything is written, at most for `seconds`, and only while the reader makes progress."""
        end = time.monotonic() + seconds
        with self._change:
            while not self._done():
                seen = self._written
                timeout = min(_IDLE_SECONDS, end - time.monotonic())
                if not self._change.wait_for(lambda: self._done() or self._written > seen, timeout):  # noqa: B023
                    return

    def _done(self) -> bool:
        return self._broken or not self._queue

    def _start(self) -> bool:
        thread = Thread(target=self._write_queue, daemon=True, name="output")
        try:
            thread.start()
        except (RuntimeError, MemoryError):  # "can't start new thread"
            return False
        self._thread = thread
        return True

    def _write_queue(self) -> None:
        while not self._broken:
            with self._change:
                self._change.wait_for(lambda: bool(self._queue))
                chunk = self._queue[0]
            self._write_chunk(chunk)
            with self._change:
                self._queue.popleft()
                self._stuck = self._stuck and bool(self._queue)
                self._change.notify_all()

    def _write_chunk(self, chunk: bytes) -> None:
        while chunk and not self._broken:
            try:
                size = os.write(self._descriptor, chunk[:_CHUNK])
            except BlockingIOError:  # another process made the descriptor non-blocking
                time.sleep(_RETRY)
                continue
            except OSError:  # closed, or a full disk behind it
                self._broken = True
                continue
            chunk = chunk[size:]
            with self._change:
                self._written += size
                self._change.notify_all()

    def _write_here(self, chunk: bytes) -> None:
        """Write as much as the reader takes; after the first timeout, drop everything."""
        import select  # late: hardly ever needed

        if not hasattr(select, "poll"):  # Windows
            self._broken = True
            return
        ready = select.poll()
        ready.register(self._descriptor, select.POLLOUT)
        while chunk and not self._broken:
            try:
                if not ready.poll(_IDLE_SECONDS * 1000):
                    self._broken = True
                    return
                chunk = chunk[os.write(self._descriptor, chunk[: select.PIPE_BUF]) :]  # so much fits without blocking
            except OSError:
                self._broken = True
