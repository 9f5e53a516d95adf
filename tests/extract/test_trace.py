"""The command that failed, among all other lines that start with a plus."""

import pytest

from plugin import analyze_log
from plugin.extract.trace import last_command

NEXT_JS = ["+ npm run build", "Route (app)  Size", "+ First Load JS shared by all   81 kB", "error: x"]
UNITTEST = [
    "+ python -m unittest",
    "AssertionError: Lists differ: ['a'] != ['b']",
    "- ['apple 1']",
    "?        ^",
    "",
    "+ ['apple 2']",
]


@pytest.mark.parametrize(
    ("log", "row"),
    [
        pytest.param(["+ make", "cc -c a.c", "+ make test", "FAIL"], 2, id="the last of several"),
        pytest.param(["+ export A=1", "+ make"], 1, id="commands without output"),
        pytest.param(["make", "error"], None, id="no trace"),
        pytest.param([], None, id="empty"),
        pytest.param(["+ npm test", "- Expected", "+ Received", "- 810", "+ 8100"], 0, id="a test runner's diff"),
        pytest.param(["+ node a.js", "AssertionError:", "+ actual - expected", "+ 8100"], 0, id="Node's diff"),
        pytest.param(["+ gofmt -d .", "@@ -1,2 +1,2 @@", "-a", "+ b", "+ c"], 0, id="a diff"),
        pytest.param(["+ x", "At line:1 char:1", "+ helmfile sync", "+ ~~~~"], 0, id="PowerShell's message"),
        pytest.param(["- Expected", "+ Received"], None, id="a diff without a trace"),
        pytest.param(NEXT_JS, 0, id="the size of a bundle"),
        pytest.param(
            ["+ pnpm install", "dependencies:", "+ vite 5.0.10", "+ vue 3.4.0 (3.5.1 is available)"], 0, id="pnpm"
        ),
        pytest.param(["+ npm publish", "+ @acme/app@1.2.3"], 0, id="npm publish"),
        pytest.param(["+ dart pub get", "+ yaml_edit 2.2.3", "Changed 1 dependency!"], 0, id="pub"),
        pytest.param(UNITTEST, 0, id="unittest's diff"),
        pytest.param(
            ["+ cmake -B b", "-- Build files have been written to: b", "+ make", "error"], 2, id="below CMake's"
        ),
        pytest.param(["+ ls -l", "-rw-r--r-- 1 root root 3 a", "+ make", "error"], 2, id="below a list of files"),
        pytest.param(["+ pytest", "----------", "+ make", "error"], 2, id="below a rule"),
        pytest.param(["+ cat notes", "- item", "+ make -j2", "error"], 2, id="below an item of a list"),
    ],
)
def test_only_commands_of_the_trace_are_commands(log: list[str], row: int | None) -> None:
    assert last_command([line.encode() for line in log]) == row


@pytest.mark.parametrize(
    ("log", "row"),
    [
        pytest.param(["+ make", "error: x", "+ exit 1"], 0, id="exit"),
        pytest.param(["+ [ -z  ]", "+ echo TOKEN is not set", "TOKEN is not set", "+ exit 1"], 0, id="echo and exit"),
        pytest.param(["+ npm test", "1 failing", "+ cleanup", "+ docker rm -f db", "db"], 0, id="a trap"),
        pytest.param(
            ["+ make", "ok", "+ rm -r out", "rm: cannot remove 'out': Permission denied"], 2, id="rm that failed"
        ),
        pytest.param(["+ grep -q x f"], 0, id="silent"),
        pytest.param(["+ exit 3"], 0, id="nothing but exit"),
        pytest.param(["+ npm t", "FAIL", "+ echo ::endgroup::", "::endgroup::"], 0, id="the end of a group"),
    ],
)
def test_a_teardown_is_not_the_command_that_failed(log: list[str], row: int | None) -> None:
    assert last_command([line.encode() for line in log]) == row


def test_the_commands_of_the_pipeline_decide() -> None:
    log = [b"+ make check", b"+ sub", b"- x", b"+ ./lint.sh", b"+ vite 5.0.10", b"error"]
    assert last_command(log, ["make check", "./lint.sh"]) == 3
    assert last_command(log, ["another"]) == 3


def test_a_command_in_which_the_server_replaced_a_variable_is_recognized() -> None:
    log = [b"+ make", b"+ ./deploy.sh v1.2 --to prod", b"error", b"+ x y"]
    assert last_command(log, ["make", "./deploy.sh ${DRONE_TAG} --to prod"]) == 1


def test_a_command_of_several_lines_is_recognized_by_its_first() -> None:
    assert last_command([b"+ for f in *; do", b"error", b"+ x"], ["for f in *; do\n  lint $f\ndone"]) == 0


def test_a_command_on_the_first_line_of_a_long_log_is_found() -> None:
    log = "+ make\n" + "".join(f"gcc -c file{number}.c\n" for number in range(40_000)) + "main.c:3:5: error: no\n"
    assert analyze_log(log).command == "make"


def test_many_lines_with_a_plus_take_one_pass() -> None:
    assert last_command([b"-", *[b"+ x"] * 20_000]) is None
