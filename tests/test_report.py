"""A build and what was read of its steps become a report."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from plugin.model.build import Build, Job, State, Step
from plugin.model.excerpt import Excerpt, Line
from plugin.model.report import AnalyzedLog, LogSummary, Report
from plugin.report import compose
from plugin.text.state_words import describe_exit_code


def step(number: int, name: str, state: State, **facts: object) -> Step:
    return Step(number=number, name=name, state=state, key=str(number), **facts)  # type: ignore[arg-type]


def excerpt(title: str, pattern: str | None) -> Excerpt:
    return Excerpt(
        ranked=(3,), lines=(Line(3, title, "cause"),), title=title, pattern=pattern, category="test", total_lines=9
    )


def report_of(*steps: Step, logs: dict[tuple[int, int], AnalyzedLog] | None = None, **job: object) -> Report:
    facts = {"number": 1, "name": "ci", "state": State.RUNNING, "current": True, **job}
    build = Build("o/r", 7, State.RUNNING, jobs=(Job(steps=steps, **facts),))  # type: ignore[arg-type]
    return compose(build, logs or {}, server="drone")


def test_a_running_build_is_red_as_soon_as_a_step_failed() -> None:
    report = report_of(step(1, "test", State.FAILURE, exit_code=1), step(2, "notify", State.RUNNING, current=True))
    assert report.state is State.FAILURE
    assert [failure.step for failure in report.failures] == ["test"]


def test_a_running_build_is_green_when_all_that_ended_did_well() -> None:
    report = report_of(step(1, "test", State.SUCCESS, exit_code=0), step(2, "notify", State.RUNNING, current=True))
    assert (report.state, report.failures) == (State.SUCCESS, ())


def test_it_is_running_while_another_job_runs() -> None:
    other = Job(2, "docs", State.RUNNING)
    build = Build("o/r", 7, State.RUNNING, jobs=(Job(1, "ci", State.RUNNING, current=True), other))
    assert compose(build, {}, server="drone").state is State.RUNNING


def test_the_own_step_and_ignored_failures_are_no_failures() -> None:
    report = report_of(
        step(1, "lint", State.FAILURE, exit_code=1, ignored=True), step(2, "notify", State.FAILURE, current=True)
    )
    assert report.failures == ()


def test_a_step_that_never_ended_is_reported_with_the_reason_for_the_suspicion() -> None:
    report = report_of(step(1, "pull", State.RUNNING, suspect="its image could not be pulled"))
    assert (report.failures[0].state, report.failures[0].title) == (State.ERROR, "its image could not be pulled")


def test_errors_of_build_and_job_are_failures_without_a_step() -> None:
    build = Build("o/r", 7, State.ERROR, jobs=(Job(1, "ci", State.ERROR, error="no runner"),), errors=("yaml: line 2",))
    report = compose(build, {}, server="drone")
    assert [(failure.job, failure.step, failure.title) for failure in report.failures] == [
        ("", "", "yaml: line 2"),
        ("ci", "", "no runner"),
    ]


def test_a_known_cause_comes_before_an_unknown_one_and_that_before_none() -> None:
    steps = [step(n, name, State.FAILURE, exit_code=1) for n, name in enumerate(("none", "tail", "known"), 1)]
    logs = {
        (1, 2): AnalyzedLog(LogSummary(9, 1, complete=True, reason=""), excerpt("the end", None)),
        (1, 3): AnalyzedLog(LogSummary(9, 1, complete=True, reason=""), excerpt("boom", "python-traceback")),
    }
    assert [failure.step for failure in report_of(*steps, logs=logs).failures] == ["known", "tail", "none"]


@pytest.mark.parametrize(
    ("found", "error", "title"),
    [
        (excerpt("AssertionError", "pytest"), "oom", "AssertionError"),
        (excerpt("the last line", None), "image not found", "image not found"),
        (excerpt("the last line", None), "", "killed, or out of memory (exit code 137)"),
        (None, "", "killed, or out of memory (exit code 137)"),
    ],
)
def test_the_title_is_the_most_informative_text(found: Excerpt | None, error: str, title: str) -> None:
    logs = {(1, 1): AnalyzedLog(LogSummary(9, 1, complete=True, reason=""), found)}
    failed = step(1, "test", State.KILLED, exit_code=137, error=error)
    assert report_of(failed, logs=logs).failures[0].title == title


@pytest.mark.parametrize(
    ("state", "exit_code", "found", "keyed"),
    [
        pytest.param(State.KILLED, 137, ("the last line", None), 1, id="killed"),
        pytest.param(State.FAILURE, 137, ("the last line", None), 1, id="killed, on servers that say failure"),
        pytest.param(State.FAILURE, 139, ("Segmentation fault", "process-crashed"), 1, id="a symptom only"),
        pytest.param(State.FAILURE, 1, ("the last line", None), 0, id="an exit code only"),
    ],
)
def test_jobs_whose_command_a_signal_ended_have_the_same_key(
    state: State, exit_code: int, found: tuple[str, str | None], keyed: int
) -> None:
    logs = {
        (1, number): AnalyzedLog(
            LogSummary(9, 1, complete=True, reason=""), replace(excerpt(*found), command="make", total_lines=number)
        )
        for number in (1, 2)
    }
    steps = [step(number, "test", state, exit_code=exit_code) for number in (1, 2)]
    keys = {failure.key for failure in report_of(*steps, logs=logs).failures}
    assert len(keys) == 1
    assert sum(map(bool, keys)) == keyed


def test_a_log_that_is_missing_says_why() -> None:
    logs = {(1, 1): AnalyzedLog(LogSummary(0, 0, complete=False, reason="not available after 30 s"), None)}
    log = report_of(step(1, "test", State.FAILURE), logs=logs).failures[0].log
    assert (log.complete, log.reason) == (False, "not available after 30 s")


def test_matrix_values_name_the_job() -> None:
    report = report_of(
        step(1, "test", State.FAILURE, started=5, finished=9), name="", axes=MappingProxyType({"PY": "3.8", "DB": "pg"})
    )
    failure = report.failures[0]
    assert (failure.job, failure.axes, failure.seconds) == ("DB=pg, PY=3.8", (("DB", "pg"), ("PY", "3.8")), 4)


def test_every_text_from_outside_is_redacted() -> None:
    failed = step(1, "s3cret-step", State.FAILURE, error="s3cret in the error")
    job = Job(1, "s3cret-unit", State.FAILURE, steps=(failed,), error="s3cret", axes=MappingProxyType({"K": "s3cret"}))
    build = Build("o/s3cret", 7, State.FAILURE, jobs=(job,), errors=("s3cret build",), branch="s3cret", event="s3cret")
    logs = {(1, 1): AnalyzedLog(LogSummary(0, 0, complete=False, reason="s3cret log"), None)}
    report = compose(
        build, logs, server="drone", notes=["s3cret note"], hide=lambda text: text.replace("s3cret", "***")
    )
    assert "s3cret" not in repr(report)


def test_texts_of_a_server_are_redacted_and_then_shortened() -> None:
    """So that a cut leaves no part of a secret, and a report stays small whatever a server sends."""
    long = "x" * 1_990 + " secret " + "y" * 1_000_000
    job = Job(1, long, State.ERROR, error=long, axes={long: long})
    build = Build(long, 7, State.ERROR, jobs=(job,), errors=(long,), event=long, commit=long, branch=long)
    report = compose(build, {}, server="drone", notes=(long,), hide=lambda text: text.replace("secret", "***"))
    failed = next(one for one in report.failures if one.job)
    texts = (report.repo, report.event, report.branch, failed.job, failed.error, failed.title, *report.notes)
    assert [len(text) for text in (*texts, report.commit)] == [2_000] * 8
    assert not any("s" in text for text in texts)


def test_exit_code_zero_has_no_description() -> None:
    assert describe_exit_code(0) == describe_exit_code(None) == ""
    assert describe_exit_code(3) == "failed (exit code 3)"


def read_as(title: str) -> dict[tuple[int, int], AnalyzedLog]:
    """Return the analyzed log of step 1 with an excerpt that no pattern explains."""
    excerpt = Excerpt(ranked=(1,), lines=(), title=title)
    return {(1, 1): AnalyzedLog(LogSummary(1, 9, complete=True, reason=""), excerpt)}


@pytest.mark.parametrize(
    ("line", "code", "title"),
    [
        ("+ test -f dist/app", 1, "test -f dist/app: failed (exit code 1)"),
        ("+ nosuch", 127, "nosuch: command not found (exit code 127)"),
        ("building", 137, "killed, or out of memory (exit code 137)"),
        ("building", -1, "killed by a signal (exit code -1)"),
        ("building", 1, "building"),
    ],
)
def test_neither_a_trace_nor_the_last_line_before_a_signal_is_a_title(line: str, code: int, title: str) -> None:
    failed = step(1, "test", State.FAILURE, exit_code=code)

    assert report_of(failed, logs=read_as(line)).failures[0].title == title
