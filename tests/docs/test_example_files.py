"""The files in examples/ are valid, and their README names every variable that a user must set."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from plugin.settings.schema import fields
from tests.docs.examples import IMAGE, ROOT
from tests.docs.test_examples import SCHEMAS

FOLDER = ROOT / "examples"
COMPOSE_FILES = sorted(FOLDER.glob("*/compose.yaml"))
PIPELINES = {"woodpecker-gitea/.woodpecker.yaml": "woodpecker", "drone-gitea/.drone.yml": "drone"}
_VARIABLE = re.compile(r"\$\{(\w+)[:}?-]")


def _name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def test_there_is_a_compose_file_for_each_server_family() -> None:
    assert [_name(path) for path in COMPOSE_FILES] == ["drone-gitea/compose.yaml", "woodpecker-gitea/compose.yaml"]


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=_name)
def test_compose_file_is_valid(path: Path) -> None:
    compose_spec: Any = pytest.importorskip(
        "compose_spec", reason="compose-spec is not installed: make .venv/.examples"
    )
    assert compose_spec.PyCompose.from_yaml(path.read_text("utf-8")).to_dict()["services"]


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=_name)
def test_readme_sets_every_variable_of_the_compose_file(path: Path) -> None:
    readme = FOLDER.joinpath("README.md").read_text("utf-8")
    variables = set(_VARIABLE.findall(path.read_text("utf-8")))
    assert variables
    assert {name for name in variables if f'echo "{name}=' not in readme} == set()


@pytest.mark.parametrize("path", COMPOSE_FILES, ids=_name)
def test_services_refer_only_to_each_other(path: Path) -> None:
    value: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    services = value["services"]
    named = {volume.partition(":")[0] for one in services.values() for volume in one.get("volumes", ())}
    assert {name for one in services.values() for name in one.get("depends_on", ())} <= services.keys()
    assert {name for name in named if not name.startswith("/")} == value["volumes"].keys()


@pytest.mark.parametrize(("path", "kind"), PIPELINES.items())
def test_pipeline_is_valid_and_its_step_has_known_settings(path: str, kind: str) -> None:
    pipeline = yaml.safe_load(FOLDER.joinpath(path).read_text("utf-8"))
    Draft202012Validator(SCHEMAS[kind]).validate(pipeline)  # type: ignore[arg-type]
    (settings,) = (step["settings"] for step in pipeline["steps"] if step["image"] == IMAGE)
    assert settings.keys() <= {field.name for field in fields()}
    secrets = {value["from_secret"] for value in settings.values() if isinstance(value, dict)}
    assert {name for name in secrets if name not in FOLDER.joinpath("README.md").read_text("utf-8")} == set()


@pytest.mark.parametrize("kind", ["drone", "woodpecker"])
def test_example_sets_the_variables_of_the_trial_with_a_real_server(kind: str) -> None:
    example: dict[str, Any] = yaml.safe_load(FOLDER.joinpath(f"{kind}-gitea/compose.yaml").read_text("utf-8"))
    names = {name for one in example["services"].values() for name in one["environment"]}
    trial = ROOT.joinpath(f"tests/real/{kind}_server.py").read_text("utf-8")
    assert {name for name in names if name.startswith(kind.upper())} <= set(re.findall(r'"([A-Z_]+)":', trial))


@pytest.mark.parametrize(("path", "kind"), PIPELINES.items())
def test_example_has_the_settings_of_the_trial_with_a_real_server(path: str, kind: str) -> None:
    pipeline = yaml.safe_load(FOLDER.joinpath(path).read_text("utf-8"))
    (settings,) = (step["settings"] for step in pipeline["steps"] if step["image"] == IMAGE)
    trial = ROOT.joinpath(f"tests/real/pipelines/{kind}.yaml").read_text("utf-8")
    assert {name for name in settings if not re.search(rf"\b(PLUGIN_)?{name}:", trial, re.IGNORECASE)} == set()
