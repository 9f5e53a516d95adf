"""Masks: each has an example, which is its test, and text of any shape is masked in linear time."""

import time

import pytest

from plugin.fingerprint.mask import entries, is_generic, mask_line, mask_name

ENTRIES = entries()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["match"][:40])
def test_the_example_of_each_mask_is_masked_as_it_says(entry: dict[str, list[str]]) -> None:
    line, masked = entry["example"]
    assert mask_line(line) == masked


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["match"][:40])
def test_a_masked_example_stays_the_same_when_it_is_masked_again(entry: dict[str, list[str]]) -> None:
    assert mask_line(entry["example"][1]) == entry["example"][1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("connect 127.0.0.1:43817: refused", "connect 127.0.0.1:51001: refused"),
        ("no /tmp/pytest-of-root/pytest-3/a.txt", "no /tmp/pytest-of-ci/pytest-17/a.txt"),
        ("--- FAIL: TestCart (0.00s)", "--- FAIL: TestCart (12.31s)"),
        ("at 2026-11-24T09:00:29Z", "at 2025-01-02T23:59:59.123Z"),
        ("took 1m3s", "took 900ms"),
        ("shop-1.2.3 needs cart 2.0", "shop-1.10.0 needs cart 3.1"),
        ("container 4f5e6d7c8b9a exited", "container 0a1b2c3d4e5f exited"),
        ("<Cart object at 0x7f0c5be9cf28>", "<Cart object at 0x7f0c5be00000>"),
        ("cart.py:12:3: undefined name total", "cart.py:140:7: undefined name total"),
        ("/home/ci/.m2/shop.jar", "/home/runner/.m2/shop.jar"),
        ("/drone/src/cart.c: missing", "/woodpecker/src/git.example.com/octo/shop/cart.c: missing"),
    ],
)
def test_what_varies_from_run_to_run_is_masked(first: str, second: str) -> None:
    assert mask_line(first) == mask_line(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("4f5e6d7c8b9a is not 4f5e6d7c8b9a", "4f5e6d7c8b9a is not 0a1b2c3d4e5f"),
        ("error TS2304: no name", "error TS2305: no name"),
        ("server returned HTTP 404", "server returned HTTP 503"),
        ("[Errno 2] failed", "[Errno 13] failed"),
        ("undefined: lookup", "undefined: total"),
        ("src/cart.py is missing", "src/shop.py is missing"),
        ("E501 in cart", "F401 in cart"),
    ],
)
def test_what_tells_failures_apart_is_kept(first: str, second: str) -> None:
    assert mask_line(first) != mask_line(second)


def test_names_of_tests_keep_small_numbers_but_no_ports_and_folders() -> None:
    assert mask_name("test_sum[3-4]") != mask_name("test_sum[3-5]")
    assert mask_name("test_get[127.0.0.1:43817]") == mask_name("test_get[127.0.0.1:50001]")
    assert mask_name("test_read[/tmp/a1/b]") == mask_name("test_read[/tmp/c2/d]")


@pytest.mark.parametrize(
    "line",
    [
        "Error",
        "exit code 1",
        "Error: Process completed with exit code 2.",
        "timed out after 30 s",
        "context canceled",
        "Error: context canceled",
        "3 failed, 12 passed",
        "script failed",
        "AssertionError",
        "Expected values to be strictly equal:",
    ],
)
def test_lines_that_any_failure_may_print_are_generic(line: str) -> None:
    assert is_generic(mask_line(line))


@pytest.mark.parametrize("line", ["Error: table orders has no primary key", "timed out waiting for postgres:5432"])
def test_lines_that_name_something_are_not_generic(line: str) -> None:
    assert not is_generic(mask_line(line))


@pytest.mark.parametrize(
    "part", ["a1", "/tmp/", "1:", "::", "0x", "a-", "1.", "/a", "error: ", "@", "1s ", "[", "=", "ab12cd"]
)
def test_hostile_lines_are_masked_at_once(part: str) -> None:
    start = time.perf_counter()
    for text in (part * 5000, part * 200 + "!", "x" + part * 200):
        is_generic(mask_line(text))
        mask_name(text)
    assert time.perf_counter() - start < 0.5
