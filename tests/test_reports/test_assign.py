"""Reports of the workspace, and the step that each belongs to."""

import os
import time
from pathlib import Path

import pytest

from plugin.model.build import Build, Job, State, Step
from plugin.model.tests import StepTests
from plugin.test_reports.assign import tests_of as assign

BEGAN = int(time.time()) - 1000
REPORT = (
    '<testsuite name="s"><testcase name="good"/><testcase classname="Cart" name="bad"><failure message="no"/>'
    "</testcase></testsuite>"
)


def step(number: int, state: State, started: int = 0, finished: int = 0, **more: bool) -> Step:
    """Return a step whose times are seconds since the start of the job."""
    times = {"started": BEGAN + started if started else 0, "finished": BEGAN + finished if finished else 0}
    return Step(number, f"step-{number}", state, str(number), **times, **more)  # type: ignore[arg-type]


def build(*steps: Step, current: bool = True) -> Build:
    reporter = step(99, State.RUNNING, 500, current=True)
    return Build(
        "octo/shop", 1, State.FAILURE, (Job(1, "", State.FAILURE, (*steps, reporter), current=current, started=BEGAN),)
    )


FAILED = step(2, State.FAILURE, 100, 200)
PASSED = step(1, State.SUCCESS, 1, 99)


def write(workspace: Path, name: str, after: float, text: str = REPORT) -> Path:
    """Write a report, last changed some seconds after the start of the job."""
    path = workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (BEGAN + after, BEGAN + after))
    return path


def found(some: Build, workspace: Path, *patterns: str) -> tuple[dict[int, StepTests], list[str]]:
    tests, notes = assign(some, str(workspace), patterns or ("auto",))
    return {key[1]: value for key, value in tests.items()}, list(notes)


def test_a_report_belongs_to_the_step_during_which_it_was_written(tmp_path: Path) -> None:
    write(tmp_path, "build/TEST-cart.xml", 150)
    tests, notes = found(build(PASSED, FAILED), tmp_path)
    assert notes == []
    assert [(test.class_name, test.name, test.message) for test in tests[2].failed] == [("Cart", "bad", "no")]
    assert (tests[2].reports, tests[2].total, tests[2].flaky) == (("build/TEST-cart.xml",), 2, ())


def test_reports_of_one_step_are_added_up(tmp_path: Path) -> None:
    write(tmp_path, "a/TEST-a.xml", 150)
    write(tmp_path, "b/TEST-b.xml", 160)
    tests, _ = found(build(FAILED), tmp_path)
    assert (len(tests[2].failed), tests[2].total, len(tests[2].reports)) == (2, 4, 2)


def test_a_report_that_a_passed_step_wrote_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, "junit.xml", 50)
    assert found(build(PASSED, FAILED), tmp_path) == ({}, [])


def test_a_report_that_was_written_in_no_step_belongs_to_none(tmp_path: Path) -> None:
    write(tmp_path, "junit.xml", 300)
    assert found(build(PASSED, FAILED), tmp_path) == ({}, [])


@pytest.mark.parametrize("other", [State.FAILURE, State.SUCCESS])
def test_a_report_that_two_steps_may_have_written_belongs_to_neither(tmp_path: Path, other: State) -> None:
    write(tmp_path, "junit.xml", 150)
    tests, notes = found(build(FAILED, step(3, other, 120, 180)), tmp_path)
    assert tests == {}
    assert notes == ["test report junit.xml may be of step step-2 or step-3; it was left out"]


def test_steps_without_times_may_have_run_at_any_time(tmp_path: Path) -> None:
    write(tmp_path, "junit.xml", 150)
    assert set(found(build(step(2, State.FAILURE)), tmp_path)[0]) == {2}
    assert found(build(step(2, State.FAILURE), step(3, State.FAILURE)), tmp_path)[0] == {}


def test_a_report_older_than_the_job_is_left_out_and_named(tmp_path: Path) -> None:
    for number in range(5):
        write(tmp_path, f"old/junit-{number}.xml", -3600)
    tests, notes = found(build(FAILED), tmp_path)
    assert tests == {}
    assert notes == [
        "test reports older than this job were left out: old/junit-0.xml, old/junit-1.xml, old/junit-2.xml and 2 more"
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("<testsuite>", "it is no well-formed XML: no element found: line 1, column 11"),
        ("<project/>", "its root element <project> is that of no known format"),
        ("<!DOCTYPE a><testsuite/>", "it has a document type (DOCTYPE), which is refused"),
    ],
)
def test_a_report_that_cannot_be_read_is_a_note(tmp_path: Path, text: str, reason: str) -> None:
    write(tmp_path, "junit.xml", 150, text)
    write(tmp_path, "TEST-good.xml", 150)
    tests, notes = found(build(FAILED), tmp_path)
    assert notes == [f"test report junit.xml was not read: {reason}"]
    assert tests[2].reports == ("TEST-good.xml",)


def test_nothing_of_a_report_counts_that_breaks_off(tmp_path: Path) -> None:
    write(tmp_path, "junit.xml", 150, REPORT.removesuffix("</testsuite>"))
    assert found(build(FAILED), tmp_path)[0] == {}


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    outside = write(tmp_path, "outside/junit.xml", 150)
    (workspace / "junit-link.xml").symlink_to(outside)
    (workspace / "folder").symlink_to(outside.parent)
    os.mkfifo(workspace / "junit-pipe.xml")
    tests, notes = found(build(step(2, State.FAILURE, 100)), workspace)
    assert tests == {}
    assert notes == [
        "test report junit-link.xml was not read: it is a symbolic link, which is not read",
        "test report junit-pipe.xml was not read: it is a pipe, which is not read",
    ]


def test_a_large_report_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, "junit.xml", 150)
    with path.open("ab") as file:
        file.truncate(64 * 1024 * 1024)
    os.utime(path, (BEGAN + 150, BEGAN + 150))
    assert found(build(FAILED), tmp_path)[1] == ["test report junit.xml was not read: it is larger than 32 MiB"]


def test_only_files_that_match_are_read(tmp_path: Path) -> None:
    for name in ("out/deep/er/report-1.xml", "out/report-2.txt", "node_modules/x/junit.xml", "junit.xml"):
        write(tmp_path, name, 150)
    assert found(build(FAILED), tmp_path)[0][2].reports == ("junit.xml",)
    assert found(build(FAILED), tmp_path, "out/**/*.xml")[0][2].reports == ("out/deep/er/report-1.xml",)
    assert found(build(FAILED), tmp_path, "./out/report-?.txt")[0][2].reports == ("out/report-2.txt",)


@pytest.mark.parametrize("pattern", ["/etc/*.xml", "../*.xml", "a/../../*.xml"])
def test_a_pattern_outside_of_the_workspace_is_a_note(tmp_path: Path, pattern: str) -> None:
    assert found(build(FAILED), tmp_path, pattern)[1] == [
        f"setting `test_reports`: {pattern} is not inside the workspace; name a relative path"
    ]


def test_other_jobs_and_green_jobs_are_not_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "junit.xml", 150)
    assert found(build(FAILED, current=False), tmp_path) == ({}, [])
    assert found(build(PASSED), tmp_path) == ({}, [])


def test_a_workspace_that_is_gone_has_no_reports(tmp_path: Path) -> None:
    assert found(build(FAILED), tmp_path / "gone") == ({}, [])
    assert assign(build(FAILED), "", ("auto",)) == ({}, ())
