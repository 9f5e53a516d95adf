"""Readers of test reports, on samples as the tools write them and on what no tool should write."""

import gzip
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats import read

SAMPLES = Path(__file__).with_name("samples")

CASES: dict[str, list[tuple[str, str, str, str, str, int]]] = {
    "surefire.xml": [
        ("com.shop.CartTest", "totals", "failed", "expected: <810> but was: <900>", "CartTest.java", 17),
        ("com.shop.CartTest", "connects", "flaky", "refused", "CartTest.java", 30),
        ("com.shop.CartTest", "reads", "error", "java.lang.NullPointerException", "CartTest.java", 40),
    ],
    "pytest.xml": [
        ("tests.test_cart.TestCart", "test_total[3-4]", "failed", "assert 9 == 12", "tests/test_cart.py", 31),
        ("pytest", "tests.test_rates", "error", "collection failure", "tests/test_rates.py", 3),
    ],
    "node.xml": [("test", "top", "failed", "Expected 1 to be 2", "/drone/src/shop.test.js", 4)],
    "suite-error.xml": [("", "cart.test.js", "error", "Test suite failed to run", "", 0)],
    "phpunit.xml": [
        (
            "Shop.Tests.CartTest",
            "testTotal",
            "failed",
            "Shop\\Tests\\CartTest::testTotal",
            "/drone/src/tests/CartTest.php",
            12,
        )
    ],
    "nextest.xml": [
        ("shop", "tests::reads", "flaky", "thread 'tests::reads' panicked at src/lib.rs:9:5", "", 0),
        ("shop", "tests::total", "failed", "thread 'tests::total' panicked at src/lib.rs:4:5:", "", 0),
    ],
    "dotnet.trx": [
        ("", "the test run", "error", "The active test run was aborted. Reason: Test host process crashed", "", 0),
        (
            "Shop.CartTests",
            "Shop.CartTests.Totals(n: 3)",
            "failed",
            "Assert.Equal() Failure Expected: 810 Actual: 900",
            "/drone/src/CartTests.cs",
            17,
        ),
    ],
    "xunit.xml": [
        ("", "Shop.CartTests", "error", "Dispose failed", "", 0),
        ("Shop.CartTests", "Shop.CartTests.Totals", "failed", "Expected: 810", "/drone/src/CartTests.cs", 17),
    ],
    "nunit3.xml": [
        ("", "Shop.DbTests", "error", "OneTimeSetUp: no database", "", 0),
        ("Shop.CartTests", "Shop.CartTests.Totals", "failed", "Expected: 810", "/drone/src/CartTests.cs", 17),
    ],
    "nunit2.xml": [("", "Shop.CartTests.Totals", "failed", "Expected: 810", "", 0)],
    "ctrf.json": [
        ("shop.spec.ts › cart", "buys tea", "failed", "Timed out", "shop.spec.ts", 12),
        ("", "opens", "flaky", "", "", 0),
    ],
    "go.json": [
        ("example.com/shop", "TestTotal/none", "failed", "Total() = 900, want 810", "cart_test.go", 16),
        ("example.com/shop", "TestRates", "flaky", "", "", 0),
        ("example.com/rates", "the package itself", "error", "rates/rates.go:9:2: undefined: lookup", "", 0),
    ],
    "pytest-report.json": [
        (
            "tests/test_cart.py",
            "TestCart::test_total",
            "failed",
            "assert 9 == 12",
            "/drone/src/tests/test_cart.py",
            31,
        ),
        ("tests/test_cart.py", "test_net", "flaky", "", "", 0),
        (
            "",
            "tests/test_rates.py",
            "error",
            "E ModuleNotFoundError: No module named 'rates'",
            "tests/test_rates.py",
            0,
        ),
    ],
    "node.tap": [
        ("", "totals", "failed", "Expected 1 to be 2", "/drone/src/shop.test.js", 4),
        ("", "the test run", "error", "5 tests were planned, 4 ran", "", 0),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_failed_and_flaky_tests_of_each_format_are_read(name: str) -> None:
    tests = read((SAMPLES / name).read_bytes())
    assert [
        (test.class_name, test.name, test.outcome, test.message, test.file, test.line)
        for test in tests
        if test.outcome not in ("passed", "skipped")
    ] == CASES[name]


def test_each_sample_has_its_expected_tests() -> None:
    assert {path.name for path in SAMPLES.iterdir()} == set(CASES)


def test_passed_and_skipped_tests_are_counted() -> None:
    counts = {name: Counter(test.outcome for test in read((SAMPLES / name).read_bytes())) for name in CASES}
    assert {name: (count["passed"], count["skipped"]) for name, count in counts.items()} == {
        "surefire.xml": (1, 0),
        "pytest.xml": (0, 1),
        "node.xml": (1, 0),
        "suite-error.xml": (1, 0),
        "phpunit.xml": (1, 0),
        "nextest.xml": (0, 0),
        "dotnet.trx": (1, 1),
        "xunit.xml": (1, 1),
        "nunit3.xml": (0, 1),
        "nunit2.xml": (1, 1),
        "ctrf.json": (0, 1),
        "go.json": (0, 1),
        "pytest-report.json": (0, 0),
        "node.tap": (1, 2),
    }


BOMB = b"""<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuite><testcase name="&b;"><failure/></testcase></testsuite>"""
OUTSIDE = b"""<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"<html><body>not found</body></html>", "root element <html>"),
        (b"<testsuite><testcase", "no well-formed XML"),
        (b"<?xml version='1.0' encoding='klingon'?><testsuite/>", "no well-formed XML"),
        (b"<!-- only a comment -->", "no"),
        (BOMB, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (BOMB.decode().encode("utf-16"), "DOCTYPE"),
        (b"<testsuite><testcase name='&undefined;'/></testsuite>", "no well-formed XML"),
        (b"<testsuite>" + b"<testsuite>" * 5000, "levels deep"),
        (b"{", "no known format"),
        (b'{"results": {"tests": 3}}', "no valid CTRF"),
        (b'{"Action":"fail","Package":3}', "line 1 is no event"),
        (b'{"exitcode": 1, "tests": [{"nodeid": 3}]}', "no valid report of pytest-json-report"),
        (b'{"results":{"tests":' + b"[" * 100_000, "no valid CTRF"),
        (b"<testsuite><testcase>" + b"<a/>" * 60_000, "more than 50,000 parts"),
        (b"1..2\n" + b"\n" * 1_000_001, "more than 1,000,000 lines"),
        (b'{"results": {"tests": [' + b"{}," * 1_000_001, "more than 1,000,000 lines or objects"),
        (b"Tests run: 3", "neither XML, nor JSON, nor TAP"),
        (gzip.compress(b"<testsuite/>", mtime=0), "neither XML, nor JSON, nor TAP"),
    ],
)
def test_what_is_no_report_has_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnusableReportError, match=reason):
        list(read(content))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_reports_of_other_encodings_are_read(encoding: str) -> None:
    declared = "" if encoding.startswith("utf-8") else f' encoding="{encoding}"'
    text = f'<?xml version="1.0"{declared}?><testsuite name="s"><testcase name="für"><failure/></testcase></testsuite>'
    assert [test.name for test in read(text.encode(encoding))] == ["für"]


@given(st.sampled_from(sorted(CASES)), st.data())
def test_a_damaged_report_is_read_in_part_or_has_a_reason(name: str, data: st.DataObject) -> None:
    content = (SAMPLES / name).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    damaged = content[:start] + data.draw(st.binary(max_size=8)) + content[start + data.draw(st.integers(0, 40)) :]
    with suppress(UnusableReportError):
        for test in read(damaged):
            assert len(test.message) <= 500
