"""Write to the step's output without waiting for a reader that may never come.

A pipe takes some 64 kB before a write blocks, and an agent that lost its connection never reads again. So a thread
writes and is left behind when the process ends; where no thread can be started, only what fits is written.
"""

import io
import os
import time
from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PATIENCE = 0.5
"""Seconds that a write waits until it is done. It keeps the order of two streams that go to the same place."""
_SILENCE = 2.0
"""Seconds in which nobody read anything, after which nobody is expected to."""
_PIECE = 64 * 1024
_RETRY = 0.05


class BoundedWriter(io.RawIOBase):
    """A descriptor to write to. A write never fails, and what cannot be written any more is lost."""

    def __init__(self, descriptor: int | None) -> None:
        """Without a descriptor all is lost: the stream was closed before this program started."""
        super().__init__()
        self._descriptor = -1 if descriptor is None else descriptor
        self._queue: deque[bytes] = deque()
        self._change = Condition()
        self._written = 0
        self._thread: Thread | None = None
        self._stuck = False
        self._broken = descriptor is None
        self.text = io.TextIOWrapper(io.BufferedWriter(self), encoding="utf-8", errors="replace", line_buffering=True)
        """The same for text; a line is one write. Its `buffer` is the same for bytes, to be flushed."""

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Write all of it in one piece, now or as soon as somebody reads; return its size."""
        piece = bytes(data)
        with self._change:
            if self._broken:
                return len(piece)
            if not self._thread and not self._start():
                self._write_here(piece)
                return len(piece)
            self._queue.append(piece)
            self._change.notify_all()
            if not self._stuck:
                self._stuck = not self._change.wait_for(self._done, _PATIENCE)
        return len(piece)

    def finish(self, seconds: float) -> None:
        """Wait until all is written, for so many seconds at most, and only while somebody reads."""
        end = time.monotonic() + seconds
        with self._change:
            while not self._done():
                seen = self._written
                left = min(_SILENCE, end - time.monotonic())
                if not self._change.wait_for(lambda: self._done() or self._written > seen, left):  # noqa: B023
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
                piece = self._queue[0]
            self._write_piece(piece)
            with self._change:
                self._queue.popleft()
                self._stuck = self._stuck and bool(self._queue)
                self._change.notify_all()

    def _write_piece(self, piece: bytes) -> None:
        while piece and not self._broken:
            try:
                size = os.write(self._descriptor, piece[:_PIECE])
            except BlockingIOError:  # another process made the descriptor non-blocking
                time.sleep(_RETRY)
                continue
            except OSError:  # closed, or a full disk behind it
                self._broken = True
                continue
            piece = piece[size:]
            with self._change:
                self._written += size
                self._change.notify_all()

    def _write_here(self, piece: bytes) -> None:
        """Write as much as somebody reads; after the first time that nobody does, nothing any more."""
        import select  # late: hardly ever needed

        ready = select.poll()
        ready.register(self._descriptor, select.POLLOUT)
        while piece and not self._broken:
            try:
                if not ready.poll(_SILENCE * 1000):
                    self._broken = True
                    return
                piece = piece[os.write(self._descriptor, piece[: select.PIPE_BUF]) :]  # so much fits without blocking
            except OSError:
                self._broken = True
