"""Variables for scripts: safe to read by a shell, whatever a log says."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from plugin.model.report import Report
from plugin.model.verdict import Verdict, VerdictKind
from plugin.render import render_for
from plugin.render.env import render
from tests.render.samples import KILLED, LINT, SAMPLES, failure, report


def variables(some: Report) -> dict[str, str]:
    return dict(line.split("=", 1) for line in render(some).splitlines())


def test_the_variables_are_those_of_the_first_failure() -> None:
    lint = failure("lint", LINT)
    assert variables(report(lint, failure("test", None), verdict=Verdict(VerdictKind.NEW, 2, "main"))) == {
        "FAILURE_KEY": lint.key,
        "FAILURE_CATEGORY": "lint",
        "FAILURE_VERDICT": "new",
        "FAILURE_RETRYABLE": "false",
    }


def test_a_green_build_has_empty_variables() -> None:
    assert render(SAMPLES["green"]) == "FAILURE_KEY=\nFAILURE_CATEGORY=\nFAILURE_VERDICT=\nFAILURE_RETRYABLE=false\n"


NETWORK = replace(LINT, category="infrastructure")


@pytest.mark.parametrize(
    ("some", "retryable"),
    [
        (report(failure("lint", NETWORK)), "true"),
        (report(failure("lint", NETWORK), failure("test", LINT)), "false"),
        (report(failure("lint", NETWORK), failure("test", None)), "false"),
        (report(failure("lint", LINT), verdict=Verdict(VerdictKind.FLAKY, 2, "main")), "true"),
        (report(failure("lint", KILLED)), "false"),
    ],
)
def test_only_infrastructure_and_flaky_failures_are_retryable(some: Report, retryable: str) -> None:
    assert variables(some)["FAILURE_RETRYABLE"] == retryable


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shell_reads_the_file_and_runs_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "failure-alert.env"
    path.write_text(render_for(SAMPLES[name], "failure-alert.env"))
    shell = f'set -eu; . {path}; echo "$FAILURE_KEY|$FAILURE_CATEGORY|$FAILURE_VERDICT|$FAILURE_RETRYABLE"'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip().split("|") == list(variables(SAMPLES[name]).values())
    assert done.stderr == ""
    assert sorted(tmp_path.iterdir()) == [path]
