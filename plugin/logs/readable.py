"""Readable text of a raw log, whole or in parts.

The report shows a few dozen lines of a long log. Cleaning all of it would take longer than finding them. Whether a
value is a secret depends on its context, so a part is read together with the text before and after it.
"""

from plugin.logs.clean import clean
from plugin.logs.compression import binary_kind
from plugin.logs.decode import decode
from plugin.logs.labels import without_label
from plugin.logs.prefixes import without_prefix
from plugin.logs.redact import matcher
from plugin.logs.redact.redactor import Redactor, guarded
from plugin.logs.truncate import shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from plugin.logs.code_pages import CodePage

_BEFORE = 4096 + 512
"""Bytes before a part in which a secret that extends into the part may begin."""
_AFTER = 1024
"""Bytes after a part that may identify a secret in it."""
_KEY = b"PRIVATE KEY"
_LONGEST_KEY = 16_384
_LONG = 1 << 14
"""Bytes of a line above which only its head and tail are read. No report shows nearly as much of a line."""


class LazyLog:
    """A log whose lines are cleaned and redacted when they are read."""

    def __init__(self, raw: str | bytes, redact: Redactor) -> None:
        self.binary = "" if isinstance(raw, str) else binary_kind(raw)
        """What the log is if it is no text, for example "an image (PNG)". Then it has no lines."""
        self.raw = b"" if self.binary else _without_middles(decode(raw))
        """The raw log, without the middle of very long lines. It has the raw log's lines."""
        self._redact = redact
        self._code_page = _code_page(self.raw)

    @property
    def code_page(self) -> str:
        """Name of the code page that is assumed for lines that are not UTF-8; empty if there is none."""
        return self._code_page.name if self._code_page else ""

    def readable(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the lines of `raw[start:end]` as a terminal would have shown them, without secrets."""
        end = len(self.raw) if end is None else end
        first = self._context_start(start)
        last = self.raw.find(b"\n", min(end + _AFTER, len(self.raw)))
        text = self.raw[first : last if last >= 0 else len(self.raw)]
        redacted = guarded(lambda: _readable(text, self._code_page, self._redact), text.count(b"\n"))
        lines = redacted.split(b"\n")
        skipped = self.raw.count(b"\n", first, start)
        return b"\n".join(lines[skipped : skipped + self.raw.count(b"\n", start, end) + 1])

    def free_memory(self) -> None:
        """Free the automata of the search for secrets."""
        matcher.free_memory()

    def _context_start(self, start: int) -> int:
        """Return the start of the line at which redaction must begin so that it knows the context of `start`."""
        far = max(0, start - _LONGEST_KEY)
        context = far if self.raw.find(_KEY, far, start) >= 0 else max(0, start - _BEFORE)
        newline = self.raw.rfind(b"\n", max(0, context - _LONG), context)
        return newline + 1 if newline >= 0 else context


def _without_middles(text: bytes) -> bytes:
    """Return the text without the middle of lines that are longer than `_LONG`. The number of lines stays."""
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
    """Return the log decoded, without the CI's line prefixes, cleaned, redacted and with long lines cut, as UTF-8.

    The result has as many lines as the decoded log: line numbers are the raw log's. Linear in the size of the log.
    """
    lines = raw.count("\n") if isinstance(raw, str) else raw.count(b"\n")

    def work() -> bytes:
        text = decode(raw)
        return _readable(text, _code_page(text), redact)

    return guarded(work, lines)


def _code_page(text: bytes) -> "CodePage | None":
    """Return the code page of the lines that are not UTF-8, if any."""
    if text.isascii():
        return None
    from plugin.logs.code_pages import assumed_code_page  # late: most logs are ASCII

    return assumed_code_page(text)


def _readable(text: bytes, page: "CodePage | None", redact: Redactor) -> bytes:
    text = page.in_utf8(text) if page else text
    return shorten(redact(without_label(clean(without_prefix(text)))))
