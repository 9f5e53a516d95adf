"""Cleaning of logs: the text that a terminal would have shown, line by line.

Each pass handles the whole buffer, and only if the buffer contains a byte that the pass is for. A log that is clean
already costs a few scans.
"""

from collections.abc import Iterator
from typing import Any

import re2

from plugin.logs.terminal import ESCAPE, MOVES_IN_LINE, replay
from plugin.text.lazy_expression import lazily

_CONTROLS = tuple(bytes([code]) for code in (*range(0x20), 0x7F) if code not in b"\t\n")
_ALL_CONTROLS = b"".join(_CONTROLS)
_REPLAYED: tuple[tuple[bytes, Any], ...] = (
    (b"\r", lazily(rb"\r(?![\r\n])")),
    (b"\b", lazily(rb"\x08")),
    (b"\x1b", re2.compile(MOVES_IN_LINE)),
)
"""Bytes that a log must contain, each with the expression for the places where a line must be replayed."""
_C1 = lazily(rb"\xc2[\x80-\x9f]")
_VALIDATED = 1 << 16
"""Bytes that are decoded at a time: small enough for the processor's cache. ASCII pieces are not decoded."""


def clean(raw: bytes) -> bytes:
    r"""Return the log as valid UTF-8 without escape sequences and control characters, except tabs.

    The result has as many "\n" as `raw`. Lines are replayed as a terminal does. Idempotent, never raises, linear.
    """
    text = raw if raw.isascii() else _without_c1(_valid(raw))
    for byte, movement in _REPLAYED:
        if byte in text:
            text = b"".join(_with_lines_replayed(text, movement))
    if b"\x1b" in text:
        text = ESCAPE.sub(b"", text)
    if any(control in text for control in _CONTROLS):
        text = text.translate(None, _ALL_CONTROLS)
    return text


def _with_lines_replayed(text: bytes, movement: Any) -> Iterator[bytes]:
    done = 0
    while match := movement.search(text, done):
        start = max(done, text.rfind(b"\n", done, match.start()) + 1)
        end = text.find(b"\n", match.start())
        end = end if end >= 0 else len(text)
        yield text[done:start]
        yield replay(text[start:end])
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


def _between_characters(raw: bytes, offset: int) -> int:
    """Return the offset, or up to three bytes less, so that no character is cut."""
    for candidate in range(offset, offset - 4, -1):
        if candidate >= len(raw) or raw[candidate] & 0xC0 != 0x80:
            return candidate
    return offset


def _without_c1(text: bytes) -> bytes:
    """Return the text with U+0080 to U+009F as two-byte escapes: ECMA-48 defines both forms as equal."""
    if b"\xc2" not in text:
        return text
    return _C1.sub(lambda control: bytes((0x1B, control[0][1] - 0x40)), text)
