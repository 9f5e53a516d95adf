"""Which failed steps the end of their job stopped, by kind, exit code and time."""

from collections.abc import Collection

import pytest

from plugin.ci.teardown import without_stopped
from plugin.model.build import Job, State, Step, StepKind


def step(name: str, number: int, code: int, started: int, finished: int, kind: StepKind = StepKind.COMMANDS) -> Step:
    state = State.FAILURE if code else State.SUCCESS
    return Step(number, name, state, str(number), code, kind=kind, started=started, finished=finished)


SERVICE = step("db", 1, 137, 100, 130, StepKind.SERVICE)
WATCHER = step("watcher", 2, 137, 101, 130)
TEST = step("test", 3, 1, 102, 110)
PASSED = step("test", 3, 0, 102, 110)


def counted(*steps: Step, state: State = State.FAILURE, detached: Collection[str] | None = ("watcher",)) -> list[str]:
    """Return the names of the steps whose failure counts."""
    job = without_stopped(Job(1, "ci", state, steps), detached)
    return [one.name for one in job.steps if one.state.failed and not one.ignored]


@pytest.mark.parametrize("code", [137, 143, -1])
def test_service_and_detached_step_that_ended_last_are_stopped(code: int) -> None:
    stopped = (step("db", 1, code, 100, 130, StepKind.SERVICE), step("watcher", 2, code, 101, 130))
    assert counted(*stopped, TEST) == ["test"]


@pytest.mark.parametrize("code", [1, 2, 126, 139])
def test_service_that_failed_by_itself_counts(code: int) -> None:
    assert counted(step("db", 1, code, 100, 130, StepKind.SERVICE), TEST) == ["db", "test"]


def test_service_that_was_killed_while_the_tests_ran_counts() -> None:
    """Most likely it ran out of memory, and the tests failed because of it."""
    assert counted(step("db", 1, 137, 100, 104, StepKind.SERVICE), step("test", 3, 1, 102, 160)) == ["db", "test"]


def test_awaited_step_that_was_killed_counts() -> None:
    assert counted(step("build", 1, 137, 100, 130), TEST, detached=()) == ["build", "test"]


def test_nothing_is_stopped_before_the_job_ended() -> None:
    assert counted(SERVICE, TEST, state=State.RUNNING) == ["db", "test"]


def test_job_that_failed_by_stopped_steps_alone_did_not_fail() -> None:
    assert without_stopped(Job(1, "ci", State.FAILURE, (SERVICE, WATCHER, PASSED)), ("watcher",)).ignored


def test_job_with_an_error_of_its_own_failed() -> None:
    job = Job(1, "ci", State.FAILURE, (SERVICE, PASSED), error="the agent was lost")
    assert without_stopped(job) == job


def test_without_the_file_a_step_that_was_overtaken_is_detached() -> None:
    assert counted(WATCHER, TEST, detached=None) == ["test"]
    assert counted(step("build", 2, 137, 101, 102), step("test", 3, 1, 102, 110), detached=None) == ["build", "test"]


def test_without_the_file_it_counts_where_nothing_else_explains_the_failure() -> None:
    """Steps of a graph overtake each other, too."""
    assert counted(WATCHER, PASSED, detached=None) == ["watcher"]
