"""Keys of failures, from logs as steps print them."""

import re

import pytest

from plugin import analyze_log
from plugin.fingerprint.fingerprint import fingerprint, fingerprint_of_signal
from plugin.model.excerpt import Excerpt, FailureIdentity

GO = """\
--- FAIL: {test} ({seconds}s)
    cart_test.go:{line}: Discounted(0) = 9000, want 900
FAIL
FAIL\texample.com/shop/cart\t{seconds}s
"""


def key(log: str, step: str = "test", axes: tuple[tuple[str, str], ...] = (), exit_code: int | None = 1) -> str:
    return fingerprint(analyze_log(log, exit_code=exit_code), step, axes)


def test_a_key_is_a_version_and_a_hash() -> None:
    assert re.fullmatch(r"v1:[0-9a-f]{16}", key(GO.format(test="TestCart", seconds="0.00", line=3)))


def test_keys_stay_as_they_are_until_the_version_changes() -> None:
    identity = FailureIdentity((), ("sh: <n>: deploy-shop: not found",))
    excerpt = Excerpt((), (), "deploy-shop: not found", pattern="shell-not-found", identity=identity)
    assert fingerprint(excerpt, "deploy") == "v1:0ae8d0614e352102"


def test_the_same_test_that_fails_again_has_the_same_key() -> None:
    assert key(GO.format(test="TestCart", seconds="0.00", line=3)) == key(
        GO.format(test="TestCart", seconds="1.71", line=9)
    )


def test_another_test_has_another_key() -> None:
    assert key(GO.format(test="TestCart", seconds="0.00", line=3)) != key(
        GO.format(test="TestShop", seconds="0.00", line=3)
    )


def test_a_second_failure_beside_a_known_one_changes_the_key() -> None:
    first, second = (GO.format(test=name, seconds="0.00", line=3) for name in ("TestCart", "TestShop"))
    assert len({key(first), key(second), key(first + second)}) == 3


def test_a_failure_of_another_tool_beside_a_known_one_changes_the_key() -> None:
    log = GO.format(test="TestCart", seconds="0.00", line=3)
    assert key(log) != key(f"{log}src/app.py:10:1: F401 'os' imported but unused\n")


NODE = """\
/app/{file}.js:4
Error: no {what} for tea
    at Object.<anonymous> (/app/{file}.js:4:7)
"""


def test_an_error_that_no_pattern_knows_beside_a_known_one_changes_the_key() -> None:
    first, second = NODE.format(file="main", what="rate"), NODE.format(file="shop", what="price")
    assert len({key(first), key(second), key(first + second)}) == 3


RAKE = "Failure: test_total(TestCart)\n/app/cart_test.rb:9: <9> expected but was <12>\nrake aborted!\n"


@pytest.mark.parametrize(
    ("known", "beside"),
    [
        pytest.param(RAKE.removesuffix("rake aborted!\n"), "rake aborted!\n", id="a tool that names no cause"),
        pytest.param(
            f"{RAKE}Command failed with status (1)\n\nTasks: TOP => test\n",
            "rake aborted!\nCommand failed with status (1): [false...]\nTasks: TOP => deploy\n",
            id="a tool that names no cause, which failed for the known reason, too",
        ),
        pytest.param(
            "plain: plain.c:3: main: Assertion `total == 810' failed.\nAborted\n",
            "Floating point exception\n",
            id="another crash",
        ),
        pytest.param(
            "deploy.sh: line 9: deploy-shop: command not found\n",
            "ERROR: table orders has no primary key\n",
            id="an error that only a generic pattern matches",
        ),
        pytest.param(
            GO.format(test="TestCart", seconds="0.00", line=3),
            '{"time":"2026-11-24T09:01:21Z","level":"fatal","msg":"migration 81 failed","error":"no such column"}\n',
            id="a fatal record",
        ),
        pytest.param(
            "curl: (7) Failed to connect to 127.0.0.1 port 57856 after 0 ms: Couldn't connect to server\n",
            "tool.tar.gz: FAILED\nsha256sum: WARNING: 1 computed checksum did NOT match\n",
            id="a tool's line that says only that something failed",
        ),
        pytest.param(
            "src/app.py:10:1: E501 Line too long (90 > 88)\n",
            "src/app.py:31:1: E501 Line too long (99 > 88)\n",
            id="the same finding at another place",
        ),
    ],
)
def test_another_failure_beside_a_known_one_changes_the_key(known: str, beside: str) -> None:
    assert key(known)
    assert key(known) not in (key(known + beside), key(beside + known))


def test_the_summary_of_failed_tests_does_not_change_the_key() -> None:
    gradle = "com.example.CartTest > total() FAILED\n    java.lang.AssertionError at CartTest.java:9\n"
    summary = (
        "Caused by: org.gradle.api.GradleException: There were failing tests. See the report at: file:///a/b.html\n"
    )
    assert key(gradle) == key(gradle + summary) != ""


def test_a_finding_that_is_printed_twice_is_one() -> None:
    log = "src/app.py:10:1: E501 Line too long (90 > 88)\n"
    assert key(log) == key(log + log)


def test_a_line_like_that_of_a_wrapper_has_a_key_if_it_names_what_is_missing() -> None:
    first, second = (key(f"make: *** No rule to make target '{name}.o', needed by 'all'.  Stop.\n") for name in "ab")
    assert first
    assert second
    assert first != second


def test_a_comparison_with_a_successful_build_does_not_change_the_key() -> None:
    log = "WARNING: retrying\nrates/rates.go:3:2: undefined: old\nrates/rates.go:9:2: undefined: lookup\n"
    green = "WARNING: retrying\nrates/rates.go:3:2: undefined: old\n"
    assert fingerprint(analyze_log(log, exit_code=1, baseline=green), "build") == key(log, "build")


def test_the_order_of_parallel_failures_does_not_matter() -> None:
    first, second = (GO.format(test=name, seconds="0.00", line=3) for name in ("TestCart", "TestShop"))
    assert key(first + second) == key(second + first)


def test_the_step_counts_where_no_test_is_named_and_its_matrix_values_do_not() -> None:
    log = "rates/rates.go:9:2: undefined: lookup\n"
    assert key(log, "build") != key(log, "lint")
    assert key(log, "build-1.21", (("GO", "1.21"),)) == key(log, "build-1.22", (("GO", "1.22"),))


@pytest.mark.parametrize(
    "log",
    [
        "",
        "make: *** [Makefile:3: all] Error 1\n",
        "subprocess exited with status: exit code 3\n",
        "Killed\n",
        "Error: context canceled\n",
        "Error: timed out after 30 s\n",
        "Terminated\n",
        "exit status 1\n",
    ],
)
def test_a_generic_cause_has_no_key(log: str) -> None:
    assert key(log) == ""


def test_a_command_that_a_signal_ended_has_a_key_by_its_step_without_matrix_values() -> None:
    one = fingerprint_of_signal(137, "node build.js 3.8", "build-3.8", (("PY", "3.8"),))
    assert one == fingerprint_of_signal(137, "node build.js 3.11", "build-3.11", (("PY", "3.11"),))
    others = (
        fingerprint_of_signal(139, "node build.js 3.8", "build-3.8", (("PY", "3.8"),)),
        fingerprint_of_signal(137, "node test.js 3.8", "build-3.8", (("PY", "3.8"),)),
        fingerprint_of_signal(137, "node build.js 3.8", "pack"),
    )
    assert one not in others
    assert fingerprint_of_signal(137, "", "build") == ""


def test_no_log_has_no_key() -> None:
    assert fingerprint(None, "test") == ""
