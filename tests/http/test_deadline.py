"""The time of a run: shared, counted down, and ended from outside."""

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


def test_it_counts_down_to_nothing() -> None:
    clock = Clock()
    deadline = Deadline(10, clock)
    clock.now += 4
    assert deadline.remaining() == 6
    clock.now += 40
    assert deadline.remaining() == 0


@pytest.mark.parametrize(("whole", "seconds", "remaining"), [(60, 10, 50), (20, 10, 15), (0, 10, 0)])
def test_a_part_of_it_leaves_time_for_what_comes_after(whole: float, seconds: float, remaining: float) -> None:
    assert Deadline(whole, Clock()).reserve(seconds).remaining() == remaining


def test_no_sleep_is_begun_that_it_would_not_outlast() -> None:
    slept: list[float] = []
    deadline = Deadline(10, Clock(), slept.append)
    deadline.sleep(9)
    with pytest.raises(OutOfTime, match="`timeout`"):
        deadline.sleep(10)
    assert slept == [9]


@pytest.mark.parametrize("waiting", ["sleep", "wait"])
def test_who_waits_is_woken_when_it_is_stopped(waiting: str) -> None:
    deadline = Deadline(60)
    part = deadline.reserve(10)
    told: list[str] = []

    def wait() -> None:
        try:
            part.sleep(40) if waiting == "sleep" else part.wait(Future[None]())
        except OutOfTime as error:
            told.append(str(error))

    thread = Thread(target=wait)
    thread.start()
    deadline.stop("the server canceled the build")
    thread.join(30)
    assert told == ["the server canceled the build"]
    assert deadline.remaining() == part.remaining() == 0


def test_after_the_stop_nothing_begins() -> None:
    deadline = Deadline(60)
    deadline.stop("canceled")
    with pytest.raises(OutOfTime, match="canceled"):
        deadline.sleep(0.001)
    with pytest.raises(OutOfTime, match="canceled"):
        deadline.wait(Future[None]())
