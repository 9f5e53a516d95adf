"""The pipeline of this project is valid for Drone 1.x and ends with the plugin itself."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from plugin.settings.schema import fields
from tests.project.indexes import step

ROOT = Path(__file__).resolve().parents[2]
(PIPELINE,) = yaml.safe_load_all(ROOT.joinpath(".drone.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = PIPELINE["steps"]
SCHEMA: dict[str, Any] = yaml.safe_load(ROOT.joinpath("tests/docs/pipelines.yaml").read_text("utf-8"))["drone"]


def test_pipeline_is_valid_for_drone() -> None:
    jsonschema.validate(PIPELINE, SCHEMA)


def test_pipeline_has_no_other_keys() -> None:
    assert {key: value for key, value in PIPELINE.items() if key != "steps"} == {
        "kind": "pipeline",
        "type": "docker",
        "name": "default",
    }


def test_order_of_steps() -> None:
    assert [step["name"] for step in STEPS] == ["lint", "test", "wheel", "image", "publish", "why"]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["name"]))
def test_step_runs_commands_or_a_plugin(step: dict[str, Any]) -> None:
    assert ("commands" in step) != ("settings" in step)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["name"]))
def test_every_make_target_exists(step: dict[str, Any]) -> None:
    targets = [command.removeprefix("make ") for command in step.get("commands", ())]
    makefile = ROOT.joinpath("Makefile").read_text("utf-8")
    assert [target for target in targets if f"\n{target}: " not in makefile] == []


def test_only_tags_are_published() -> None:
    by_name = {step["name"]: step for step in STEPS}
    assert by_name["publish"]["when"] == {"event": ["tag"]}
    assert by_name["image"]["settings"]["dry_run"] is True


def test_ends_with_the_step_that_the_readme_shows() -> None:
    assert [STEPS[-1]] == yaml.safe_load(step())
    assert STEPS[-1]["settings"].keys() <= {field.name for field in fields()}


def test_tokens_come_from_secrets() -> None:
    """A token in the file would be public."""
    tokens = [
        value for step in STEPS for name, value in step.get("settings", {}).items() if "token" in name or "pass" in name
    ]
    assert tokens
    assert all(value.keys() == {"from_secret"} for value in tokens)
