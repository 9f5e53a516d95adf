"""What a build means for its branch, by the server's list of builds."""

from dataclasses import replace

import pytest

from plugin.model.build import EarlierBuild, State
from plugin.model.notify import BuildLine, BuildOutcome, News, line_of
from plugin.model.report import Report
from plugin.notify.outcome import outcome_of
from tests.render.samples import failure, report

MAIN = BuildLine("branch", "main")
RED, GREEN = State.FAILURE, State.SUCCESS


def build(number: int, state: State, **facts: str) -> EarlierBuild:
    given = {"branch": "main", "event": "push", "ref": "refs/heads/main", **facts}
    return EarlierBuild(number, state, started=number * 100, **given)


def of(state: State, *builds: EarlierBuild, same: bool | None = None, line: BuildLine = MAIN) -> BuildOutcome:
    failures = (failure("test", None),) if state is RED else ()
    return outcome_of(made(state, failures), line, builds, same=same)


def made(state: State, failures: tuple[object, ...] = ()) -> Report:
    return replace(report(), number=50, state=state, failures=failures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "state", "same", "news"),
    [
        pytest.param((), RED, None, News.FIRST_FAILURE, id="no earlier build"),
        pytest.param((build(49, GREEN),), RED, None, News.FIRST_FAILURE, id="green before"),
        pytest.param((build(49, RED),), RED, True, News.STILL_FAILING, id="same failure"),
        pytest.param((build(49, RED),), RED, False, News.OTHER_FAILURE, id="another failure"),
        pytest.param((build(49, RED),), RED, None, News.STILL_FAILING, id="not compared"),
        pytest.param((build(49, RED), build(48, GREEN)), GREEN, None, News.FIXED, id="fixed"),
        pytest.param((build(49, GREEN), build(48, RED)), GREEN, None, News.PASSED, id="still green"),
        pytest.param((), GREEN, None, News.PASSED, id="first build is green"),
        pytest.param((build(49, State.CANCELED), build(48, RED)), GREEN, None, News.FIXED, id="canceled between"),
        pytest.param((build(49, State.RUNNING), build(48, RED)), GREEN, None, News.FIXED, id="running between"),
        pytest.param((build(49, RED),), State.UNKNOWN, None, News.UNKNOWN, id="unknown"),
    ],
)
def test_news(before: tuple[EarlierBuild, ...], state: State, *, same: bool | None, news: News) -> None:
    assert of(state, *before, same=same).news is news


@pytest.mark.parametrize("state", [State.CANCELED, State.DECLINED, State.SKIPPED, State.BLOCKED, State.RUNNING])
def test_a_build_that_did_not_end_by_itself_is_silent(state: State) -> None:
    found = of(state, build(49, GREEN))
    assert found.news is News.SILENT
    assert found.why_silent


def test_a_superseded_build_is_silent() -> None:
    found = of(RED, build(51, State.RUNNING), build(49, GREEN))
    assert (found.news, found.why_silent) == (News.SILENT, "build 51 is newer")


def test_a_newer_build_of_another_branch_supersedes_nothing() -> None:
    assert of(RED, build(51, RED, branch="next"), build(49, GREEN)).news is News.FIRST_FAILURE


def test_a_fix_names_the_series_of_failures_and_the_last_good_build() -> None:
    found = of(GREEN, build(49, RED), build(48, RED, event="cron"), build(47, GREEN), build(46, RED))
    assert found.first_failed == build(48, RED, event="cron")
    assert found.failed_builds == 2
    assert found.last_good == build(47, GREEN)


def test_a_list_that_was_not_read_hides_no_failure_and_claims_no_fix() -> None:
    assert outcome_of(made(RED), MAIN, None, same=None).news is News.FIRST_FAILURE
    assert outcome_of(made(GREEN), MAIN, None, same=None).news is News.PASSED


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ("push", MAIN),
        ("cron", MAIN),
        ("manual", MAIN),
        ("custom", MAIN),
        ("promote", BuildLine("environment", "prod")),
        ("rollback", BuildLine("environment", "prod")),
        ("deployment", BuildLine("environment", "prod")),
        ("pull_request", BuildLine("reference", "refs/pull/7/head")),
        ("tag", BuildLine("none")),
        ("release", BuildLine("none")),
    ],
)
def test_line_of_an_event(event: str, line: BuildLine) -> None:
    assert line_of(event, "main", "refs/pull/7/head", "prod") == line


def test_deployments_are_compared_by_environment() -> None:
    production = BuildLine("environment", "prod")
    before = (
        build(49, GREEN, event="promote", environment="staging"),
        build(48, RED, event="rollback", environment="prod"),
        build(47, GREEN, event="push"),
    )
    found = of(GREEN, *before, line=production)
    assert (found.news, found.first_failed) == (News.FIXED, before[1])


def test_a_tag_has_no_history() -> None:
    before = (build(49, RED, event="tag", ref="refs/tags/v1"), build(51, RED, event="tag", ref="refs/tags/v3"))
    assert of(RED, *before, line=BuildLine("none")).news is News.FIRST_FAILURE
    assert of(GREEN, *before, line=BuildLine("none")).news is News.PASSED


def test_other_red_branches_are_counted_by_their_newest_finished_build() -> None:
    found = of(
        RED,
        build(49, RED),
        build(48, State.RUNNING, branch="a"),
        build(47, RED, branch="a"),
        build(46, GREEN, branch="b"),
        build(45, RED, branch="b"),
        build(44, RED, branch="c", event="cron"),
        build(43, RED, branch="main", event="pull_request", ref="refs/pull/7/head"),
    )
    assert found.other_red_lines == 2
