"""Takes a raw log, gives stretches of it readable.

Of a long log thirty lines are shown, and to clean all of it would take longer than to find them.
What a secret is depends on what stands around it, so a stretch is read with the text before and behind it.
"""

from plugin.logs.clean import clean
from plugin.logs.decode import decode
from plugin.logs.prefixes import without_prefix
from plugin.logs.redact.redactor import Redactor, guarded
from plugin.logs.truncate import shorten

_BEFORE = 4096 + 512
"""Bytes before a stretch in which a secret may begin that reaches into it…"""
_BEHIND = 1024
"""…and bytes behind it that say what it is."""
_KEY = b"PRIVATE KEY"
_LONGEST_KEY = 16_384
_LONG = 1 << 14
"""Bytes of a line of which only head and tail are read; far more than anything shows of a line."""


class LazyLog:
    """A log whose lines can be read where they are wanted."""

    def __init__(self, raw: str | bytes, redact: Redactor) -> None:
        self.raw = _without_middles(decode(raw))
        """As it came, in UTF-8, but for the middle of lines that are very long; it has the raw log's lines."""
        self._redact = redact

    def readable(self, start: int = 0, end: int | None = None) -> bytes:
        """The lines of `raw[start:end]` as a person would have seen them, without secrets."""
        end = len(self.raw) if end is None else end
        first = self._before(start)
        last = self.raw.find(b"\n", min(end + _BEHIND, len(self.raw)))
        text = self.raw[first : last if last >= 0 else len(self.raw)]
        shown = guarded(lambda: shorten(self._redact(clean(without_prefix(text)))), text.count(b"\n"))
        lines = shown.split(b"\n")
        skipped = self.raw.count(b"\n", first, start)
        return b"\n".join(lines[skipped : skipped + self.raw.count(b"\n", start, end) + 1])

    def _before(self, start: int) -> int:
        """The start of a line from which on all is known that has to be known of the text at `start`."""
        far = max(0, start - _LONGEST_KEY)
        wanted = far if self.raw.find(_KEY, far, start) >= 0 else max(0, start - _BEFORE)
        newline = self.raw.rfind(b"\n", max(0, wanted - _LONG), wanted)
        return newline + 1 if newline >= 0 else wanted


def _without_middles(text: bytes) -> bytes:
    """The text with the middle left out of lines that are longer than `_LONG`. The same number of lines."""
    pieces: list[bytes] = []
    done = start = 0
    while start + _LONG < len(text):
        line_end = text.rfind(b"\n", start, start + _LONG + 1)
        if line_end < 0:
            line_end = text.find(b"\n", start + _LONG)
            line_end = line_end if line_end >= 0 else len(text)
            pieces += (text[done : start + _LONG // 2], b" ")
            done = line_end - _LONG // 2
        start = line_end + 1
    return b"".join((*pieces, text[done:])) if pieces else text


def readable(raw: str | bytes, redact: Redactor) -> bytes:
    """The log decoded, without its CI's line prefix, cleaned, redacted, over-long lines cut: valid UTF-8.

    It has exactly as many lines as the decoded log: line numbers are the raw log's. Linear in the size of the log.
    """
    lines = raw.count("\n") if isinstance(raw, str) else raw.count(b"\n")
    return guarded(lambda: shorten(redact(clean(without_prefix(decode(raw))))), lines)
