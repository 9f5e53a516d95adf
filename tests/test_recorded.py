"""The build recorded from a real Drone 0.8 server, reported by the step that ran in it."""

import io
import json
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.servers import RecordedFake


def report_of(
    recording: str, workspace: Path, *, probe: bool = False
) -> tuple[int, list[tuple[str, str, object, str]]]:
    """Return the exit code, and job, step, exit code and title of each failure.

    With `probe`, the step has the settings of the recorded step, which this program does not know.
    """
    with RecordedFake(recording) as fake:
        environ = {
            name: value
            for name, value in fake.environ().items()
            if probe or not name.startswith("PLUGIN_") or name == "PLUGIN_DRONE_TOKEN"
        }
        settings = {"PLUGIN_OUTPUT": "report.json", "PLUGIN_WAIT": "0"}
        code = PluginStep(
            {**environ, **settings, "CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}, io.BytesIO()
        ).run()
    report = json.loads((workspace / "report.json").read_text("utf-8"))
    return code, [(one["unit"], one["step"], one["exit_code"], one["title"]) for one in report["failures"]]


def test_the_second_matrix_job_reports_lint_and_oom_of_both_jobs(tmp_path: Path) -> None:
    code, failures = report_of("during-build-3-job-2", tmp_path)

    assert code == 0
    assert sorted(failure[:3] for failure in failures) == [
        ("PYTHON=3.11", "lint", 1),
        ("PYTHON=3.11", "oom", 137),
        ("PYTHON=3.8", "lint", 1),
        ("PYTHON=3.8", "oom", 137),
    ]
    assert {title for _, step, _, title in failures if step == "lint"} == {"src/app.py:10: F401 os imported but unused"}


def test_the_first_matrix_job_reports_its_own_steps(tmp_path: Path) -> None:
    code, failures = report_of("during-build-3-job-1", tmp_path)

    assert code == 0
    assert sorted(failure[:3] for failure in failures) == [("PYTHON=3.8", "lint", 1), ("PYTHON=3.8", "oom", 137)]


@pytest.mark.parametrize("job", [1, 2])
def test_settings_of_another_plugin_are_an_error_and_the_report_is_written(job: int, tmp_path: Path) -> None:
    code, failures = report_of(f"during-build-3-job-{job}", tmp_path, probe=True)

    assert code == 2
    assert len(failures) == 2 * job
