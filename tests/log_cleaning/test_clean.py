"""Cleaning keeps every line, leaves no control character, and never fails."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugin.logs.clean import clean
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
PIECES = st.sampled_from(
    rb"1b 1b5b 1b5d 1b50 1b5c 07 0d 0a 0d0a 08 09 4b 324b 47 33316d ff c2 c29b e280 f09f9880 eda080 00 0c 74657874 20"
    b" 39 e697a5 65cc81 e280ae e280a8 efbbbf".split()
).map(lambda digits: bytes.fromhex(digits.decode()))
"""Escapes in all their parts, movements, whole and broken characters, marks."""
RUDE = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join))


@given(RUDE)
@example(b"\xc2\x1b[m\x9b31m")
@example(b"\x1b[31\r\x1b[Km")
@example(b"a\x1b\n[31mb")
@example(b"\xe2\x1b[0m\x82\xac")
def test_any_bytes_become_clean_text(raw: bytes) -> None:
    text = clean(raw)
    assert CONTROL.search(text.decode()) is None
    assert text.count(b"\n") == raw.count(b"\n")
    assert clean(text) == text


@given(RUDE)
def test_what_is_clean_is_left_alone(raw: bytes) -> None:
    text = CONTROL.sub("", raw.decode(errors="replace")).encode()
    assert clean(text) == text


@given(st.one_of(RUDE, st.text(st.characters(), max_size=100)))
def test_anything_becomes_readable(raw: bytes | str) -> None:
    text = readable(raw, Redactor()).decode()
    assert CONTROL.search(text) is None
    if isinstance(raw, str):
        assert text.count("\n") == raw.count("\n")


def test_bytes_that_are_not_utf8_become_one_mark_each() -> None:
    assert clean(b"caf\xe9 \xff\xfe ok\n").decode() == "caf\ufffd \ufffd\ufffd ok\n"


@pytest.mark.parametrize("shift", range(4))
def test_characters_across_the_pieces_of_validation_stay_whole(shift: int) -> None:
    text = "x" * shift + "héllo — 日本 😀\n" * 20_000
    assert clean(text.encode()) == text.encode()


@pytest.mark.parametrize("rude", [b"\x80" * 200_000, b"\xf0" * 200_000, b"\xe2\x82" * 100_000])
def test_long_runs_of_broken_bytes_become_marks(rude: bytes) -> None:
    assert set(clean(rude).decode()) == {"\ufffd"}


def test_more_moves_than_are_remembered_leave_the_last_text() -> None:
    line = b"".join(b"step %05d of 50000\r" % step for step in range(50_000))
    assert clean(line + b"all of it is done now\n") == b"all of it is done now\n"
    spinner = b"|\b/\b" * 50_000
    assert clean(spinner + b"ok\n") == b"ok\n"
