"""Decoding of logs in UTF-8 and UTF-16, with and without a byte order mark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.logs.decode import _UTF16_LINES, _decoded_lines, _with_decoded_lines, decode


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_each_encoding_is_decoded(encoding: str) -> None:
    text = "Le fichier n'existe pas : café\r\nsecond line\r\n"
    assert decode(text.encode(encoding)) == text.encode()


def test_big_endian_utf16_with_a_byte_order_mark_is_decoded() -> None:
    assert decode(b"\xfe\xff" + "error: hé\n".encode("utf-16-be")) == "error: hé\n".encode()


def test_utf16_without_ascii_is_detected_by_its_byte_order_mark() -> None:
    assert decode("日本語\n".encode("utf-16")) == "日本語\n".encode()


def test_lines_are_those_of_the_decoded_text() -> None:
    raw = "ਊ one\ntwo\n".encode("utf-16")  # U+0A0A has the byte of a line end twice
    assert raw.count(b"\n") == 4
    assert decode(raw).count(b"\n") == 2


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize(
    "output", ["The system cannot find the file.", "Fehler: größer", "错误：找不到文件 main.c", "日本 error 1"]
)
def test_lines_in_utf16_between_lines_in_utf8_are_decoded(output: str, bom: str) -> None:
    program = f"{bom}{output}\r\n\r\n{output}\r\n".encode("utf-16-le")
    raw = "+ wsl --status ✓\n".encode() + program + "+ make größer\n".encode() + program
    text = decode(raw).decode()
    assert text.count(output) == 4
    assert text.startswith("+ wsl --status ✓\n")
    assert "\n+ make größer\n" in text
    assert "\0" not in text


@pytest.mark.parametrize("raw", [b"make\na\0b\nc\n", b"make\n\0\n\0\n\0", b"make\n" + bytes(range(256)) * 4])
def test_other_lines_with_nul_bytes_are_unchanged(raw: bytes) -> None:
    assert decode(raw) == raw


def test_utf16_that_is_cut_within_a_character_is_decoded() -> None:
    assert decode("error\n".encode("utf-16")[:-1]).startswith(b"error")


@pytest.mark.parametrize(
    "raw", [b"", b"\0", b"a\0b\n", b"\0" * 64, b"\x7fELF\x02\x01\x01" + b"\0" * 57, b"plain \xff text\n"]
)
def test_bytes_that_are_not_utf16_text_are_unchanged(raw: bytes) -> None:
    assert decode(raw) == raw


@pytest.mark.parametrize(
    ("written", "escaped"),
    [
        (b"^[[31mFAILED^[[0m test_a", b"\x1b[31mFAILED\x1b[0m test_a"),
        (b"^[[1;38;5;9mError:^[[m", b"\x1b[1;38;5;9mError:\x1b[m"),
        (b"^[[?25l^[[Kdone", b"\x1b[?25l\x1b[Kdone"),
        (b"grep '^[[:alpha:]]'", b"grep '^[[:alpha:]]'"),
        (b"re.match('^[[a-z]', line)", b"re.match('^[[a-z]', line)"),
        (b"re.match('^[[0-9]+', line)", b"re.match('^[[0-9]+', line)"),
        (b"^[", b"^["),
    ],
)
def test_escapes_in_caret_notation_become_escapes(written: bytes, escaped: bytes) -> None:
    """`gh run view --log` prints them so: https://github.com/cli/cli/issues/13434."""
    assert decode(written) == escaped


def test_surrogates_are_joined_or_replaced() -> None:
    assert decode("a\ud83d\ude00b\ud800c\n").decode() == "a😀b\ufffdc\n"


@given(st.text())
def test_any_text_is_unchanged(text: str) -> None:
    assert decode(text).decode() == text.removeprefix("\ufeff")


@given(st.text(st.characters()), st.binary())
def test_no_input_raises(text: str, raw: bytes) -> None:
    decode(text).decode()
    decode(raw)


_PIECES = [b"a", b"\n", b"\0", b"\r\0\n\0", b"\n\0", b"x\0y\0", b"\r", b"\xff\xfe", b"+ cmd\n"]


@given(st.lists(st.sampled_from([*_PIECES, "Zeile\n".encode("utf-16-le"), "x\r\n".encode("utf-16-le")])).map(b"".join))
def test_only_lines_with_nul_bytes_are_examined_with_the_result_of_all_lines(raw: bytes) -> None:
    assert _with_decoded_lines(raw) == _UTF16_LINES.sub(_decoded_lines, raw)
