"""The state of a build: the server's answer and the environment's word together, row by row."""

from dataclasses import replace

import pytest

from plugin.model.build import Build, Job, State, Step
from plugin.model.build_state import job_state, result

OWN = Step(9, "why", State.RUNNING, "9", current=True)
COPY = replace(OWN, current=False)
PASSED = Step(1, "test", State.SUCCESS, "1", exit_code=0)
FAILED = Step(1, "test", State.FAILURE, "1", exit_code=1)
RUNNING_BESIDE = Step(2, "slow", State.RUNNING, "2", awaited=True)


def job(*steps: Step, number: int = 1, state: State = State.RUNNING, current: bool = True, **more: object) -> Job:
    return Job(number, f"job-{number}", state, (*steps, *((OWN,) if current else ())), current=current, **more)  # type: ignore[arg-type]


def other(state: State, *steps: Step, **more: object) -> Job:
    return job(*steps, number=2, state=state, current=False, **more)


def build(*jobs: Job, state: State = State.RUNNING, errors: tuple[str, ...] = ()) -> Build:
    return Build("octo/app", 7, state, jobs, errors=errors)


GREEN = job(PASSED)
FAILURE = {
    "failed step": build(job(FAILED)),
    "killed step": build(job(replace(FAILED, state=State.KILLED, exit_code=137))),
    "step that could not start": build(job(replace(FAILED, state=State.ERROR))),
    "suspect: its image was not pulled": build(job(replace(PASSED, state=State.RUNNING, suspect="no image"))),
    "failed step of another job that still runs": build(GREEN, other(State.RUNNING, FAILED)),
    "failed job without steps": build(GREEN, other(State.ERROR, error="no runner")),
    "failed job in which only an ignored step failed": build(
        GREEN, other(State.FAILURE, replace(FAILED, ignored=True))
    ),
    "error of the build": build(state=State.ERROR, errors=("yaml: line 3",)),
    "failed build that lists no failure": build(other(State.SUCCESS, PASSED), state=State.FAILURE),
    "failed build that lists no job": build(state=State.KILLED),
    "failed step beside a canceled job": build(job(FAILED), other(State.CANCELED)),
    "failed step beside an unknown word": build(job(FAILED), other(State.UNKNOWN)),
    "failed step of a canceled build": build(job(FAILED), state=State.CANCELED),
}
PASSED_OR_CONTRADICTED = {
    "all steps passed": build(GREEN),
    "own job has no other step": build(job()),
    "ignored failure": build(job(replace(FAILED, ignored=True))),
    "the own step failed before": build(
        Job(1, "ci", State.RUNNING, (PASSED, replace(OWN, state=State.FAILURE)), current=True)
    ),
    "another job passed": build(GREEN, other(State.SUCCESS, PASSED)),
    "another job was skipped": build(GREEN, other(State.SKIPPED)),
    "a stage whose failure is ignored": build(GREEN, other(State.FAILURE, replace(FAILED, ignored=True), ignored=True)),
    "a step for failures only, skipped or still pending": build(
        job(PASSED, replace(PASSED, number=10, state=State.PENDING))
    ),
    "a finished build": build(other(State.SUCCESS, PASSED), state=State.SUCCESS),
    "another job in which a copy runs": build(GREEN, other(State.RUNNING, PASSED, replace(OWN, current=False))),
}
UNFINISHED = {
    "another job runs": build(GREEN, other(State.RUNNING, PASSED)),
    "another job waits": build(GREEN, other(State.PENDING)),
    "one is blocked, another runs": build(GREEN, other(State.BLOCKED), job(number=3, current=False)),
    "a step runs beside": build(job(PASSED, RUNNING_BESIDE)),
    "a step before the own one waits": build(job(PASSED, replace(RUNNING_BESIDE, state=State.PENDING))),
}
UNKNOWN = {
    "no job listed, running": build(),
    "no job listed, passed": build(state=State.SUCCESS),
    "no job listed, pending": build(state=State.PENDING),
    "unknown word for the build": build(GREEN, state=State.UNKNOWN),
    "unknown word for the own job": build(job(PASSED, state=State.UNKNOWN)),
    "unknown word for another job": build(GREEN, other(State.UNKNOWN)),
    "unknown word for a step": build(job(replace(PASSED, state=State.UNKNOWN))),
    "unknown word for a step of a job that passed": build(
        GREEN, other(State.SUCCESS, replace(PASSED, state=State.UNKNOWN))
    ),
    "unknown word while another job runs": build(job(replace(PASSED, state=State.UNKNOWN)), other(State.RUNNING)),
}
AS_THE_SERVER_SAYS = {
    f"{state} {what}": (answer, state)
    for state in (State.CANCELED, State.DECLINED, State.BLOCKED, State.SKIPPED)
    for what, answer in {
        "build": build(GREEN, state=state),
        "build without jobs": build(state=state),
        "only job": build(other(state)),
        "all jobs": build(other(state), job(number=3, state=state, current=False)),
    }.items()
} | {
    f"{state} {what}": (answer, state)
    for state in (State.CANCELED, State.DECLINED, State.BLOCKED)
    for what, answer in {
        "other job": build(GREEN, other(state)),
        "step": build(job(replace(PASSED, state=state))),
    }.items()
}


@pytest.mark.parametrize("environment", ["failure", "success", ""])
@pytest.mark.parametrize("answer", FAILURE.values(), ids=FAILURE)
def test_a_failure_that_counts_is_failed(answer: Build, environment: str) -> None:
    assert result(answer, environment).state is State.FAILURE


@pytest.mark.parametrize("answer", PASSED_OR_CONTRADICTED.values(), ids=PASSED_OR_CONTRADICTED)
def test_no_failure_is_passed_unless_the_environment_says_failure(answer: Build) -> None:
    assert {result(answer, environment).state for environment in ("success", "")} == {State.SUCCESS}
    contradicted = result(answer, "failure")
    assert contradicted.state is State.UNKNOWN
    assert "the CI says failure, its API lists no failed step" in contradicted.reason


@pytest.mark.parametrize("answer", UNFINISHED.values(), ids=UNFINISHED)
def test_other_jobs_that_run_are_waited_for_unless_the_environment_says_failure(answer: Build) -> None:
    assert {result(answer, environment).state for environment in ("success", "")} == {State.RUNNING}
    assert result(answer, "failure").state is State.UNKNOWN
    assert "`wait`" in result(answer, "failure").reason


@pytest.mark.parametrize("environment", ["failure", "success", ""])
@pytest.mark.parametrize("answer", UNKNOWN.values(), ids=UNKNOWN)
def test_an_answer_that_leaves_the_state_open_is_unknown(answer: Build, environment: str) -> None:
    found = result(answer, environment)
    assert found.state is State.UNKNOWN
    assert "`server" in found.reason


@pytest.mark.parametrize("environment", ["failure", "success", ""])
@pytest.mark.parametrize(("answer", "state"), AS_THE_SERVER_SAYS.values(), ids=AS_THE_SERVER_SAYS)
def test_a_stopped_build_has_the_state_of_the_server(answer: Build, state: State, environment: str) -> None:
    assert result(answer, environment).state is state


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ("failure", State.FAILURE),
        ("error", State.FAILURE),
        ("killed", State.FAILURE),
        ("success", State.UNKNOWN),
        ("running", State.UNKNOWN),
        ("", State.UNKNOWN),
        ("something new", State.UNKNOWN),
    ],
)
def test_an_unread_build_is_never_passed(environment: str, state: State) -> None:
    found = result(None, environment, "HTTP 401; set `token`")
    assert (found.state, found.reason) == (state, "HTTP 401; set `token`")


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        (build(job(FAILED), other(State.SUCCESS)), [State.FAILURE, State.SUCCESS]),
        (build(job(PASSED, RUNNING_BESIDE), other(State.PENDING)), [State.RUNNING, State.PENDING]),
        (build(job(replace(PASSED, state=State.CANCELED)), other(State.RUNNING)), [State.CANCELED, State.RUNNING]),
        (build(GREEN, other(State.ERROR)), [State.SUCCESS, State.FAILURE]),
        (build(GREEN, other(State.RUNNING, PASSED, COPY)), [State.SUCCESS, State.SUCCESS]),
        (build(GREEN, other(State.RUNNING, PASSED, replace(COPY, state=State.PENDING))), [State.SUCCESS] * 2),
        (build(GREEN, other(State.RUNNING, FAILED, COPY)), [State.SUCCESS, State.FAILURE]),
        (
            build(GREEN, other(State.RUNNING, replace(PASSED, state=State.UNKNOWN), COPY)),
            [State.SUCCESS, State.UNKNOWN],
        ),
        (build(GREEN, other(State.RUNNING, RUNNING_BESIDE, COPY)), [State.SUCCESS, State.RUNNING]),
        (build(GREEN, other(State.PENDING, COPY)), [State.SUCCESS, State.PENDING]),
    ],
)
def test_state_of_each_job(answer: Build, states: list[State]) -> None:
    assert [job_state(one, answer) for one in answer.jobs] == states
