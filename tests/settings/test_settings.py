"""Settings are read in every form that servers send; errors name the setting and the remedy."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plugin.commands.demo.recording import recording
from plugin.settings import reference
from plugin.settings.parse import read_settings, secret_values
from plugin.settings.schema import Settings, fields

DEFAULTS = Settings()


def settings_of(**plugin: str) -> Settings:
    settings, problems = read_settings({f"PLUGIN_{name}": text for name, text in plugin.items()})
    assert problems == ()
    return settings


def problem_of(**plugin: str) -> str:
    settings, (problem,) = read_settings({f"PLUGIN_{name}": text for name, text in plugin.items()})
    assert settings == DEFAULTS, "what cannot be used leaves the default"
    return str(problem)


def test_defaults_without_variables() -> None:
    assert read_settings({"HOME": "/root", "CI": "drone"}) == (DEFAULTS, ())


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        pytest.param("OUTPUT", "a.md,b.json", {"output": ("a.md", "b.json")}, id="list between commas"),
        pytest.param("OUTPUT", '["a,b.md", "c.html"]', {"output": ("a,b.md", "c.html")}, id="JSON list"),
        pytest.param("OUTPUT", "a.md\r\nb.json\n", {"output": ("a.md", "b.json")}, id="one in each line"),
        pytest.param("STEPS", '["test", 404]', {"steps": ("test", "404")}, id="JSON list with a number"),
        pytest.param("OUTPUT", " a.md , ,b.md ", {"output": ("a.md", "b.md")}, id="gaps in a list"),
        pytest.param("OUTPUT", "[broken", {"output": ("[broken",)}, id="a bracket that begins no JSON"),
        pytest.param("PATTERNS", '{"x":{"match":"X"}}', {"patterns": '{"x":{"match":"X"}}'}, id="map as JSON"),
        pytest.param("FAIL_ON_ERROR", "TRUE", {"fail_on_error": True}, id="boolean"),
        pytest.param("BASELINE", "false", {"baseline": False}, id="`off` as YAML 1.1 sends it"),
        pytest.param("BASELINE", "off", {"baseline": False}, id="`off` as text"),
        pytest.param("MAX-LINES", "12", {"max_lines": 12}, id="key with a hyphen"),
        pytest.param("MAX.LINES", "12", {"max_lines": 12}, id="key with a dot"),
        pytest.param("MAX_LINES", "0", {"max_lines": 0}, id="no lines of the log"),
        pytest.param("TIMEOUT", "2m", {"timeout": 120.0}, id="minutes"),
        pytest.param("TIMEOUT", "90", {"timeout": 90.0}, id="seconds"),
        pytest.param("COMMENT_ON", "Always", {"comment_on": "always"}, id="choice in capitals"),
        pytest.param("FORGE", "bitbucket-dc", {"forge": "bitbucket_dc"}, id="choice with a hyphen"),
        pytest.param("TOKEN", "", {}, id="empty is unset"),
        pytest.param("MAX_LINES", "  ", {}, id="blank is unset"),
        pytest.param("INSECURE_SKIP_VERIFY", "true", {"skip_verify": True}, id="alias of skip_verify"),
        pytest.param("DRONE_TOKEN", "t", {"token": "t"}, id="alias of token"),
        pytest.param("GITEA_TOKEN", "t", {"forge_token": "t"}, id="Gitea's name for forge_token"),
        pytest.param("GITHUB_TOKEN", "t", {"forge_token": "t"}, id="GitHub's name for forge_token"),
        pytest.param("API_KEY", "t", {"forge_token": "t"}, id="drone-github-comment's name for forge_token"),
        pytest.param("BASE_URL", "https://g/api", {"forge_url": "https://g/api"}, id="its name for forge_url"),
        pytest.param("KEY", "nightly", {"comment_key": "nightly"}, id="its name for comment_key"),
    ],
)
def test_value_is_read_in_every_form_that_servers_send(variable: str, text: str, expected: dict[str, object]) -> None:
    assert settings_of(**{variable: text}) == replace(DEFAULTS, **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        pytest.param(
            "OUTPOT",
            "x.md",
            "setting `outpot` (value 'x.md') is unknown; did you mean `output`?",
            id="misspelt",
        ),
        pytest.param(
            "MAX_LINES", "many", "setting `max_lines` is 'many', and must be a whole number of at least 0", id="word"
        ),
        pytest.param(
            "MAX_LINES", "-1", "setting `max_lines` is '-1', and must be a whole number of at least 0", id="negative"
        ),
        pytest.param(
            "COMMENT_ON",
            "sometimes",
            "setting `comment_on` is 'sometimes', and must be one of failure, change, always, never",
            id="choice",
        ),
        pytest.param(
            "LANGUAGE", "klingon", "setting `language` is 'klingon', and must be one of en, zh", id="language"
        ),
        pytest.param("CARD", "maybe", "setting `card` is 'maybe', and must be true or false", id="boolean"),
        pytest.param(
            "TIMEOUT",
            "1h",
            "setting `timeout` is '1h', and must be a number of seconds from 1 to 999999, for example 90 or 2m",
            id="hours",
        ),
    ],
)
def test_error_for_an_invalid_value_says_what_is_allowed(variable: str, text: str, message: str) -> None:
    assert problem_of(**{variable: text}) == message


def test_error_for_an_unknown_name_lists_all_settings() -> None:
    message = problem_of(XYZZY="1")
    assert all(field.name in message for field in fields())


@pytest.mark.parametrize("name", ["TOKEM", "FORGE_TOKN", "GITHUB_TKEN", "MY_PASSWORD"])
def test_value_of_a_misspelled_secret_is_not_shown(name: str) -> None:
    assert "s3cr3t-v4lue" not in problem_of(**{name: "s3cr3t-v4lue"})


def test_setting_under_two_names_with_different_values_is_an_error() -> None:
    _, (problem,) = read_settings({"PLUGIN_SERVER": "https://a", "PLUGIN_DRONE_SERVER": "https://b"})
    assert "`server` is set twice" in str(problem)


def test_setting_under_two_names_with_one_value_is_accepted() -> None:
    assert settings_of(SERVER="https://a", DRONE_SERVER="https://a").server == "https://a"


def test_invalid_setting_does_not_affect_the_others() -> None:
    settings, problems = read_settings({"PLUGIN_MAX_LINES": "x", "PLUGIN_REPO": "octo/app"})
    assert (settings.repo, len(problems)) == ("octo/app", 1)


def test_variable_without_prefix_is_read_where_the_setting_is_unset() -> None:
    assert read_settings({"DRONE_TOKEN": "secret-of-0.8"})[0].token == "secret-of-0.8"
    assert read_settings({"DRONE_TOKEN": "a", "PLUGIN_TOKEN": "b"})[0].token == "b"


def test_secrets_are_not_in_the_repr() -> None:
    settings = settings_of(TOKEN="token-of-ci", FORGE_TOKEN="token-of-forge")
    assert "token-of" not in repr(settings)
    assert set(secret_values(settings)) == {"token-of-ci", "token-of-forge"}


def test_every_unknown_setting_of_a_recorded_step_is_named() -> None:
    settings, problems = read_settings(recording("during-build-3-job-2").environ)
    unknown = {str(problem).split("`")[1] for problem in problems}
    assert settings.token == "DRONE-TOKEN"
    assert unknown == {
        "a_list",
        "a_map",
        "camelkey",
        "count",
        "false",
        "flag",
        "kebab_key",
        "multi",
        "nested_list",
        "ratio",
    }


@given(st.dictionaries(st.text(max_size=30).map(lambda name: f"PLUGIN_{name}"), st.text(max_size=60), max_size=8))
def test_reading_never_raises_and_every_error_names_its_setting(environ: dict[str, str]) -> None:
    settings, problems = read_settings(environ)
    assert isinstance(settings, Settings)
    assert all(str(problem).startswith("setting `") for problem in problems)


# Reference


@pytest.mark.parametrize("field", fields(), ids=[field.name for field in fields()])
def test_field_is_documented(field: object) -> None:
    row = next(line for line in reference.markdown_table().splitlines() if line.startswith(f"| `{field.name}`"))  # type: ignore[attr-defined]
    assert field.doc in row  # type: ignore[attr-defined]
    assert field.example  # type: ignore[attr-defined]


def test_json_schema_accepts_valid_settings_and_refuses_others() -> None:
    schema = json.loads(reference.json_schema())
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator(schema)
    assert check.is_valid({"token": {"from_secret": "t"}, "output": ["a.md"], "max_lines": 5, "comment_on": "change"})
    assert not check.is_valid({"outpot": "a.md"})
    assert not check.is_valid({"comment_on": "sometimes"})


def test_aliases_are_unique() -> None:
    names = [name for field in fields() for name in (field.name, *field.aliases)]
    assert len(names) == len(set(names))
