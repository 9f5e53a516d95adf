"""Takes a log in whatever encoding it came, gives bytes that are UTF-8 wherever they were text."""

import codecs
import re

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SAMPLE = 4096
"""Bytes looked at to tell UTF-16 without a mark."""
_MOSTLY = 0.7
"""Share of NUL bytes on one side of the pairs; text that is mostly Latin has nearly all of them there."""

_WRITTEN_OUT = re.compile(rb"\^\[(?=\[(?:[\d;?]+[A-Za-z]|[mK]))")
"""ESC as `gh run view --log` and `cat -v` write it, where a control sequence follows and not a class of characters."""


def decode(raw: str | bytes) -> bytes:
    """The log as UTF-8 without a byte order mark; its lines are those of the decoded text.

    Lone surrogates become U+FFFD. Bytes that are not UTF-8 stay as they are: `clean` replaces them. Escapes that were
    written out become escapes.
    """
    return _WRITTEN_OUT.sub(b"\x1b", _utf8(raw))


def _utf8(raw: str | bytes) -> bytes:
    if isinstance(raw, str):
        return _encoded(raw).removeprefix(codecs.BOM_UTF8)
    utf16 = _utf16_of(raw)
    if utf16:
        return _encoded(raw.decode(utf16, "replace").removeprefix("\ufeff"))
    return raw.removeprefix(codecs.BOM_UTF8)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # surrogates: pairs are joined on the way through UTF-16, lone ones replaced
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _utf16_of(raw: bytes) -> str | None:
    """PowerShell redirects in UTF-16, often with the mark and sometimes without."""
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
