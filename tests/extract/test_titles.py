"""Titles of the labeled logs in `tests/logs` name the file and the message, and say which line they are from."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin import analyze_log
from plugin.text import language

LOGS = Path(__file__).parent.parent / "logs"


def _labeled() -> dict[Path, dict[str, Any]]:
    return {
        labels.parent / f"{name}.log": label
        for labels in sorted(LOGS.glob("*/labels.yaml"))
        for name, label in yaml.safe_load(labels.read_text("utf-8")).items()
        if "title" in label
    }


LABELED = _labeled()


@pytest.mark.parametrize("log", LABELED, ids=lambda log: f"{log.parent.name}-{log.stem}")
def test_title_names_file_and_message(log: Path) -> None:
    label = LABELED[log]
    excerpt = analyze_log(log.read_bytes(), exit_code=label["exit_code"])
    assert all(part in excerpt.title for part in label["title"]), excerpt.title
    assert any(first <= (excerpt.title_line or 0) <= last for first, last in label["cause"])
    assert excerpt.category == label.get("category", excerpt.category)
    assert excerpt.category != "unknown"


NEVER = {
    "a heading": r"[:：]$",
    "punctuation": r"^[\W_]*$",
    "a stack frame": r'^\s*(?:at \S+\(|File ".*", line|#\d+ 0x|from \S+:\d+:in|goroutine \d)',
    "a border of a table": r"^\s*[│|┌├└╭╰][-─=│| ]",
    "a line of a diff": r"^(?:[-+]{1,3} ?[^-+\s]|@@ )",
    "raw JSON": r'^\s*[\[{]\s*"|^"[\w@.]+"\s*:',
    "a success": r"^(?:ok\s+\S+\s+[\d.]|PASS\b|✓|✔|--- PASS)",
    "a caret": r"^[\s~^]+$",
    "quoted source": r"^\s*\d+ [|│] |^\s*(?:if|for|while)\b.*\{$|^\s*(?:const|let|var) \w+ =",
    "a rule around a heading": r"^[=_*-]{5,}",
    "the progress of tests": r"^\.*[FE][.FEsx]*/",
}
FAILED = sorted(log for log in LOGS.glob("*/*.log") if not log.name.endswith(".green.log"))


@pytest.mark.parametrize("log", FAILED, ids=lambda log: f"{log.parent.name}-{log.stem}")
def test_title_is_never_what_says_nothing(log: Path) -> None:
    title = analyze_log(log.read_bytes(), exit_code=1).title
    assert [form for form, expression in NEVER.items() if re.search(expression, title)] == [], title


UNITTEST = """\
+ python -m unittest
.F.E/drone/src/tests/test_cart.py:5: ResourceWarning: unclosed file <_io.TextIOWrapper name='rates.csv'>
  rates = open("rates.csv")
ResourceWarning: Enable tracemalloc to get the object allocation traceback
.
======================================================================
ERROR: test_rates (tests.test_cart.CartTest.test_rates)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/drone/src/tests/test_cart.py", line 6, in test_rates
    self.assertEqual(rates["EUR"], 1)
KeyError: 'EUR'

======================================================================
FAIL: test_total (tests.test_cart.CartTest.test_total)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/drone/src/tests/test_cart.py", line 4, in test_total
    self.assertIn("a", ["b"])
AssertionError: 'a' not found in ['b']

----------------------------------------------------------------------
Ran 5 tests in 0.011s

FAILED (failures=1, errors=1)
"""
GRADLE = """\
+ ./gradlew assemble

FAILURE: Build failed with an exception.

* What went wrong:
Could not determine the dependencies of task ':extractDebugAnnotations'.
> Could not resolve all dependencies for configuration ':debugCompileClasspath'.
   > Configuration `:debugRuntimeClasspath` contains AndroidX dependencies, but `android.useAndroidX` is not enabled

BUILD FAILED in 6s
"""
COUNTS = """\
+ pwsh test.ps1
Tests Passed: 1, Failed: 0, Skipped: 0, Pending: 0, Inconclusive: 0
[-] - running a single mock in one It -> Expected and actual values differ!
Expected: 'mock'
"""
SCRIPT = """\
+ node check.js
if (unexpectedEntries.length > 0) {
    await comment(`Please remove the entry for ${unexpectedEntries}`);
##[error]Currently this request would target a v1.16 release. Please add an entry to the changelog.
"""
PACKER = """\
+ packer build .
==> docker: Committing the container
==> docker: Error committing container: exit status 1
==> docker: Stderr: Error response from daemon: write /var/lib/riak/000003.log: no space left on device
==> docker: Killing the container: 0ba4c3ef4f
"""


@pytest.mark.parametrize(
    ("log", "title"),
    [
        pytest.param(UNITTEST, "test_rates (tests.test_cart.CartTest.test_rates): KeyError: 'EUR'", id="warnings"),
        pytest.param(GRADLE, "android.useAndroidX` is not enabled", id="a reason below a heading"),
        pytest.param(COUNTS, "Expected and actual values differ!", id="a count of another run"),
        pytest.param(SCRIPT, "Please add an entry to the changelog", id="a script that is printed"),
        pytest.param(PACKER, "no space left", id="a status of a command"),
    ],
)
def test_title_has_the_reason_and_not_what_stands_around_it(log: str, title: str) -> None:
    assert title.lower() in analyze_log(log, exit_code=1).title.lower()


@pytest.mark.parametrize(
    ("own", "other"),
    [("app-1  | ", "db-1   | "), ("[1] ", "[0] "), ("@shop/api:build: ", "@shop/ui:build: ")],
    ids=["Compose", "concurrently", "Turborepo"],
)
def test_lines_of_another_program_between_are_no_part_of_the_reason(own: str, other: str) -> None:
    log = [
        f"{other}listening",
        f"{own}Error: cannot start the worker:",
        f"{other}checkpoint complete",
        f"{own}  the queue has no jobs",
        f"{other}listening again",
    ]
    assert analyze_log("\n".join(log)).title == "cannot start the worker: the queue has no jobs"


def test_the_title_of_a_pattern_can_be_translated_in_a_report() -> None:
    excerpt = analyze_log("+ make\nabout to die\nKilled\n", exit_code=137)
    with language.using("zh"):
        assert language.translated(excerpt.title) == "进程被 SIGKILL 终止"
