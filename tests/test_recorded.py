"""Reports on the build that was recorded from a real Drone 0.8 server."""

import io
import json
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.servers import RecordedFake


def told(recording: str, workspace: Path, *, probe: bool = False) -> tuple[int, list[tuple[str, str, object, str]]]:
    """Return the exit code, and of each failure the job, the step, its exit code and its title.

    `probe`: with the settings that the recording step had to see how they arrive; this program knows none of them.
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


def test_second_matrix_job_names_lint_and_out_of_memory_of_both(tmp_path: Path) -> None:
    code, failures = told("during-build-3-job-2", tmp_path)

    assert code == 0
    assert sorted(failure[:3] for failure in failures) == [
        ("PYTHON=3.11", "lint", 1),
        ("PYTHON=3.11", "oom", 137),
        ("PYTHON=3.8", "lint", 1),
        ("PYTHON=3.8", "oom", 137),
    ]
    assert {title for _, step, _, title in failures if step == "lint"} == {"src/app.py:10: F401 os imported but unused"}


def test_first_matrix_job_names_its_own(tmp_path: Path) -> None:
    code, failures = told("during-build-3-job-1", tmp_path)

    assert code == 0
    assert sorted(failure[:3] for failure in failures) == [("PYTHON=3.8", "lint", 1), ("PYTHON=3.8", "oom", 137)]


@pytest.mark.parametrize("job", [1, 2])
def test_unknown_settings_of_another_plugin_are_reported_and_the_report_is_written(job: int, tmp_path: Path) -> None:
    code, failures = told(f"during-build-3-job-{job}", tmp_path, probe=True)

    assert code == 2
    assert len(failures) == 2 * job
