"""The last command of a step's trace, among all else that begins with a plus."""

import pytest

from plugin.extract.trace import last_command


@pytest.mark.parametrize(
    ("log", "row"),
    [
        pytest.param(["+ make", "cc -c a.c", "+ make test", "FAIL"], 2, id="the last of several"),
        pytest.param(["+ export A=1", "+ make"], 1, id="commands without output"),
        pytest.param(["make", "error"], None, id="no trace"),
        pytest.param([], None, id="empty"),
        pytest.param(["+ npm test", "- Expected", "+ Received", "- 810", "+ 8100"], 0, id="a test runner's comparison"),
        pytest.param(["+ node a.js", "AssertionError:", "+ actual - expected", "+ 8100"], 0, id="Node's comparison"),
        pytest.param(["+ gofmt -d .", "@@ -1,2 +1,2 @@", "-a", "+ b", "+ c"], 0, id="a diff"),
        pytest.param(["+ x", "At line:1 char:1", "+ helmfile sync", "+ ~~~~"], 0, id="PowerShell's message"),
        pytest.param(["- Expected", "+ Received"], None, id="a comparison without a trace"),
    ],
)
def test_last_command(log: list[str], row: int | None) -> None:
    assert last_command([line.encode() for line in log]) == row


def test_many_lines_with_a_plus_take_one_pass() -> None:
    assert last_command([b"-", *[b"+ x"] * 20_000]) is None
