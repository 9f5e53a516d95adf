"""Truncation of very long lines of clean text. The number of lines stays."""

from collections.abc import Iterator

LONGEST = 10_000
"""Maximum number of characters of a line, half of them from its head and half from its tail."""
_HALF = LONGEST // 2 - 50
_CONTINUATION = bytes(range(0x80, 0xC0))
"""UTF-8 bytes that do not begin a character."""


def shorten(text: bytes) -> bytes:
    """Return the text with lines cut to `LONGEST` characters, with a mark that counts those left out. Idempotent.

    Must run after redaction, which would not recognize a secret that is cut in two.
    """
    return b"".join(_pieces(text)) if len(text) > LONGEST else text


def _pieces(text: bytes) -> Iterator[bytes]:
    """Yield the text in pieces. Searches for the last line end in each window, so that short lines cost nothing."""
    done, start = 0, 0
    while start + LONGEST < len(text):
        line_end = text.rfind(b"\n", start, start + LONGEST + 1)
        if line_end >= 0:
            start = line_end + 1
            continue
        line_end = text.find(b"\n", start + LONGEST)
        line_end = line_end if line_end >= 0 else len(text)
        yield text[done:start]
        yield _shortened(text[start:line_end])
        done = start = line_end
    yield text[done:]


def _shortened(line: bytes) -> bytes:
    characters = len(line if line.isascii() else line.translate(None, _CONTINUATION))
    if characters <= LONGEST:
        return line
    head = line[: _HALF * 4].decode(errors="ignore")[:_HALF].encode()
    tail = line[-_HALF * 4 :].decode(errors="ignore")[-_HALF:].encode()
    return head + f" […{characters - 2 * _HALF:,} characters left out…] ".encode() + tail
