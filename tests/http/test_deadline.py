"""The time limit of a run: shared, counted down, and ended from outside."""

from concurrent.futures import Future
from threading import Thread

import pytest

from plugin.errors import OutOfTime
from plugin.http.deadline import Deadline


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_remaining_time_counts_down_to_zero() -> None:
    clock = Clock()
    deadline = Deadline(10, clock)
    clock.now += 4
    assert deadline.remaining() == 6
    clock.now += 40
    assert deadline.remaining() == 0


@pytest.mark.parametrize(("whole", "seconds", "remaining"), [(60, 10, 50), (20, 10, 15), (0, 10, 0)])
def test_reserve_leaves_time_for_later_work(whole: float, seconds: float, remaining: float) -> None:
    assert Deadline(whole, Clock()).reserve(seconds).remaining() == remaining


def test_sleep_longer_than_the_remaining_time_raises_at_once() -> None:
    slept: list[float] = []
    deadline = Deadline(10, Clock(), slept.append)
    deadline.sleep(9)
    with pytest.raises(OutOfTime, match="`timeout`"):
        deadline.sleep(10)
    assert slept == [9]


@pytest.mark.parametrize("waiting", ["sleep", "wait"])
def test_stop_wakes_threads_that_wait(waiting: str) -> None:
    deadline = Deadline(60)
    part = deadline.reserve(10)
    reasons: list[str] = []

    def wait() -> None:
        try:
            part.sleep(40) if waiting == "sleep" else part.wait(Future[None]())
        except OutOfTime as error:
            reasons.append(str(error))

    thread = Thread(target=wait)
    thread.start()
    deadline.stop("the server canceled the build")
    thread.join(30)
    assert reasons == ["the server canceled the build"]
    assert deadline.remaining() == part.remaining() == 0


def test_nothing_starts_after_stop() -> None:
    deadline = Deadline(60)
    deadline.stop("canceled")
    with pytest.raises(OutOfTime, match="canceled"):
        deadline.sleep(0.001)
    with pytest.raises(OutOfTime, match="canceled"):
        deadline.wait(Future[None]())
