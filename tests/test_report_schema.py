"""The JSON report stays compatible with version 0.1 while `schema_version` is 1.

`recordings/report-0.1.json` is the report that version 0.1 (commit c840c9b) wrote of the build of its demo: Drone 0.8,
a red matrix build with two failures and a verdict.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

RECORDED = Path(__file__).with_name("recordings") / "report-0.1.json"


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("plugin.render").joinpath("report.schema.json").read_text("utf-8"))
    return loaded


def recorded() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
    return loaded


def test_a_report_of_version_0_1_is_valid() -> None:
    report = recorded()
    Draft202012Validator(schema()).validate(report)
    assert report["schema_version"] == 1
    assert report["build"]["units"]
    assert report["failures"]
    assert report["verdict"]


def test_every_key_of_a_report_of_version_0_1_is_still_in_the_schema() -> None:
    current = schema()
    report = recorded()
    properties, definitions = current["properties"], current["$defs"]
    assert report.keys() <= properties.keys()
    assert report["build"].keys() <= properties["build"]["properties"].keys()
    assert report["verdict"].keys() <= properties["verdict"]["properties"].keys()
    for job in report["build"]["units"]:
        assert job.keys() <= definitions["unit"]["properties"].keys()
    for failure in report["failures"]:
        assert failure.keys() <= definitions["failure"]["properties"].keys()


def test_every_key_required_today_was_in_version_0_1() -> None:
    """A key that later versions added cannot be required, because reports of version 0.1 lack it."""
    current = schema()
    report = recorded()
    assert set(current["required"]) == report.keys()
    assert set(current["$defs"]["unit"]["required"]) == report["build"]["units"][0].keys()
    assert set(current["$defs"]["failure"]["required"]) == report["failures"][0].keys()


def test_the_schema_documents_what_may_be_added_within_schema_version_1() -> None:
    description = schema()["description"]
    assert (
        "New keys, and new values of `status`, `verdict.kind` and `category`, may be added within schema_version 1"
        in description
    )


def objects(value: object) -> Iterator[dict[str, object]]:
    """Yield every object of a JSON document."""
    if isinstance(value, dict):
        yield value
        yield from (found for one in value.values() for found in objects(one))
    elif isinstance(value, list):
        yield from (found for one in value for found in objects(one))


def test_a_report_with_additional_keys_is_valid() -> None:
    report = recorded()
    validator = Draft202012Validator(schema())
    changed = [*objects(report)]
    for one in changed:
        one["added-later"] = {"any": ["value"]}
    assert len(changed) > 10
    errors = [error.json_path for error in validator.iter_errors(report)]
    assert {path.rpartition("axes")[1] for path in errors} == {"axes"}  # names of a matrix are not keys of ours


@pytest.mark.parametrize("key", ["status", "kind", "category"])
def test_a_report_with_an_additional_value_is_valid(key: str) -> None:
    report = recorded()
    changed = [report["verdict"]] if key == "kind" else [one for one in objects(report) if key in one]
    for one in changed:
        one[key] = "added-later"
    assert changed
    Draft202012Validator(schema()).validate(report)


@pytest.mark.parametrize("key", ["status", "title", "excerpt"])
def test_a_report_without_a_required_key_is_invalid(key: str) -> None:
    report = recorded()
    del report["failures"][0][key]
    assert not Draft202012Validator(schema()).is_valid(report)
