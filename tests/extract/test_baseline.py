"""A red log against the green log of the same step."""

import pytest

from plugin import analyze_log
from plugin.extract.baseline import shared_rows

GREEN = """\
+ make test
Downloading 12 files in 3.4s to /tmp/build-8f3a91c/cache
warning: the optional library was not found
error: cannot read .cache/state, starting anew
ran 212 tests in 14.2s
ok
"""
RED = (
    GREEN.replace("12 files in 3.4s", "13 files in 2.9s")
    .replace("8f3a91c", "77b0d2e")
    .replace("ok\n", "cart_test: total is 12, not 13\n")
)


def _shown(red: str, green: str | None) -> tuple[int, ...]:
    return analyze_log(red, max_lines=3, exit_code=1, baseline=green).ranked


def test_rows_that_differ_in_numbers_and_paths_only_are_shared() -> None:
    lines = tuple(RED.encode().split(b"\n")[:-1])
    assert shared_rows(lines, GREEN.encode()) == {0, 1, 2, 3, 4}


def test_a_line_of_the_green_log_is_not_the_cause() -> None:
    assert _shown(RED, GREEN)[0] == 6


@pytest.mark.parametrize(
    "green",
    [
        pytest.param("", id="empty"),
        pytest.param("+ echo hello\nhello\n", id="nothing shared"),
        pytest.param(RED, id="all shared"),
        pytest.param("\n\n\n", id="blank"),
        pytest.param("\0\x1b[31m", id="no text"),
    ],
)
def test_an_uninformative_green_log_changes_nothing(green: str) -> None:
    assert _shown(RED, green) == _shown(RED, None)


def test_a_green_log_with_all_but_the_cause_leaves_the_cause() -> None:
    without = "".join(line for line in RED.splitlines(keepends=True) if "cart_test" not in line)
    assert _shown(RED, without)[0] == 6


def test_a_long_green_log_is_compared_as_well() -> None:
    assert _shown(RED, GREEN * 5000)[0] == 6
