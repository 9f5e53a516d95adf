"""Takes clean text, gives the same lines with the middle left out of those that nobody reads to their end."""

from collections.abc import Iterator

LONGEST = 10_000
"""Characters of a line that are kept, half at its head and half at its tail."""
_HALF = LONGEST // 2 - 50
_CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that do not begin a character."""


def shorten(text: bytes) -> bytes:
    """Cut lines of more than `LONGEST` characters, with a mark that says how many were left out. Idempotent.

    Comes after redaction: a secret cut in two would not be known any more.
    """
    return b"".join(_pieces(text)) if len(text) > LONGEST else text


def _pieces(text: bytes) -> Iterator[bytes]:
    """The text in stretches; looks for the last line end in every window, so that short lines are never visited."""
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
