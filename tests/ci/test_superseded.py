"""A build that a newer one of its pull request superseded was canceled; nothing failed by that, nothing is unknown."""

import json
from dataclasses import replace

import pytest

from plugin.ci.servers import woodpecker
from plugin.ci.superseded import with_supersession
from plugin.model.build import Build, EarlierBuild, Job, State, Step
from plugin.model.report import Report
from plugin.render import FORMATS
from plugin.report import compose
from tests.render.comments import shown_of

REF = "refs/pull/7/head"
KILLED = Step(2, "test", State.KILLED, "2", 137)
BUILD = Build(
    "octo/app",
    8,
    State.KILLED,
    (Job(1, "linux", State.KILLED, (Step(1, "lint", State.SUCCESS, "1", 0), KILLED)),),
    event="pull_request",
    commit="aaa",
    ref=REF,
    url="https://ci.example.com/8",
)
NEWER = EarlierBuild(9, State.RUNNING, "main", "pull_request", "bbb", REF)


def report_of(build: Build, *seen: EarlierBuild) -> Report:
    return compose(with_supersession(build, seen), {}, server="woodpecker", environment="killed")


@pytest.mark.parametrize(
    "report", [report_of(BUILD, NEWER), report_of(replace(BUILD, superseded_by=9))], ids=["seen", "named by the server"]
)
def test_the_report_says_that_the_build_was_superseded(report: Report) -> None:
    assert (report.state, report.failures, report.reason) == (State.CANCELED, (), "")
    for name in ("text", "markdown", "html"):
        assert "was canceled, superseded by build 9" in FORMATS[name](report)


def test_the_comment_says_so_too() -> None:
    heading = shown_of(report_of(BUILD, NEWER)).partition("\n")[0]
    assert heading == "### ⏹ [Build 8](https://ci.example.com/8) was canceled — superseded by build 9"


def test_a_step_that_failed_before_stays_failed() -> None:
    failed = Step(1, "lint", State.FAILURE, "1", 1)
    report = report_of(replace(BUILD, jobs=(Job(1, "linux", State.KILLED, (failed, KILLED)),)), NEWER)
    assert report.state is State.FAILURE
    assert [failure.step for failure in report.failures] == ["lint"]


@pytest.mark.parametrize(
    "seen",
    [
        replace(NEWER, number=7),
        replace(NEWER, ref="refs/pull/8/head"),
        replace(NEWER, event="push"),
        replace(NEWER, commit="aaa"),
    ],
    ids=["older", "another pull request", "push", "restart of the same commit"],
)
def test_other_builds_supersede_nothing(seen: EarlierBuild) -> None:
    assert with_supersession(BUILD, [seen]) == BUILD


def test_a_build_that_was_not_stopped_is_not_superseded() -> None:
    running = replace(BUILD, state=State.RUNNING)
    assert with_supersession(running, [NEWER]) == running


def test_woodpecker_names_the_newer_build() -> None:
    answer = json.loads('{"number": 8, "status": "killed", "cancel_info": {"superseded_by": 9}}')
    assert woodpecker._build(answer, "octo/app").superseded_by == 9
