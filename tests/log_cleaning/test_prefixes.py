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
