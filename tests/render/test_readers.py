"""JUnit and SARIF as others read them: junitparser, sarif-tools and the official schema.

What needs packages that are not installed skips by name, or fails if REQUIRE_READERS is set.
"""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest
from jsonschema import Draft4Validator
from junitparser import Error, Failure, JUnitXml, TestSuite

from plugin.model.build import State
from plugin.render import FORMATS
from tests.engines.external import MissingEngineError, npm_packages
from tests.render.samples import SAMPLES, failure, hostile, report
from tests.render.test_programs import EVERY

KNOWN = SAMPLES["known-issue"].failures
FAILED = [name for name, one in SAMPLES.items() if one.failures]


def suite_of(name: str) -> Any:
    (suite,) = JUnitXml.fromstring(FORMATS["junit"](EVERY[name]).encode())
    assert isinstance(suite, TestSuite)
    return suite


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it if the readers are required."""
    if os.environ.get("REQUIRE_READERS"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def sarif(tmp_path: Path) -> Any:
    """Return a function that returns a report's SARIF as sarif-tools reads it, and the path of the file."""
    try:
        from sarif import loader
    except ImportError:
        unavailable("sarif-tools is not installed: make .venv/.readers")

    def read(name: str) -> tuple[Any, Path]:
        path = tmp_path / f"{FAILED.index(name) if name in FAILED else 'report'}.sarif"
        path.write_text(FORMATS["sarif"](EVERY[name]), "utf-8")
        return loader.load_sarif_file(str(path)), path

    return read


@pytest.fixture(scope="session")
def schema() -> Draft4Validator:
    """Return a validator with the schema of SARIF 2.1.0 (OASIS) from a package of Microsoft on npm."""
    try:
        packages = npm_packages(Path(__file__).parents[1] / "schemas") / "node_modules"
    except MissingEngineError as error:
        unavailable(f"the schema of SARIF: {error}")
    (path,) = packages.glob("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0*.json")
    found = json.loads(path.read_text("utf-8"))
    Draft4Validator.check_schema(found)
    return Draft4Validator(found, format_checker=Draft4Validator.FORMAT_CHECKER)


# JUnit


@pytest.mark.parametrize("name", EVERY)
def test_junitparser_finds_one_case_for_each_failed_step(name: str) -> None:
    suite, some = suite_of(name), EVERY[name]
    cases = list(suite)
    assert suite.tests == len(cases)
    assert suite.failures + suite.errors + suite.skipped == len(cases)
    if some.failures:
        assert len(cases) == len(some.failures)
        kinds = [type(result) for case in cases for result in case.result]
        assert kinds == [Error if one.state is State.ERROR else Failure for one in some.failures]
    else:
        assert len(cases) == (some.state is not State.SUCCESS)


def test_names_are_those_of_version_0_1() -> None:
    case, *_ = suite_of("one")
    assert (case.classname, case.name) == ("default", "test")
    assert case.time == 42
    (result,) = case.result
    assert (result.type, result.message) == ("pytest-assertion", "tests/test_cart.py::test_total_price: assert 9 == 12")
    assert "109: E       assert 9 == 12" in result.text


@pytest.mark.parametrize("name", FAILED)
def test_junitparser_finds_the_key_of_each_failure_that_has_one(name: str) -> None:
    properties = {one.name: one.value for one in suite_of(name).properties()}
    keys = {one.key for one in SAMPLES[name].failures if one.key}
    assert {value for entry, value in properties.items() if entry.startswith("failure_key/")} == keys


def test_junitparser_finds_known_issues() -> None:
    suite = suite_of("known-issue")
    issues = [one.value for one in suite.properties() if one.name.startswith("known_issue/")]
    assert len(issues) == sum(one.verdict.known_issue is not None for one in KNOWN if one.verdict)
    assert issues[0].startswith("Known issue: ")
    assert issues[0] in next(iter(suite)).result[0].text


def test_a_failure_without_a_key_has_no_property() -> None:
    xml = FORMATS["junit"](report(failure("deploy", None, key="")))
    assert len(list(JUnitXml.fromstring(xml.encode()))) == 1
    assert "<property " not in xml


# SARIF


@pytest.mark.parametrize("name", EVERY)
def test_sarif_follows_the_official_schema(name: str, schema: Draft4Validator) -> None:
    assert [error.message for error in schema.iter_errors(json.loads(FORMATS["sarif"](EVERY[name])))] == []


def test_the_official_schema_rejects_what_it_does_not_know(schema: Draft4Validator) -> None:
    wrong = json.loads(FORMATS["sarif"](EVERY["one"]))
    wrong["runs"][0]["results"][0]["levle"] = "error"
    wrong["runs"][0]["tool"]["driver"].pop("name")
    assert len(list(schema.iter_errors(wrong))) == 2


@pytest.mark.parametrize("name", FAILED)
def test_sarif_tools_finds_one_result_for_each_failed_step(name: str, sarif: Any) -> None:
    read, _ = sarif(name)
    records = read.get_records()
    assert read.get_distinct_tool_names() == ["drone-failure-alert"]
    assert {record["Severity"] for record in records} == {"error"}
    assert len(records) == len(SAMPLES[name].failures)


def test_sarif_tools_finds_the_place_and_the_rule(sarif: Any) -> None:
    read, _ = sarif("one")
    (record,) = read.get_records()
    assert (record["Location"], record["Line"], record["Code"]) == ("tests/test_cart.py", 31, "pytest-assertion")
    assert record["Description"].startswith("test: tests/test_cart.py::test_total_price: assert 9 == 12")


def test_sarif_tools_finds_known_issues(sarif: Any) -> None:
    read, _ = sarif("known-issue")
    results = read.get_results()
    issues = [one["properties"].get("knownIssue") for one in results]
    assert [bool(one) for one in issues] == [bool(one.verdict and one.verdict.known_issue) for one in KNOWN]
    assert (issues[0]["action"], issues[0]["counts"]) == (KNOWN[0].verdict.known_issue.action, True)  # type: ignore[union-attr]
    assert f"Known issue: {issues[0]['text']}" in results[0]["message"]["text"]


@pytest.mark.parametrize("name", [*FAILED, "green"])
def test_sarif_tools_converts_the_file(name: str, sarif: Any, tmp_path: Path) -> None:
    from sarif.operations.codeclimate_op import generate
    from sarif.sarif_file import SarifFileSet

    read, _ = sarif(name)
    files = SarifFileSet()
    files.add_file(read)
    out = tmp_path / "codeclimate.json"
    generate(files, str(out), output_multiple_files=False)
    assert len(json.loads(out.read_text())) == len(SAMPLES[name].failures)


@pytest.mark.parametrize("name", EVERY)
def test_only_a_failure_with_a_key_has_a_fingerprint(name: str) -> None:
    (run,) = json.loads(FORMATS["sarif"](EVERY[name]))["runs"]
    for result, one in zip(run["results"], EVERY[name].failures, strict=True):
        values = list(result.get("partialFingerprints", {}).values())
        assert values == ([one.key] if one.key else [])
        assert ("partialFingerprints" in result) == bool(one.key)


def test_hostile_text_stays_readable(tmp_path: Path) -> None:
    xml = FORMATS["junit"](hostile("]]><testcase name='x'/>\x00"))
    (suite,) = JUnitXml.fromstring(xml.encode())
    assert len(list(suite)) == 4
