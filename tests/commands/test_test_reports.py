"""Test reports in a whole run, on each server: shown, counted, redacted, and never a failed step of their own."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

GENERATIONS = ("drone-0.8", "drone-2", "woodpecker-2.6", "woodpecker-3.17", "harness")
SECRET = "hunter2-is-a-secret"
Report = dict[str, Any]
REPORT = f"""<testsuite name="s">{"<testcase classname='Cart' name='good'/>" * 3}
<testcase classname="Cart" name="sums"><failure message="wrong: {SECRET}">at Cart.java:12</failure></testcase>
<testcase classname="Cart" name="waits"><flakyFailure message="slow"/></testcase></testsuite>"""


def run(generation: str, workspace: Path, report: str = REPORT, **settings: str) -> tuple[Report, str]:
    """Run the step in a workspace with a report that its failed step wrote; return its JSON and what it printed."""
    with FAKES[generation](build(TrueStep("unit-test", code=1, log="+ make test\ntests are red\n"))) as server:
        environ = {
            **server.environ(),
            "CI_WORKSPACE": str(workspace),
            "DRONE_WORKSPACE": str(workspace),
            "SHOP_PASSWORD": SECRET,
            "PLUGIN_TOKEN": server.token,
            "PLUGIN_OUTPUT": "report.json,failure-summary.md",
            "PLUGIN_BASELINE": "off",
            "PLUGIN_WAIT": "0",
            **{f"PLUGIN_{name}": text for name, text in settings.items()},
        }
        path = workspace / "target" / "TEST-cart.xml"
        path.parent.mkdir()
        path.write_text(report)
        moment = _step_time(environ, workspace)
        os.utime(path, (moment, moment))
        printed = io.BytesIO()
        assert PluginStep(environ, printed, io.StringIO()).run() == 0
    return json.loads((workspace / "report.json").read_text("utf-8")), printed.getvalue().decode()


def _step_time(environ: dict[str, str], workspace: Path) -> float:
    """Return a moment at which only the failed step ran by the server's own word, which rounds times down."""
    from plugin.ci.connect import connect
    from plugin.commands.clients import context_of, make_client_factory
    from plugin.errors import ServerError
    from plugin.http.deadline import Deadline
    from plugin.settings.parse import read_settings

    settings, _ = read_settings(environ)
    context = context_of(environ, settings)
    factory = make_client_factory(settings, Deadline(30), ServerError, "server")
    server = connect(context, settings.token, factory, baseline_requests=0)
    (step,) = (step for job in server.build().jobs for step in job.steps if step.name == "unit-test")
    return step.finished + 0.5


@pytest.mark.parametrize("generation", GENERATIONS)
def test_failed_and_flaky_tests_are_in_every_view(generation: str, tmp_path: Path) -> None:
    report, printed = run(generation, tmp_path)
    (failure,) = report["failures"]
    assert failure["tests"]["total"] == 5
    assert failure["tests"]["reports"] == ["target/TEST-cart.xml"]
    assert [test["name"] for test in failure["tests"]["failed"]] == ["sums"]
    assert [test["name"] for test in failure["tests"]["flaky"]] == ["waits"]
    for view in (printed, (tmp_path / "failure-summary.md").read_text("utf-8")):
        assert "1 of 5 tests failed, 1 flaky test passed on retry" in view
        assert "Cart sums" in view
        assert "Cart waits (flaky)" in view


def test_a_log_without_a_known_cause_is_named_and_identified_by_its_tests(tmp_path: Path) -> None:
    (failure,) = run(GENERATIONS[0], tmp_path)[0]["failures"]
    assert failure["title"].startswith("Cart sums: wrong: ")
    assert failure["key"].startswith("v1:")


def test_secrets_in_a_report_are_masked_everywhere(tmp_path: Path) -> None:
    report, printed = run(GENERATIONS[0], tmp_path)
    assert SECRET not in json.dumps(report) + printed + (tmp_path / "failure-summary.md").read_text("utf-8")


def test_a_malformed_report_is_a_note_and_no_failed_step(tmp_path: Path) -> None:
    report, printed = run(GENERATIONS[0], tmp_path, "<!DOCTYPE a><testsuite/>")
    (failure,) = report["failures"]
    assert failure["step"] == "unit-test"
    assert failure["tests"] is None
    assert "target/TEST-cart.xml was not read: it has a document type" in printed
    assert any("TEST-cart.xml" in str(note) for note in report["notes"])


@pytest.mark.parametrize("value", ["off", "OFF", "false", "none"])
def test_test_reports_can_be_turned_off(value: str, tmp_path: Path) -> None:
    (failure,) = run(GENERATIONS[0], tmp_path, TEST_REPORTS=value)[0]["failures"]
    assert failure["tests"] is None
