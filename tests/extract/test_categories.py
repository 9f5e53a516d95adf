"""Category of a failure: that of the pattern, or by words where no pattern of a tool matches."""

import pytest

from plugin import analyze_log
from plugin.extract.catalogue import Pattern
from plugin.extract.categories import category_of
from plugin.extract.documents import GENERIC_FILE
from plugin.model.excerpt import Category
from tools.quality.categories import table


def _pattern(category: Category, **fields: str) -> Pattern:
    return Pattern(id="x", title="x", match="x", category=category, **{"place": "x.yaml", **fields})  # type: ignore[arg-type]  # texts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("deploy: has timed out after 30 minutes", "timeout"),
        ("context deadline exceeded", "timeout"),
        ("write /var/lib/x: no space left on device", "resource"),
        ("and shop depends on prices (^2.0), version solving failed.", "dependency"),
        ("could not resolve all dependencies of shop", "dependency"),
        ("dial tcp 10.0.0.1:443: connection refused", "infrastructure"),
        ("failed to get index: HTTP 503: try later", "infrastructure"),
        ("failed to get secrets: HTTP 403: not for you", "configuration"),
        ("denied: requested access to the repository", "configuration"),
        ("EGITNOPERMISSION Cannot push to the Git repository.", "configuration"),
        ("❌ SHOP_TOKEN is not set", "configuration"),
        ("unknown flag: --colour", "configuration"),
        ("3 tests ran, 1 test failed", "test"),
        ("expected 3 but got 4", "test"),
        ("src/a.x is not formatted", "lint"),
        ("cannot compare a string with an integer", "code"),
        ("something happened", "unknown"),
    ],
)
def test_category_by_words(line: str, expected: str) -> None:
    assert category_of(None, [line.encode()], None) == expected


def test_the_line_that_names_the_failure_decides_before_others() -> None:
    assert category_of(None, [b"connection refused", b"no space left on device"], None) == "infrastructure"
    assert category_of(None, [b"it broke", b"no space left on device"], None) == "resource"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(_pattern("code"), "code", id="a tool's pattern for a cause decides"),
        pytest.param(_pattern("code", place=GENERIC_FILE), "timeout", id="a generic pattern for code does not"),
        pytest.param(_pattern("test", place=GENERIC_FILE), "test", id="a generic pattern for a test does"),
        pytest.param(_pattern("code", kind="symptom"), "timeout", id="a symptom of code does not"),
    ],
)
def test_words_replace_a_category_that_says_little(pattern: Pattern, expected: str) -> None:
    assert category_of(pattern, [b"timed out after 30 minutes"], None) == expected


@pytest.mark.parametrize(("exit_code", "expected"), [(124, "timeout"), (137, "resource"), (1, "unknown")])
def test_category_by_exit_code(exit_code: int, expected: str) -> None:
    assert category_of(None, [b"something happened"], exit_code) == expected


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("+ go vet ./...\n# shop\n./a.go:3:2: fmt.Printf format %d has arg x of wrong type string\n", "lint"),
        ("+ go vet ./...\n# shop\n./a.go:3:2: undefined: x\n", "code"),
        ("+ cargo clippy\nerror: this loop could be written as a `for` loop\n --> src/a.rs:1:1\n", "lint"),
        ("+ cargo build\nerror: unused variable: `x`\n --> src/a.rs:1:1\n", "code"),
        ("+ go test -race ./...\nWARNING: DATA RACE\nRead at 0x00c0 by goroutine 9:\n", "test"),
        ("+ helm upgrade shop .\nError: UPGRADE FAILED: timed out waiting for the condition\n", "timeout"),
        ("+ docker push shop\ndenied: requested access to the resource is denied\n", "configuration"),
        ("+ b\n#9 1.3 ERROR: Cannot install a because these versions have conflicting dependencies.\n", "dependency"),
    ],
)  # fmt: skip
def test_category_of_a_log(log: str, expected: str) -> None:
    assert analyze_log(log).category == expected


def test_a_matrix_counts_accepted_and_assigned_categories() -> None:
    lines = list(table("logs", [("code", "code"), ("code", "unknown"), ("test", "code")]))
    assert lines[0] == "\nCategories of 3 logs: 33% right, 33% unknown\n"
    assert lines[3:] == ["| code | 1 |  | 1 |", "| test | 1 |  |  |", "| unknown |  |  |  |"]
