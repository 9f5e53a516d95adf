"""Copies of the plugin that start together on a slow forge, in simulated time; each copy has its own latency."""

import random
from collections.abc import Callable
from dataclasses import replace

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


@pytest.mark.parametrize("words", [("green", "running"), ("red", "running"), ("red", "red")])
@pytest.mark.parametrize("seed", range(20))
def test_copies_that_describe_the_same_progress_differently_agree_soon(seed: int, words: tuple[str, str]) -> None:
    """When only copies of this step run, each sees all others' jobs as running, with all of their steps ended."""
    random.seed(seed)
    world, comments = World(), MemoryThread()
    world.run(_twin(job, world, comments, words) for job in range(COPIES))
    (text,) = comments.texts
    found = parse(text)
    assert found
    assert {one.key: one.state for one in found.sections} == {str(job): words[0] for job in range(COPIES)} | {
        "0": "red"
    }
    assert world.now < 20
    assert comments.writes.count("update") <= 3 * COPIES


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


def _twin(job: int, world: World, comments: MemoryThread, words: tuple[str, str]) -> Callable[[], object]:
    """Return a copy that runs at the same time as all others; only its own job has a headline of its own."""
    own, other = words
    far = FarThread(comments, world, lambda: ROUND_TRIP * random.lognormvariate(0, 0.5))
    start = random.uniform(0, 0.3)  # noqa: S311 — a test that can be repeated
    jobs = [section(str(n), own if n in (0, job) else other, current=n == job) for n in range(COPIES)]
    jobs = [
        replace(one, headline=f"{one.headline} ({one.current})" if one.key != "0" else one.headline) for one in jobs
    ]
    jobs[0] = section("0", current=job == 0)

    def post() -> None:
        world.pass_time(start)
        sticky(far, Deadline(60, lambda: world.now, world.pass_time)).say(state_of(*jobs))

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
