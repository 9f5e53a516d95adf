"""Variables for scripts: safe to read by a shell, whatever a log says."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin.model.excerpt import Excerpt
from plugin.model.report import Failure, Report
from plugin.model.verdict import FailureVerdict, KnownIssue, Verdict, VerdictKind
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
        "FAILURE_KNOWN_ISSUE": "false",
        "FAILURE_KNOWN_ACTION": "",
    }


def test_a_green_build_has_empty_variables() -> None:
    assert render(SAMPLES["green"]) == (
        "FAILURE_KEY=\nFAILURE_CATEGORY=\nFAILURE_VERDICT=\nFAILURE_RETRYABLE=false\n"
        "FAILURE_KNOWN_ISSUE=false\nFAILURE_KNOWN_ACTION=\n"
    )


NETWORK = replace(LINT, category="infrastructure")


def known(found: Excerpt, action: str, *decides_nothing: str) -> Failure:
    reasons: dict[str, Any] = dict.fromkeys(decides_nothing, True)
    issue = replace(KnownIssue("proxy", action=action), **reasons)
    return failure("lint", found, verdict=FailureVerdict(known_issue=issue))


@pytest.mark.parametrize(
    ("some", "retryable"),
    [
        (report(failure("lint", NETWORK)), "true"),
        (report(failure("lint", NETWORK), failure("test", LINT)), "false"),
        (report(failure("lint", NETWORK), failure("test", None)), "false"),
        (report(failure("lint", LINT), verdict=Verdict(VerdictKind.FLAKY, 2, "main")), "true"),
        (report(failure("lint", KILLED)), "false"),
        (report(known(LINT, "retry")), "true"),
        (report(known(LINT, "retry"), failure("test", LINT)), "false"),
        (report(known(LINT, "retry"), failure("test", NETWORK)), "true"),
        (report(known(LINT, "retry", "untrusted")), "false"),
        (report(known(LINT, "retry", "expired")), "false"),
        (report(known(LINT, "")), "false"),
        (report(known(NETWORK, "")), "true"),
        (report(known(NETWORK, "wait")), "false"),
    ],
)
def test_infrastructure_flaky_failures_and_known_issues_to_retry_are_retryable(some: Report, retryable: str) -> None:
    assert variables(some)["FAILURE_RETRYABLE"] == retryable
    assert json.loads(render_for(some, "x.json"))["retryable"] is (retryable == "true")


def test_a_known_issue_that_decides_nothing_is_none_for_scripts() -> None:
    names = ("FAILURE_KNOWN_ISSUE", "FAILURE_KNOWN_ACTION")
    for reasons, expected in (((), ["true", "ask"]), (("partial",), ["false", ""])):
        found = variables(report(known(LINT, "ask", *reasons)))
        assert [found[name] for name in names] == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shell_reads_the_file_and_runs_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "failure-alert.env"
    path.write_text(render_for(SAMPLES[name], "failure-alert.env"))
    names = "|".join(f"${name}" for name in variables(SAMPLES[name]))
    shell = f'set -eu; . {path}; echo "{names}"'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip().split("|") == list(variables(SAMPLES[name]).values())
    assert done.stderr == ""
    assert sorted(tmp_path.iterdir()) == [path]
