"""Copies of the plugin that start together on a slow forge, in simulated time; each copy has its own latency."""

import random
from collections.abc import Callable

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.http.deadline import Deadline
from tests.deliver.comment.memory import MemoryThread, state_of, sticky
from tests.deliver.comment.samples import section
from tests.deliver.comment.slow_world import FarThread, World

COPIES = 6
ROUND_TRIP = 0.2
"""Median latency in seconds. Most copies have between half and twice of it; it varies with each request."""


@pytest.mark.parametrize("seed", range(40))
def test_no_section_is_lost_and_no_comment_is_double(seed: int) -> None:
    random.seed(seed)
    world, comments = World(), MemoryThread()
    world.run(_copy(job, world, comments) for job in range(COPIES))
    (text,) = comments.texts
    found = parse(text)
    assert found
    assert {one.key: one.state for one in found.sections} == {str(job): "red" for job in range(COPIES)}
    assert world.now < 60


def test_a_build_of_one_job_hardly_waits() -> None:
    """No other copy shares the comment: it reads, asks for its account, writes, and reads once more soon after."""
    world, comments = World(), MemoryThread()
    world.run([_alone(12, world, comments, ROUND_TRIP, start=0)])
    assert len(comments.texts) == 1
    assert world.now < 7 * ROUND_TRIP


@pytest.mark.parametrize("seed", range(40))
def test_two_builds_at_once_leave_the_newer_one(seed: int) -> None:
    random.seed(seed)
    world, comments = World(), MemoryThread()
    world.run(
        _alone(number, world, comments, ROUND_TRIP * random.lognormvariate(0, 0.5), start=random.uniform(0, 1))  # noqa: S311 — a test that can be repeated
        for number in (12, 13)
    )
    (text,) = comments.texts
    found = parse(text)
    assert found
    assert found.build == 13


def _alone(number: int, world: World, comments: MemoryThread, speed: float, *, start: float) -> Callable[[], object]:
    far = FarThread(comments, world, lambda: speed)

    def post() -> None:
        world.pass_time(start)
        sticky(far, Deadline(60, lambda: world.now, world.pass_time)).say(state_of(section("1", "red"), build=number))

    return post


def _copy(job: int, world: World, comments: MemoryThread) -> Callable[[], object]:
    speed = ROUND_TRIP * random.lognormvariate(0, 0.5)
    start = random.uniform(0, 3)  # noqa: S311 — a test that can be repeated
    far = FarThread(comments, world, lambda: speed * random.lognormvariate(0, 0.5))
    jobs = (
        section(str(n), "red" if n == job else "running", finished_steps=1, current=n == job) for n in range(COPIES)
    )

    def post() -> None:
        world.pass_time(start)
        sticky(far, Deadline(60, lambda: world.now, world.pass_time)).say(state_of(*jobs))

    return post
