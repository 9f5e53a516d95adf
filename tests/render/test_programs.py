"""Tests of the formats for programs (JSON, JUnit, SARIF, card) and of the HTML page."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from plugin.model.build import State
from plugin.model.report import Report
from plugin.render import EXTENSIONS, FORMATS, format_of
from plugin.render import card as card_format
from plugin.render import json as json_format
from tests.render.samples import LONG, SAMPLES, failure, hostile, report
from tests.render.test_hostile import ATTACKS

EVERY: Mapping[str, Report] = {**SAMPLES, **{f"hostile-{name}": hostile(text) for name, text in ATTACKS.items()}}


@cache
def validator() -> Draft202012Validator:
    """Return a validator that also refuses what later versions may add, so that every key and value is documented."""
    schema = json.loads(json_format.schema())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(_closed(schema))


def _closed(schema: Any) -> Any:
    """Return the schema without room for additions: no other keys, no values other than the examples."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(closed.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    if isinstance(closed.get("examples"), list):
        closed["enum"] = closed["examples"]
    return closed


@pytest.mark.parametrize("name", EVERY)
def test_json_is_valid(name: str) -> None:
    validator().validate(json.loads(json_format.render(EVERY[name])))


def test_json_keys_and_values() -> None:
    document = json.loads(json_format.render(SAMPLES["one"]))
    assert document["schema_version"] == 1
    one = document["failures"][0]
    assert (one["unit"], one["step"], one["status"], one["exit_code"]) == ("default", "test", "failure", 1)
    assert (one["title"], one["pattern"]) == (
        "tests/test_cart.py::test_total_price: assert 9 == 12",
        "pytest-assertion",
    )
    assert one["category"] == "test"
    assert one["excerpt"][0] == {"number": 2, "text": "+ pytest -q", "kind": "context"}
    assert one["log"] == {"lines": 222, "bytes": 4096, "complete": True, "reason": ""}
    assert one["places"] == [{"path": "tests/test_cart.py", "line": 31, "column": None}]
    assert document["notes"] == []


def test_every_key_and_value_of_the_report_is_in_the_schema() -> None:
    document = json.loads(json_format.render(SAMPLES["one"]))
    assert validator().is_valid(document)
    assert not validator().is_valid(document | {"extra": 1})
    assert not validator().is_valid(document | {"failures": [document["failures"][0] | {"category": "weather"}]})
    assert not validator().is_valid({key: value for key, value in document.items() if key != "notes"})


SUITE = ("id", "package", "name", "timestamp", "hostname", "tests", "failures", "errors", "time")


@pytest.mark.parametrize("name", EVERY)
def test_junit_is_valid_for_strict_readers(name: str) -> None:
    """The attributes and the order of children are those of the schema of Ant's JUnit task."""
    some = EVERY[name]
    root = ET.XML(FORMATS["junit"](some))
    (suite,) = root
    cases = suite.findall("testcase")
    assert root.tag == "testsuites"
    assert tuple(suite.attrib) == SUITE
    assert [child.tag for child in suite] == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
    without_failure = not some.failures and some.state is not State.SUCCESS
    assert len(cases) == len(some.failures) + without_failure == int(suite.attrib["tests"])
    assert int(suite.attrib["failures"]) + int(suite.attrib["errors"]) == len(cases)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    for case in cases:
        (problem,) = case
        assert set(case.attrib) == {"name", "classname", "time"}
        assert problem.tag in ("failure", "error")
        assert set(problem.attrib) == {"message", "type"}


def test_junit_has_step_title_and_lines() -> None:
    case = ET.XML(FORMATS["junit"](SAMPLES["one"])).find(".//testcase")
    assert case is not None
    problem = case[0]
    assert case.attrib == {"name": "test", "classname": "default", "time": "42"}
    assert problem.attrib["message"] == "tests/test_cart.py::test_total_price: assert 9 == 12"
    assert "109: E       assert 9 == 12" in (problem.text or "")


@pytest.mark.parametrize("started", [-1, 0, 10**12, 10**30])
def test_junit_has_a_timestamp_for_any_start(started: int) -> None:
    assert ET.XML(FORMATS["junit"](replace(SAMPLES["one"], started=started)))[0].attrib["timestamp"]


@pytest.mark.parametrize("name", EVERY)
def test_sarif_has_the_required_properties(name: str) -> None:
    document = json.loads(FORMATS["sarif"](EVERY[name]))
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert document["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"]
    assert len(rules) == len(set(rules))
    assert len(run["results"]) == len(EVERY[name].failures)
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["message"]["text"]
        for location in result["locations"] + result["relatedLocations"]:
            physical = location["physicalLocation"]
            assert physical["region"]["startLine"] >= 1
            assert physical["region"].get("startColumn", 1) >= 1
            assert not physical["artifactLocation"]["uri"].startswith(("/", ".."))
            assert " " not in physical["artifactLocation"]["uri"]


def test_sarif_has_the_source_location() -> None:
    result = json.loads(FORMATS["sarif"](SAMPLES["matrix"]))["runs"][0]["results"][0]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "src/app.py", "uriBaseId": "SRCROOT"}
    assert physical["region"] == {"startLine": 10, "startColumn": 1}
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "tests/test_app.py"


def test_card_has_a_template_and_its_data() -> None:
    card = json.loads(card_format.render(SAMPLES["matrix"]))
    assert set(card) == {"schema", "data"}
    assert card["data"]["headline"] == "Build 3 failed in 4 steps"
    assert [one["step"] for one in card["data"]["failures"]] == ["oom", "lint"]
    assert card["data"]["failures"][0]["outcome"].endswith("in PYTHON=3.11, PYTHON=3.13")


def test_the_template_shows_every_field_and_no_other() -> None:
    template = files("plugin.render").joinpath("templates/card.json").read_text("utf-8")
    data = json.loads(card_format.render(SAMPLES["matrix"]))["data"]
    shown = set(re.findall(r"\w+", " ".join(re.findall(r"\$\{(.*?)\}", template)))) - {"and", "exists", "data"}
    assert card_format.TEMPLATE.endswith("/plugin/render/templates/card.json")
    assert shown == set(data) | set(data["failures"][0]) | set(data["failures"][0]["links"][0])


@pytest.mark.parametrize("failures", [1, 200, 5_000])
def test_card_fits_into_the_column_of_the_database(failures: int) -> None:
    some = report(*(failure(f"step-{number}", LONG, title="x" * 500) for number in range(failures)))
    card = card_format.render(some)
    data = json.loads(card)["data"]
    assert len(card) < 64 * 1024
    assert f"failed in {failures:,} step" in data["headline"]
    assert bool(data["left_out"]) == (failures > len(data["failures"]))


def test_html_loads_nothing() -> None:
    html = FORMATS["html"](SAMPLES["one"])
    assert "content=\"default-src 'none'; style-src 'sha256-" in html
    assert re.findall(r"""(?:src|srcset|data|poster)=|@import|url\(""", html) == []
    assert "<span>E       assert 9 == 12</span>" in html


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("failure-summary.md", "markdown"),
        ("out/report.TXT", "text"),
        ("report.json", "json"),
        ("report.html", "html"),
        ("junit.xml", "junit"),
        ("report.sarif", "sarif"),
        ("report.sarif.json", "sarif"),
        ("report.pdf", None),
        ("json", None),
        ("", None),
    ],
)
def test_file_extension_selects_the_format(name: str, format_name: str | None) -> None:
    assert format_of(name) is (FORMATS[format_name] if format_name else None)


def test_every_format_has_an_extension() -> None:
    assert set(FORMATS.values()) <= set(EXTENSIONS.values())
