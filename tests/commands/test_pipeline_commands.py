"""The definition of the pipeline decides which line of a trace is the command that failed.

It is that in the workspace, else the one that Woodpecker's API returns.
"""

import io
import json
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

LOG = "+ make test\nerror: no rates\n+ sh report.sh\nsent\n"
DEFINITIONS = {
    ".drone.yml": "kind: pipeline\nsteps:\n  - name: unit-test\n    commands: [make test]\n",
    ".woodpecker/test.yaml": "steps:\n  unit-test:\n    commands: [make test]\n",
    ".woodpecker.yml": "steps: [",
}


def _command(generation: str, workspace: Path, config: str = "") -> str:
    with FAKES[generation](build(TrueStep("unit-test", code=1, log=LOG))) as server:
        if config:
            server.default_config = config  # type: ignore[attr-defined]  # of Woodpecker's fake
        environ = {
            **server.environ(),
            "CI_WORKSPACE": str(workspace),
            "DRONE_WORKSPACE": str(workspace),
            "PLUGIN_TOKEN": server.token,
            "PLUGIN_OUTPUT": "report.json",
            "PLUGIN_BASELINE": "off",
            "PLUGIN_WAIT": "0",
        }
        assert PluginStep(environ, io.BytesIO(), io.StringIO()).run() == 0
    (failure,) = json.loads((workspace / "report.json").read_text("utf-8"))["failures"]
    return str(failure["command"])


@pytest.mark.parametrize(
    ("generation", "name"), [("drone-2", ".drone.yml"), ("woodpecker-3.17", ".woodpecker/test.yaml")]
)
def test_own_commands_of_the_step_decide(generation: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(DEFINITIONS[name])
    assert _command(generation, tmp_path) == "make test"


def test_without_a_usable_definition_the_last_command_is_assumed(tmp_path: Path) -> None:
    (tmp_path / ".woodpecker.yml").write_text(DEFINITIONS[".woodpecker.yml"])
    assert _command("woodpecker-3.17", tmp_path) == "sh report.sh"


def test_definition_that_the_server_returns_decides_where_the_workspace_has_none(tmp_path: Path) -> None:
    config = DEFINITIONS[".woodpecker/test.yaml"]
    assert _command("woodpecker-3.17", tmp_path, config) == "make test"


def test_definition_in_the_workspace_comes_before_that_of_the_server(tmp_path: Path) -> None:
    (tmp_path / ".woodpecker.yml").write_text(DEFINITIONS[".woodpecker/test.yaml"])
    assert _command("woodpecker-3.17", tmp_path, "steps:\n  unit-test:\n    commands: [sh report.sh]\n") == "make test"
