"""Removal of the time stamps that other CI systems add to each line of a job's log."""

import pytest

from plugin.logs.prefixes import without_prefix
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor

GITHUB = "2026-01-31T{hour}:59:59.1234567Z "
JENKINS = "[2026-01-31T{hour}:59:59.123Z] "
NAMED = "test\trun make\t2026-01-31T{hour}:59:59.1234567Z "
TASKCLUSTER = "[task 2026-01-31T{hour}:59:59.123Z] "


@pytest.mark.parametrize("prefix", [GITHUB, NAMED, JENKINS, TASKCLUSTER])
def test_the_prefix_is_removed_from_every_line(prefix: str) -> None:
    lines = ["one", "", "  two", "##[error]three"]
    raw = "".join(f"{prefix.format(hour=f'{hour:02}')}{line}\n" for hour, line in enumerate(lines))
    assert without_prefix(raw.encode()) == b"one\n\n  two\n##[error]three\n"


def test_the_prefix_is_removed_after_midnight() -> None:
    lines = [f"2026-01-{day}T23:59:59.1234567Z line {day}\n" for day in ("30", "30", "31") for _ in range(40)]
    assert b"2026" not in without_prefix("".join(lines).encode())


def test_a_line_without_the_prefix_is_unchanged() -> None:
    raw = "T a\nbare\n2026-01-31Tbare\nT b\nT c\n".replace("T ", "2026-01-31T09:00:00.0000000Z ")
    assert without_prefix(raw.encode()) == b"a\nbare\n2026-01-31Tbare\nb\nc\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"plain\nlines\n",
        b"2026-01-31 09:00:00,123 INFO app started\n2026-01-31 09:00:01,123 INFO done\n",
        b"2026-01-31T09:00:00.123Z INFO a program's own time\n",
        b"start\nmiddle\n2026-01-31T09:00:00.1234567Z once\nend\n",
    ],
)
def test_logs_without_a_prefix_are_unchanged(raw: bytes) -> None:
    assert without_prefix(raw) == raw


def test_a_carriage_return_moves_to_the_column_after_the_prefix() -> None:
    raw = "2026-01-31T09:00:00.0000000Z 10%\r20%\n" * 3
    assert readable(raw, Redactor()) == b"20%\n20%\n20%\n"


@pytest.mark.parametrize(
    "prefix",
    [
        "2026-01-31T09:59:0{}.123456789Z ",
        "2026-01-31T09:59:0{}Z ",
        "2026-01-31T09:59:0{}+01:00 ",
        "2026-01-31 09:59:0{},123 ",
        "2026/01/31 09:59:0{} ",
        "31-01-2026 09:59:0{} ",
        "31.01.2026 09:59:0{} ",
        "20260131T09590{}Z ",
        "176985000{}.123 ",
        "[   12.34567{}] ",
        "[2026-01-31 09:59:0{}] ",
        "2026-01-31T09:59:0{}.123456789Z stdout F ",
        "2026-01-31T09:59:0{}.123456Z 01O ",
        "[task 2026-01-31T09:59:0{}.955523Z] ",
        "12:00:4{} ",
        "[12:00:4{}.345] ",
        "Nov  1 11:00:4{} ",
        "Nov 21 11:00:4{} host app[7]: ",
        "[build:L{}:0s] ",
        "\x1b[2m12:00:4{}\x1b[0m ",
    ],
)
def test_a_prefix_of_one_shape_is_removed(prefix: str) -> None:
    lines = ["+ make", "  gcc -c main.c", "", "main.c:3:5: error: 'x' undeclared"]
    raw = "".join(f"{prefix.format(number)}{line}\n" for number, line in enumerate(lines))
    assert without_prefix(raw.encode()).decode().split("\n") == [*lines, ""]


def test_a_time_with_two_spaces_is_removed() -> None:
    assert without_prefix(b"12:00:41  + make\n12:00:42  cc\n12:00:43  failed\n") == b"+ make\ncc\nfailed\n"


def test_the_name_of_a_concurrent_program_stays() -> None:
    raw = "".join(f"{name}-1  | 2026-01-31T09:00:0{at}Z line {at}\n" for at, name in enumerate(("app", "db", "app")))
    assert without_prefix(raw.encode()) == b"app-1  | line 0\ndb-1  | line 1\napp-1  | line 2\n"


def test_lines_without_the_prefix_between_others_stay() -> None:
    raw = "+ run\n" + "12:00:41 INFO start\n  at frame\n\n" * 3 + "make: *** [all] Error 1\n"
    text = without_prefix(raw.encode()).decode()
    assert text == "+ run\n" + "INFO start\n  at frame\n\n" * 3 + "make: *** [all] Error 1\n"


@pytest.mark.parametrize(
    "raw",
    [
        "10:00:00 a\n11:00:00 b\n",
        "10:00:00 a\n[10:00:00] b\n2026-01-31 10:00:00 c\n",
        "ok 10:00:00\nok 10:00:01\nok 10:00:02\n",
        "10:00:00\x00" + "x\n" * 100 + "10:00:00 a\n",
        "".join("10:00:00 a\n" + "x\n" * 40 for _ in range(5)),
    ],
)
def test_times_without_regularity_stay(raw: str) -> None:
    assert without_prefix(raw.encode()) == raw.encode()
