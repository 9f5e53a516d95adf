"""Which of several copies of the step sends the message."""

from dataclasses import replace

import pytest

from plugin.model.build import Build, Job, State, Step
from plugin.notify.turn import Turn, turn

S, F, R, P, K = State.SUCCESS, State.FAILURE, State.RUNNING, State.PENDING, State.SKIPPED


def job(
    number: int,
    test: State,
    copy: State | None,
    *,
    at: int = 10,
    copy_from: int = 0,
    copy_at: int = 0,
    name: str = "ci",
) -> Job:
    """Return a job whose test ends at `at`; without `copy` it has no copy of the step."""
    tested = Step(1, "test", test, "1", finished=at if test.ended else 0)
    steps = (tested, Step(2, "report", copy, "2", started=copy_from, finished=copy_at)) if copy else (tested,)
    ended = all(step.state.ended for step in steps)
    state = F if ended and test is F else S if ended else R
    return Job(number, name, state, steps)


def seen_by(own: int, *jobs: Job, last: bool = False) -> Turn:
    """Return what the copy in job `own` does."""
    marked = tuple(
        Job(one.number, one.name, one.state, steps, current=True)
        if (steps := _marked(one)) and one.number == own
        else one
        for one in jobs
    )
    return turn(Build("o/r", 7, R, marked), last=last)


def _marked(one: Job) -> tuple[Step, ...]:
    return tuple(replace(step, current=step.name == "report") for step in one.steps)


def senders(*jobs: Job) -> list[int]:
    running = [one.number for one in jobs if one.steps[-1].name == "report" and one.steps[-1].state is R]
    return [number for number in running if seen_by(number, *jobs) is Turn.SEND]


def test_the_only_copy_sends() -> None:
    assert seen_by(1, job(1, F, R)) is Turn.SEND
    assert seen_by(3, job(1, F, None), job(2, S, None), job(3, S, R, name="reporter")) is Turn.SEND


@pytest.mark.parametrize(
    ("results", "sender"), [((S, F, F, S), 2), ((F, F, F, F), 1), ((S, S, S, F), 4), ((S, S, S, S), 1)]
)
def test_one_of_all_sends_when_all_know_the_result(results: tuple[State, ...], sender: int) -> None:
    assert senders(*(job(number, test, R) for number, test in enumerate(results, 1))) == [sender]


def test_a_copy_waits_for_jobs_that_run_while_the_build_fails() -> None:
    jobs = (job(1, R, P), job(2, F, R))
    assert seen_by(2, *jobs) is Turn.WAIT
    assert seen_by(2, *jobs, last=True) is Turn.SEND


def test_of_a_green_build_only_the_first_copy_waits() -> None:
    assert seen_by(1, job(1, S, R), job(2, R, P)) is Turn.WAIT
    assert seen_by(2, job(1, S, R), job(2, S, R), job(3, R, P)) is Turn.SILENT


@pytest.mark.parametrize("state", [K, State.ERROR, State.KILLED, State.CANCELED])
def test_a_copy_that_ended_without_having_run_is_passed_over(state: State) -> None:
    assert seen_by(2, job(1, F, state), job(2, F, R)) is Turn.SEND
    assert seen_by(2, job(1, S, state), job(2, S, R)) is Turn.SEND


def test_a_copy_that_waits_in_a_job_that_ended_will_not_run() -> None:
    over = Job(1, "ci", F, (Step(1, "test", F, "1", finished=10), Step(2, "report", P, "2")))
    assert seen_by(2, over, job(2, F, R)) is Turn.SEND


def test_the_copy_of_a_failed_job_that_has_not_started_is_waited_for() -> None:
    assert seen_by(2, job(1, F, P), job(2, F, R)) is Turn.WAIT
    assert seen_by(2, job(1, F, P), job(2, F, R), last=True) is Turn.SILENT
    assert seen_by(2, job(1, F, R), job(2, F, R)) is Turn.SILENT


def test_a_green_copy_that_ended_before_the_result_is_passed_over() -> None:
    slow = job(3, S, R, at=90)
    assert seen_by(3, job(1, S, S, at=10, copy_at=20), job(2, S, S, at=80, copy_at=81), slow) is Turn.SEND
    assert seen_by(3, job(1, S, S, at=10, copy_at=91), slow) is Turn.SILENT


def test_a_late_failure_of_a_build_that_was_announced_is_not_announced_again() -> None:
    early = job(5, F, S, at=10, copy_at=25)
    assert seen_by(2, job(2, F, R, at=600), early) is Turn.SILENT
    assert seen_by(2, job(2, F, R, at=12), early) is Turn.SEND, "the early copy saw it"


def test_a_copy_that_left_the_message_to_another_did_not_announce_it() -> None:
    """8 left it to 3, which ran until 2 had failed as well."""
    jobs = (job(2, F, R, at=33), job(3, F, S, at=22, copy_at=42), job(8, F, S, at=3, copy_at=23))
    assert seen_by(2, *jobs) is Turn.SEND


def test_a_copy_that_waited_to_the_end_of_its_time_did_not_see_a_step_that_ended_then() -> None:
    gave_up = job(3, S, S, at=49, copy_at=59, copy_from=49)
    saw_it = job(3, S, S, at=49, copy_at=59, copy_from=57)
    assert seen_by(4, gave_up, job(4, S, R, at=59)) is Turn.SEND
    assert seen_by(4, saw_it, job(4, S, R, at=59)) is Turn.SILENT


def test_a_late_failure_after_a_green_copy_is_announced() -> None:
    assert seen_by(2, job(1, S, S, at=10, copy_at=25), job(2, F, R, at=600)) is Turn.SEND


def test_failure_of_a_job_without_a_copy_is_announced_once() -> None:
    """Job 1 has none. The copy in 2 saw its failure and sent; 3 fails ten minutes later."""
    without = job(1, F, None, at=10)
    assert seen_by(2, without, job(2, S, R, at=9), job(3, R, P), last=True) is Turn.SEND
    assert seen_by(3, without, job(2, S, S, at=9, copy_at=20), job(3, F, R, at=600)) is Turn.SILENT
    assert seen_by(3, job(1, F, None, at=25), job(2, S, S, at=9, copy_at=20), job(3, F, R, at=600)) is Turn.SEND
    assert seen_by(3, without, job(2, S, K), job(3, S, R)) is Turn.SEND


def test_failure_of_a_job_without_a_copy_that_the_first_copy_did_not_see_is_announced_by_the_next() -> None:
    gave_up = job(1, S, S, at=5, copy_from=5, copy_at=15)
    assert seen_by(2, gave_up, job(2, S, R, at=70), job(3, F, None, at=60)) is Turn.SEND
    assert seen_by(2, gave_up, job(2, S, R, at=70), job(3, F, None, at=12)) is Turn.SILENT
    assert (
        seen_by(4, gave_up, job(2, S, S, at=70, copy_at=75), job(3, F, None, at=60), job(4, F, R, at=90)) is Turn.SILENT
    )


def test_without_its_own_step_a_copy_sends() -> None:
    assert turn(Build("o/r", 7, R, (job(1, F, R),))) is Turn.SEND
