"""Candidates: the lines of a log that are scored one by one. All of a usual log, a bounded choice of a long one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Protocol

from plugin.extract.regex import regex
from plugin.frozen import frozen

WHOLE_LINES = 5000
WHOLE_BYTES = 700_000
"""Maximum size of a log of which every line is a candidate."""
LONGEST_LINE = 1000
"""Maximum number of bytes of a line that are read."""
MANY_ROWS = 1100
"""Candidates from which on automata are not kept for the next log: they grow to megabytes, and making them takes little
of the time."""


class LogSource(Protocol):
    """A log whose lines are cleaned and redacted when they are read, as `plugin.logs.readable.LazyLog`."""

    raw: bytes
    binary: str
    """What the log is if it is no text, for example "an image (PNG)"."""

    @property
    def code_page(self) -> str:
        """Name of the code page that is assumed for lines that are not UTF-8; empty if there is none."""

    def readable(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the lines of `raw[start:end]`, clean and redacted."""

    def free_memory(self) -> None:
        """Free what reading needed and what can be made again."""


@frozen
class _Reach:
    """Which lines of a long log are candidates, as numbers of lines."""

    end: int
    """Before the end of the log."""
    before_mark: int
    """Before the mark that the CI sets after a failed command."""
    after_command: int
    """After the last command of the step's trace."""
    words: int
    """Maximum number of failure words elsewhere whose surroundings are candidates."""
    above: int
    """Above each of them."""
    below: int
    """Below each of them."""


_USUAL = _Reach(end=400, before_mark=800, after_command=100, words=250, above=6, below=12)
_LARGE = _Reach(end=250, before_mark=400, after_command=60, words=40, above=4, below=10)
"""For logs whose decoding takes longer than scoring the usual number of candidates."""
_LARGE_BYTES = 2_000_000

_ALIKE_ENOUGH = 3  # failure words in lines that are equal except for digits
_CHUNK = 1 << 16
_PER_CHUNK = 100  # words visited in one chunk
_FORM = 100  # bytes of a line that are compared
_REACH = 1 << 17  # bytes of one stretch of lines
_MARKS_WITHIN = 1 << 20  # bytes from the end

_TIME = r"(?:[\d.:TZ-]{20,30} )?"
_COLORS = r"(?:\x1b\[[\d;]*[mK])*"
"""Possible prefixes of a line of a raw log."""
MARK = (
    rf"(?m)^{_TIME}{_COLORS}"
    r'(?:The command ".*" (?:exited with [1-9]|failed)|##\[error\]|::error|ERROR: Job failed'
    r"|Build step .+ marked build as failure)"
)
_WORD = (
    r"(?im)(?:\b|\x1b\[[\d;]*m)(?:error:|errors? in|exception:|traceback|fatal:|panic:|panicked|assertion|no such file"
    r"|undefined reference|cannot find|not found:|no space left|out of memory|segmentation fault|permission denied"
    r"|timed out|fail:|failed\b|failure\b|fatal\b|killed\b)|^not ok |✗|✖"
)


@frozen
class Candidates:
    """Lines of a log, in order. A row is the 0-based index of a line in `lines`."""

    numbers: tuple[int, ...]
    """1-based line number in the log of each row, ascending."""
    lines: tuple[bytes, ...]
    """Text of each row, without newline, cut to LONGEST_LINE."""
    total: int
    """Number of lines of the log."""

    def last(self, expression: str) -> int | None:
        """Return the last row that matches, or None."""
        search = regex(expression).search
        return next((row for row in range(len(self.lines) - 1, -1, -1) if search(self.lines[row])), None)


def choose_candidates(log: bytes | LogSource, also: str = "") -> Candidates:
    """Return the candidates of `log`, which is clean text or a raw log that is cleaned in parts.

    `also` is an expression whose matches are candidates like words of failure. Linear in the size of the log; memory is
    used for the candidates only.
    """
    text = log if isinstance(log, bytes) else log.raw

    def readable(start: int, end: int) -> bytes:
        return log[start:end] if isinstance(log, bytes) else log.readable(start, end)

    if len(text) <= WHOLE_BYTES and (total := _lines_in(text)) <= WHOLE_LINES:
        return Candidates(tuple(range(1, total + 1)), tuple(_cut(readable(0, len(text)).split(b"\n")[:total])), total)
    numbers: list[int] = []
    lines: list[bytes] = []
    number, counted = 1, 0
    for start, end in _merged(sorted(_stretches(text, also))):
        number += text.count(b"\n", counted, start)
        counted = start
        some = readable(start, end).removesuffix(b"\n").split(b"\n")
        new = range(max(number, numbers[-1] + 1 if numbers else 0), number + len(some))
        numbers += new
        lines += _cut(some[len(some) - len(new) :])
    return Candidates(tuple(numbers), tuple(lines), number - 1 + _lines_in(text, counted))


def _lines_in(text: bytes, start: int = 0) -> int:
    """Return the number of lines from `start` on; text after the last newline is a line, too."""
    return text.count(b"\n", start) + (start < len(text) and not text.endswith(b"\n"))


def _cut(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line[:LONGEST_LINE] for line in lines)


def _stretches(log: bytes, also: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a long log with candidates, as byte offsets of whole lines."""
    reach = _LARGE if len(log) >= _LARGE_BYTES else _USUAL
    yield _back(log, len(log), reach.end), len(log)
    late = max(0, len(log) - _MARKS_WITHIN)
    mark = regex(MARK).search(log, late)
    if mark:
        yield _back(log, mark.start(), reach.before_mark), _forth(log, mark.end(), 3)
    command = log.rfind(b"\n+ ") + 1
    if log.startswith(b"+ ", command):
        yield command, _forth(log, command, reach.after_command)
    for expression in (_WORD, also) if also else (_WORD,):
        for place in _places(expression, log, reach.words):
            yield _back(log, place, reach.above), _forth(log, place, reach.below)


def _places(expression: str, log: bytes, enough: int) -> Iterator[int]:
    """Yield offsets of matches from the end backwards: early ones are noise more often."""
    seen: Counter[bytes] = Counter()
    search = regex(expression)
    for start in range((len(log) - 1) // _CHUNK * _CHUNK, -1, -_CHUNK):
        at = start
        for _ in range(_PER_CHUNK):
            word = search.search(log, at, min(start + _CHUNK, len(log)))
            if not word:
                break
            at = log.find(b"\n", word.end(), start + _CHUNK)
            normalized = log[log.rfind(b"\n", start, word.start()) + 1 : at][:_FORM].translate(None, b"0123456789")
            seen[normalized] += 1
            if seen[normalized] <= _ALIKE_ENOUGH:
                yield word.start()
                enough -= 1
            if at < 0:
                break
        if enough <= 0:
            return


def _back(log: bytes, place: int, lines: int) -> int:
    """Return the start of the line that is `lines` above that of `place`, or of a nearer one where lines are long."""
    low = max(0, place - _REACH)
    for _ in range(lines + 1):
        newline = log.rfind(b"\n", low, place)
        if newline < 0:
            return 0 if low == 0 else _line_start(log, place)
        place = newline
    return place + 1


def _line_start(log: bytes, place: int) -> int:
    start = log.rfind(b"\n", 0, place) + 1
    return start if place - start <= _REACH else place - _REACH


def _forth(log: bytes, place: int, lines: int) -> int:
    """Return the end of the line that is `lines` below that of `place`, or of a nearer one where lines are long."""
    high = min(len(log), place + _REACH)
    for _ in range(lines + 1):
        newline = log.find(b"\n", place, high)
        if newline < 0:
            return high if high == len(log) else place
        place = newline + 1
    return place


def _merged(stretches: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = 0, 0
    for next_start, next_end in stretches:
        if next_start > end:
            if end > start:
                yield start, end
            start = next_start
        end = max(end, next_end)
    if end > start:
        yield start, end
