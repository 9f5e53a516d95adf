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
"""Parts of escape sequences, cursor movements, whole and invalid characters, combining marks."""
HOSTILE = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join))


@given(HOSTILE)
@example(b"\xc2\x1b[m\x9b31m")
@example(b"\x1b[31\r\x1b[Km")
@example(b"a\x1b\n[31mb")
@example(b"\xe2\x1b[0m\x82\xac")
def test_any_bytes_become_clean_text(raw: bytes) -> None:
    text = clean(raw)
    assert CONTROL.search(text.decode()) is None
    assert text.count(b"\n") == raw.count(b"\n")
    assert clean(text) == text


@given(HOSTILE)
def test_clean_text_is_unchanged(raw: bytes) -> None:
    text = CONTROL.sub("", raw.decode(errors="replace")).encode()
    assert clean(text) == text


@given(st.one_of(HOSTILE, st.text(st.characters(), max_size=100)))
def test_anything_becomes_readable(raw: bytes | str) -> None:
    text = readable(raw, Redactor()).decode()
    assert CONTROL.search(text) is None
    if isinstance(raw, str):
        assert text.count("\n") == raw.count("\n")


def test_each_byte_that_is_not_utf8_becomes_a_replacement_character() -> None:
    assert clean(b"caf\xe9 \xff\xfe ok\n").decode() == "caf\ufffd \ufffd\ufffd ok\n"


@pytest.mark.parametrize("shift", range(4))
def test_characters_at_the_borders_of_decoded_pieces_stay_whole(shift: int) -> None:
    text = "x" * shift + "héllo — 日本 😀\n" * 20_000
    assert clean(text.encode()) == text.encode()


@pytest.mark.parametrize("hostile", [b"\x80" * 200_000, b"\xf0" * 200_000, b"\xe2\x82" * 100_000])
def test_long_runs_of_invalid_bytes_become_replacement_characters(hostile: bytes) -> None:
    assert set(clean(hostile).decode()) == {"\ufffd"}


def test_a_line_with_very_many_cursor_movements_shows_its_last_text() -> None:
    line = b"".join(b"step %05d of 50000\r" % step for step in range(50_000))
    assert clean(line + b"all of it is done now\n") == b"all of it is done now\n"
    spinner = b"|\b/\b" * 50_000
    assert clean(spinner + b"ok\n") == b"ok\n"
