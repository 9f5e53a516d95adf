"""Candidates: which lines of a log are scored."""

import pytest

from plugin.extract.candidates import LONGEST_LINE, WHOLE_LINES, choose_candidates
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor

NOISE = b"copied another file of no interest\n"


def _amid(line: bytes, before: int = 30_000, after: int = 30_000) -> bytes:
    return NOISE * before + line + b"\n" + NOISE * after


def test_every_line_of_a_usual_log_is_a_candidate() -> None:
    found = choose_candidates(b"one\n\nthree")
    assert (found.numbers, found.lines, found.total) == ((1, 2, 3), (b"one", b"", b"three"), 3)


@pytest.mark.parametrize(("log", "total"), [(b"", 0), (b"\n", 1), (b"one", 1), (b"one\n", 1), (b"one\n\n", 2)])
def test_a_line_ends_at_its_newline(log: bytes, total: int) -> None:
    assert (choose_candidates(log).total, len(choose_candidates(log).lines)) == (total, total)


@pytest.mark.parametrize(
    "line",
    [
        b"src/cart.c:1:2: error: expected ';'",
        b"2026-01-31T09:59:59.1234567Z \x1b[31merror: expected ';'\x1b[0m",
        b"--- FAIL: TestCart (0.00s)",
        b"not ok 3 - adds up",
        b"Traceback (most recent call last):",
    ],
)
def test_a_failure_word_anywhere_is_a_candidate(line: bytes) -> None:
    assert 30_001 in choose_candidates(_amid(line)).numbers


def test_the_end_of_a_long_log_is_a_candidate() -> None:
    log = _amid(b"nothing")
    assert choose_candidates(log).numbers[-200:] == tuple(range(60_001 - 199, 60_002))


def test_output_of_the_last_command_is_a_candidate() -> None:
    log = _amid(b"+ make deploy")
    assert set(range(30_001, 30_040)) <= set(choose_candidates(log).numbers)


def test_lines_before_the_mark_of_a_failed_command_are_candidates() -> None:
    log = _amid(b'The command "make test" exited with 2.', after=2_000)
    assert set(range(30_001 - 300, 30_002)) <= set(choose_candidates(log).numbers)


def test_numbers_ascend_and_belong_to_their_lines() -> None:
    log = b"".join(b"line %d error: of its own\n" % number for number in range(1, 20_001))
    found = choose_candidates(log)
    assert list(found.numbers) == sorted(set(found.numbers))
    assert all(b"line %d " % number in line for number, line in zip(found.numbers, found.lines, strict=True))


@pytest.mark.parametrize(
    "log",
    [b"error: the same\n" * 500_000, b"x" * 20_000_000, (b"error: " + b"x" * 200_000 + b"\n") * 50, NOISE * 300_000],
    ids=["one error again and again", "one long line", "long lines", "nothing"],
)
def test_the_number_of_candidates_is_bounded(log: bytes) -> None:
    found = choose_candidates(LazyLog(log, Redactor()))
    assert 0 < len(found.lines) <= WHOLE_LINES
    assert max(map(len, found.lines)) <= LONGEST_LINE


def test_candidates_of_a_raw_log_equal_those_of_its_clean_text() -> None:
    raw = _amid(b"\x1b[31merror: no such table\x1b[0m")
    found = choose_candidates(LazyLog(raw, Redactor()))
    assert found.lines[found.numbers.index(30_001)] == b"error: no such table"
