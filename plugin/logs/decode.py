"""Decoding of logs: UTF-8 and UTF-16, also in one log, to UTF-8. For other encodings, see `code_pages`."""

import codecs
import re

from plugin.text.lazy_expression import lazily

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SAMPLE = 4096
"""Bytes that are examined to detect UTF-16 without a byte order mark."""
_MOSTLY = 0.7
"""Minimum share of NUL bytes on one side of the pairs. In mostly Latin text, nearly all of them are on one side."""

_PLAIN_LINE = lazily(rb"(?:\A(?!\xff\xfe|\xfe\xff)|\n)[^\x00\n]{2,}(?:\n(?!\x00)|\Z)")
"""A line without NUL bytes that does not end as in UTF-16."""
_UTF16_LINES = lazily(
    rb"(?m)^(?:[^\n]*\r\x00\n\x00|(?:[^\x00\n]\x00)+\n\x00)+(?:(?:[^\x00\n]\x00)+\Z)?|^(?:[^\x00\n]\x00)+\Z"
)
"""Lines in little-endian UTF-16: those that end as on Windows, and those of Latin text."""
_FEW = 0.05

_CARET_ESCAPE = lazily(rb"\^\[(?=\[(?:[\d;?]+[A-Za-z]|[mK]))")
"""ESC as `gh run view --log` and `cat -v` print it, before a control sequence (not before a character class)."""


def decode(raw: str | bytes) -> bytes:
    """Return the log as UTF-8 without a byte order mark. Its lines are those of the decoded text.

    Lone surrogates become U+FFFD. Bytes that are not UTF-8 are kept: `clean` replaces them. Escapes in caret notation
    become escapes.
    """
    return _CARET_ESCAPE.sub(b"\x1b", _utf8(raw))


def _utf8(raw: str | bytes) -> bytes:
    if isinstance(raw, str):
        return _encoded(raw).removeprefix(codecs.BOM_UTF8)
    if b"\0" in raw and _PLAIN_LINE.search(raw):  # the CI's lines are UTF-8, those of a Windows program UTF-16
        return _with_decoded_lines(raw).removeprefix(codecs.BOM_UTF8)
    utf16 = _detect_utf16(raw)
    if utf16:
        return _encoded(raw.decode(utf16, "replace").removeprefix("\ufeff"))
    return raw.removeprefix(codecs.BOM_UTF8)


def _with_decoded_lines(raw: bytes) -> bytes:
    """Return the log with its lines in UTF-16 decoded. Only lines with NUL bytes are matched: most have none."""
    pieces: list[bytes] = []
    done = position = 0
    while (nul := raw.find(b"\0", position)) >= 0:
        start = max(done, raw.rfind(b"\n", done, nul) + 1)
        if lines := _UTF16_LINES.match(raw, start):
            pieces += (raw[done:start], _decoded_lines(lines))
            done = position = lines.end()
        elif (line_end := raw.find(b"\n", nul)) >= 0:
            position = line_end + 1
        else:
            break
    return b"".join((*pieces, raw[done:]))


def _decoded_lines(lines: re.Match[bytes]) -> bytes:
    low, high = lines[0][::2], lines[0][1::2]
    if high.count(0) <= _FEW * len(high) or low.count(0) > _FEW * len(low):
        return lines[0]
    return _encoded(lines[0].decode("utf-16-le", "replace").replace("\ufeff", ""))


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # surrogates: UTF-16 joins pairs, lone ones are replaced
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _detect_utf16(raw: bytes) -> str | None:
    """Return the codec of UTF-16, which PowerShell writes when redirected, with or without a byte order mark."""
    if raw[:2] in _UTF16:
        return _UTF16[raw[:2]]
    sample = raw[:_SAMPLE]
    if b"\0" not in sample or len(sample) < 2:
        return None
    even, odd = sample[::2], sample[1::2]
    if odd.count(0) > _MOSTLY * len(odd) and even.count(0) <= len(even) // 20:
        return "utf-16-le"
    if even.count(0) > _MOSTLY * len(even) and odd.count(0) <= len(odd) // 20:
        return "utf-16-be"
    return None
