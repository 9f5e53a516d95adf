"""JUnit and SARIF as programs of other projects read them: junitparser and sarif-tools."""

import json
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml, TestSuite

from plugin.model.build import State
from plugin.render import FORMATS
from tests.render.samples import SAMPLES, failure, hostile, report
from tests.render.test_programs import EVERY

FAILED = [name for name, one in SAMPLES.items() if one.failures]


def suite_of(name: str) -> Any:
    (suite,) = JUnitXml.fromstring(FORMATS["junit"](EVERY[name]).encode())
    assert isinstance(suite, TestSuite)
    return suite


@pytest.fixture
def sarif(tmp_path: Path) -> Any:
    """Return a function that returns a report's SARIF as sarif-tools reads it, and the path of the file."""
    loader = pytest.importorskip("sarif.loader", reason="sarif-tools is not installed: make .venv/.readers")

    def read(name: str) -> tuple[Any, Path]:
        path = tmp_path / f"{FAILED.index(name) if name in FAILED else 'report'}.sarif"
        path.write_text(FORMATS["sarif"](EVERY[name]), "utf-8")
        return loader.load_sarif_file(str(path)), path

    return read


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
    assert set(properties.values()) == keys
    assert all(one.startswith("failure_key/") for one in properties)


def test_a_failure_without_a_key_has_no_property() -> None:
    xml = FORMATS["junit"](report(failure("deploy", None, key="")))
    assert len(list(JUnitXml.fromstring(xml.encode()))) == 1
    assert "<property " not in xml


# SARIF


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
