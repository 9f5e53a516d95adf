"""The JSON report stays compatible with version 0.1 as long as `schema_version` is 1.

`recordings/report-0.1.json` is the report that version 0.1 (commit c840c9b) wrote of the build of its demo: Drone 0.8,
a red matrix build with two failures and a verdict.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

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


def test_the_schema_says_what_may_be_added_within_schema_version_1() -> None:
    description = schema()["description"]
    assert (
        "New keys, and new values of `status`, `verdict.kind` and `category`, may be added within schema_version 1"
        in description
    )
