"""A slow forge in simulated time: copies of the protocol run in the order in which their requests arrive."""

import threading
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import TypeVar

from plugin.model.comment import PostedComment
from tests.deliver.comment.memory import MemoryThread

_T = TypeVar("_T")


class World:
    """A scheduler that runs one thread at a time, the one with the earliest time first. Nothing really sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self._turns: list[tuple[float, int, threading.Event]] = []
        self._number = 0
        self._parked = threading.Semaphore(0)

    def pass_time(self, seconds: float) -> None:
        """Let other copies run until so many simulated seconds have passed."""
        turn = threading.Event()
        self._number += 1
        heappush(self._turns, (self.now + seconds, self._number, turn))
        self._parked.release()
        turn.wait()

    def run(self, copies: Iterable[Callable[[], object]]) -> None:
        """Run all copies to their end. Raise what one of them raised."""
        failed: list[BaseException] = []

        def live(copy: Callable[[], object]) -> None:
            self.pass_time(0.0)
            try:
                copy()
            except BaseException as error:  # noqa: BLE001 — raised again below
                failed.append(error)
            self._parked.release()

        threads = [threading.Thread(target=live, args=(copy,), daemon=True) for copy in copies]
        for thread in threads:
            thread.start()
            self._parked.acquire()
        while self._turns:
            self.now, _, turn = heappop(self._turns)
            turn.set()
            self._parked.acquire()
        if failed:
            raise failed[0]


class FarThread:
    """One copy's connection to the shared comments. A request takes `delay()` seconds, half of it on the way there."""

    def __init__(self, comments: MemoryThread, world: World, delay: Callable[[], float]) -> None:
        self._comments = comments
        self._world = world
        self._delay = delay

    def comments(self) -> Iterable[PostedComment]:
        return self._far(lambda: list(self._comments.comments()))

    def account(self) -> str:
        return self._far(self._comments.account)

    def create(self, text: str) -> PostedComment | None:
        return self._far(lambda: self._comments.create(text))

    def update(self, posted: PostedComment, text: str) -> PostedComment | None:
        return self._far(lambda: self._comments.update(posted, text))

    def delete(self, posted: PostedComment) -> None:
        self._far(lambda: self._comments.delete(posted))

    def _far(self, do: Callable[[], _T]) -> _T:
        half = self._delay() / 2
        self._world.pass_time(half)
        try:
            return do()
        finally:
            self._world.pass_time(half)
