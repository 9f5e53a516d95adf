"""Parts of a raw log: each is read as if the whole log had been read."""

import pytest

from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from tests.log_cleaning.secrets_made import filled

PASSWORD = "correct-horse-battery"
KEY = filled("-----BEGIN OPENSSH PRIVATE KEY-----\n" + "<70>\n" * 40 + "-----END OPENSSH PRIVATE KEY-----")
RAW = "\n".join(
    [
        *(f"\x1b[32mline {number}\x1b[0m of the log, 10%\r100%" for number in range(400)),
        f"logged in with {PASSWORD} today",
        KEY,
        filled("token ghp_<36> of a user"),
        *(f"line {number} further down" for number in range(400)),
    ]
).encode()


def _starts() -> list[int]:
    """Return the offsets of the first, the last, and the lines around the secrets."""
    starts = [0]
    while (newline := RAW.find(b"\n", starts[-1])) >= 0:
        starts.append(newline + 1)
    return [*starts[380:460], starts[0], starts[-1]]


@pytest.mark.parametrize("lines", [1, 7, 60])
def test_a_part_equals_that_part_of_the_whole_log(lines: int) -> None:
    redact = Redactor([PASSWORD])
    whole = readable(RAW, redact).split(b"\n")
    parts = LazyLog(RAW, redact)
    for start in _starts():
        first = RAW.count(b"\n", 0, start)
        rest = RAW[start:].split(b"\n")[:lines]
        end = start + len(b"\n".join(rest))
        assert parts.readable(start, end).split(b"\n") == whole[first : first + len(rest)]


def test_reading_everything_equals_the_whole_log() -> None:
    assert LazyLog(RAW, Redactor()).readable() == readable(RAW, Redactor())


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_middle_of_a_very_long_line_is_left_out_and_line_numbers_stay(end: bytes) -> None:
    raw = b"before\n" + b"a" * 1_000_000 + b"z\nafter" + end
    parts = LazyLog(raw, Redactor())
    assert len(parts.raw) < 20_000
    before, long, after = parts.readable().removesuffix(b"\n").split(b"\n")
    assert (before, long[:5], long[-2:], after) == (b"before", b"aaaaa", b"az", b"after")


def test_a_part_of_a_log_in_utf_16_can_be_read() -> None:
    assert LazyLog("one\ntwö\n".encode("utf-16"), Redactor()).readable(4) == "twö\n".encode()
