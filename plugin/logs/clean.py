"""Takes a log's bytes, gives the text that a person would have seen, line for line.

Every pass goes over the whole buffer at once, and only when a byte that it is for is there at all: a log that is clean
already costs a few scans.
"""

import re
from collections.abc import Iterator
from typing import Any

import re2

from plugin.logs.terminal import ESCAPE, MOVES_IN_LINE, shown

_CONTROLS = tuple(bytes([code]) for code in (*range(0x20), 0x7F) if code not in b"\t\n")
_ALL_CONTROLS = b"".join(_CONTROLS)
_REPLAYED: tuple[tuple[bytes, Any], ...] = (
    (b"\r", re.compile(rb"\r(?![\r\n])")),
    (b"\b", re.compile(rb"\x08")),
    (b"\x1b", re2.compile(MOVES_IN_LINE)),
)
"""A byte that must be there, and where a line is more than its text from left to right."""
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_VALIDATED = 1 << 16
"""Bytes that are decoded at a time: small enough for the processor's cache, and stretches of ASCII are left alone."""


def clean(raw: bytes) -> bytes:
    """The log as valid UTF-8 without escapes and control characters (tabs stay).

    It has exactly as many "\\n" as `raw`. Lines are replayed as a terminal does. Idempotent, never raises, linear.
    """
    text = raw if raw.isascii() else _without_c1(_valid(raw))
    for byte, moved in _REPLAYED:
        if byte in text:
            text = b"".join(_with_lines_replayed(text, moved))
    if b"\x1b" in text:
        text = ESCAPE.sub(b"", text)
    if any(control in text for control in _CONTROLS):
        text = text.translate(None, _ALL_CONTROLS)
    return text


def _with_lines_replayed(text: bytes, moved: Any) -> Iterator[bytes]:
    done = 0
    while found := moved.search(text, done):
        start = max(done, text.rfind(b"\n", done, found.start()) + 1)
        end = text.find(b"\n", found.start())
        end = end if end >= 0 else len(text)
        yield text[done:start]
        yield shown(text[start:end])
        done = end
    yield text[done:]


def _valid(raw: bytes) -> bytes:
    return b"".join(_valid_pieces(raw))


def _valid_pieces(raw: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        end = _between_characters(raw, start + _VALIDATED)
        piece = raw[start:end]
        yield piece if piece.isascii() else piece.decode(errors="replace").encode()
        start = end


def _between_characters(raw: bytes, at: int) -> int:
    """The place itself, or up to three bytes before it, so that no character is cut."""
    for place in range(at, at - 4, -1):
        if place >= len(raw) or raw[place] & 0xC0 != 0x80:
            return place
    return at


def _without_c1(text: bytes) -> bytes:
    """U+0080 to U+009F are ESC and a letter in one character; so they go the way of the escapes."""
    if b"\xc2" not in text:
        return text
    return _C1.sub(lambda control: bytes((0x1B, control[0][1] - 0x40)), text)
