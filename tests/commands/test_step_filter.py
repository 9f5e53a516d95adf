"""Settings `steps` and `ignore_steps` leave steps out, on every server; what is left out is named, never hidden."""

from pathlib import Path

import pytest

from plugin.commands.step_filter import StepFilter
from plugin.model.build import Build, Job, State, Step
from tests.commands.test_step import PULL, Run, run
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, build, job

LINT = TrueStep("lint", code=1, log="+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
TEST = TrueStep("test", code=1, log="+ pytest\nE   AssertionError: 1 != 2\n")
EVENT = {"event": "pull_request", "pull": PULL, "source": "fix"}
SERVERS = pytest.mark.parametrize("generation", FAKES)


def report_on(generation: str, built: TrueBuild, workspace: Path, forge: GiteaFake, **settings: str) -> Run:
    with FAKES[generation](built) as server:
        server.repo = forge.repo
        token = getattr(server, "token", "") or "ci-token-of-a-reader"
        return run(server, workspace, forge, **{"TOKEN": token, **settings})


@SERVERS
def test_failure_of_an_ignored_step_is_left_out(generation: str, tmp_path: Path) -> None:
    with GiteaFake() as forge:
        done = report_on(generation, build(LINT, TEST, **EVENT), tmp_path, forge, IGNORE_STEPS="lint")
        (comment,) = forge.texts(PULL)
    assert "failed in 1 step" in done.summary
    assert "F401" not in done.summary + comment
    assert "AssertionError" in done.summary
    assert "left out by the setting" in done.summary


@SERVERS
def test_only_named_steps_are_reported(generation: str, tmp_path: Path) -> None:
    with GiteaFake() as forge:
        done = report_on(generation, build(LINT, TEST, **EVENT), tmp_path, forge, STEPS="te*")
    assert "failed in 1 step" in done.summary
    assert "F401" not in done.summary


@SERVERS
def test_no_comment_is_created_if_only_ignored_steps_failed(generation: str, tmp_path: Path) -> None:
    with GiteaFake() as forge:
        done = report_on(generation, build(TrueStep("test"), LINT, **EVENT), tmp_path, forge, IGNORE_STEPS="li*")
        assert forge.texts(PULL) == []
    assert done.code == 0
    assert "passed, except for steps that settings leave out" in done.summary
    assert "lint" in done.summary
    assert "F401" not in done.summary


@SERVERS
def test_comment_turns_green_if_only_ignored_steps_fail(generation: str, tmp_path: Path) -> None:
    with GiteaFake() as forge:
        report_on(generation, build(TEST, number=41, **EVENT), tmp_path, forge, IGNORE_STEPS="lint")
        report_on(generation, build(TrueStep("test"), LINT, **EVENT), tmp_path, forge, IGNORE_STEPS="lint")
        (comment,) = forge.texts(PULL)
    assert "❌" not in comment
    assert "✅" in comment


@SERVERS
def test_result_is_unknown_if_steps_did_not_run_after_an_ignored_failure(generation: str, tmp_path: Path) -> None:
    skipped = TrueStep("test", fate=Fate.PASSED)
    with GiteaFake() as forge:
        report_on(generation, build(TEST, number=41, **EVENT), tmp_path, forge, IGNORE_STEPS="lint")
        done = report_on(generation, build(LINT, skipped, **EVENT), tmp_path, forge, IGNORE_STEPS="lint")
        (comment,) = forge.texts(PULL)
    assert "passed" not in done.summary
    assert "these steps did not run: test" in done.summary
    assert "✅" not in comment


@SERVERS
def test_ignored_failure_of_another_job_is_left_out(generation: str, tmp_path: Path) -> None:
    other = job(LINT, current=False, name="checks", fate=Fate.ENDED)
    built = TrueBuild(jobs=(job(TrueStep("test"), name="main"), other), **EVENT)  # type: ignore[arg-type]
    with GiteaFake() as forge:
        done = report_on(generation, built, tmp_path, forge, IGNORE_STEPS="lint")
        assert forge.texts(PULL) == []
    assert "failed in" not in done.summary
    assert "left out by the setting" in done.summary


def test_name_that_matches_no_step_is_named(tmp_path: Path) -> None:
    with GiteaFake() as forge:
        done = report_on("drone-2", build(TEST, **EVENT), tmp_path, forge, IGNORE_STEPS="lnit")
    assert "no step of this build has a name in the setting `steps` or `ignore_steps`: lnit" in done.summary


def test_ignore_steps_takes_precedence_over_steps() -> None:
    failed = Build("octo/app", 1, State.FAILURE, jobs=(Job(1, "a", State.FAILURE, steps=(_step(1, "test-slow"),)),))
    assert StepFilter(("test-*",), ("*slow",)).apply(failed).state is State.SUCCESS
    assert StepFilter(("test-*",)).apply(failed) == failed


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("test", "test", True),
        ("test", "test2", False),
        ("*", "any\nname", True),
        ("a.c", "abc", False),
        ("[a]*", "a", False),
    ],
)
def test_only_an_asterisk_is_special_in_a_name(pattern: str, name: str, matches: bool) -> None:  # noqa: FBT001
    (step,) = (
        StepFilter(ignore_steps=(pattern,))
        .apply(Build("r", 1, State.FAILURE, jobs=(Job(1, "a", State.FAILURE, (_step(1, name),)),)))
        .jobs[0]
        .steps
    )
    assert step.left_out is matches


def test_failures_of_the_build_and_of_jobs_are_never_left_out() -> None:
    steps = (_step(1, "lint"),)
    broken = Job(1, "a", State.ERROR, steps=steps, error="the runner is away")
    assert StepFilter(ignore_steps=("*",)).apply(Build("r", 1, State.FAILURE, jobs=(broken,))).state is State.FAILURE
    invalid = Build("r", 1, State.ERROR, jobs=(Job(1, "a", State.FAILURE, steps),), errors=("invalid pipeline file",))
    assert StepFilter(ignore_steps=("*",)).apply(invalid).state is State.ERROR


def _step(number: int, name: str) -> Step:
    return Step(number, name, State.FAILURE, "", exit_code=1)
