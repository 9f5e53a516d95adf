"""Every YAML example in the README and the docs is valid, and the plugin runs with it."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from plugin.commands.step import PluginStep
from plugin.extract.generality import check_specific
from plugin.extract.user_patterns import with_user_patterns
from plugin.known_issues.entries import read_entries
from plugin.settings import certificates
from plugin.settings.parse import read_settings
from plugin.settings.schema import fields
from tests.docs.examples import Example, as_environment, examples
from tests.fakes.chats import Chats
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

EXAMPLES = examples()
SCHEMAS: Mapping[str, object] = yaml.safe_load(Path(__file__).with_name("pipelines.yaml").read_text("utf-8"))
FAKE_OF = {
    "drone": "drone-2",
    "drone-steps": "drone-2",
    "woodpecker": "woodpecker-3.17",
    "drone08": "drone-0.8",
    "harness": "harness",
}
WITH_PLUGIN = [example for example in EXAMPLES if any(True for _ in example.steps())]

_each: Callable[[list[Example]], pytest.MarkDecorator] = lambda some: pytest.mark.parametrize(  # noqa: E731
    "example", some, ids=[example.place for example in some]
)


def test_there_are_examples_of_every_server_and_of_patterns() -> None:
    assert {example.kind for example in EXAMPLES} >= {"drone", "drone-steps", "woodpecker", "drone08", ""}


@_each(EXAMPLES)
def test_example_is_a_valid_pipeline_pattern_file_or_setting(example: Example) -> None:
    if example.kind:
        Draft202012Validator(SCHEMAS[example.kind]).validate(example.value)  # type: ignore[arg-type]
        return
    value = example.value
    assert isinstance(value, dict)
    if all(isinstance(entry, dict) and "match" in entry for entry in value.values()):  # as a file of the catalogue
        assert with_user_patterns(yaml.safe_dump({"patterns": value}), "", ())[1] == ()
    elif value.keys() & {"patterns", "ignore", "known_issues"}:
        assert with_user_patterns(example.text, "", ())[1] == ()
        assert read_entries(example.text, "FILE", check_specific, date.min)[1] == ()
    else:
        names = {name for field in fields() for name in (field.name, *field.aliases)}
        assert set(value.get("settings", value)) <= names


@_each(WITH_PLUGIN)
def test_step_runs_with_the_settings_of_the_example(example: Example, tmp_path: Path) -> None:
    red = build(TrueStep("lint", code=1), event="pull_request", pull=7, source="fix")
    for settings in example.steps():
        private = "token" in settings
        with FAKES[FAKE_OF[example.kind]](red, private=private) as server, GiteaFake() as forge, Chats() as chat:
            secrets = {"token": server.token, "forge_token": forge.token, "notify_urls": chat.webhook}
            variables = as_environment(settings, secrets)
            assert read_settings(variables)[1] == ()
            environ = {
                **server.environ(),
                **variables,
                "CI_WORKSPACE": str(tmp_path),
                "DRONE_WORKSPACE": str(tmp_path),
                "PLUGIN_SERVER": server.url,
                "PLUGIN_FORGE": "gitea",
                "PLUGIN_FORGE_URL": forge.url,
                "PLUGIN_CA_BUNDLE": "",
            }
            output, errors = io.BytesIO(), io.StringIO()
            assert PluginStep(environ, output, errors).run() == 0
            assert errors.getvalue() == ""
            assert "lint" in output.getvalue().decode()


@pytest.mark.parametrize("name", [field.name for field in fields()])
def test_example_of_a_setting_is_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_load", lambda _: None)  # the file of the example exists on no test machine
    field = next(field for field in fields() if field.name == name)
    value = yaml.safe_load(f"{name}: {field.example}")
    secret = "json://localhost" if name == "notify_urls" else "a-secret"
    settings, problems = read_settings(as_environment(value, {name: secret}))
    assert problems == ()
    assert getattr(settings, name) != field.default
