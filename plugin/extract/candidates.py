"""Takes a whole log, gives the lines to look at one by one: all of a usual log, a bounded choice of a long one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plugin.extract.regex import regex
from plugin.logs.readable import LazyLog

WHOLE_LINES = 5000
WHOLE_BYTES = 700_000
"""A log of at most so many lines and bytes is looked at from the first line to the last."""
LONGEST_LINE = 1000
"""Bytes of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """How many lines of a long log are looked at."""

    end: int
    """Before the end of the log."""
    before_mark: int
    """Before the mark that the CI sets after a failed command."""
    after_command: int
    """After the last command of the step's trace."""
    words: int
    """Words of failure anywhere else that are looked around…"""
    above: int
    """…so many lines up…"""
    below: int
    """…and down."""


_USUAL = _Reach(end=400, before_mark=800, after_command=100, words=250, above=6, below=12)
_LARGE = _Reach(end=250, before_mark=400, after_command=60, words=40, above=4, below=10)
"""For logs that take longer to decode than a usual view to be judged."""
_LARGE_BYTES = 2_000_000

_ALIKE_ENOUGH = 3  # words in lines that are the same but for digits
_CHUNK = 1 << 16
_PER_CHUNK = 100  # words visited in one chunk
_FORM = 100  # bytes by which lines are told apart
_REACH = 1 << 17  # bytes of one stretch of lines
_MARKS_WITHIN = 1 << 20  # bytes from the end

_TIME = r"(?:[\d.:TZ-]{20,30} )?"
_COLOURS = r"(?:\x1b\[[\d;]*[mK])*"
"""What may stand before a line's own text where the log is still raw."""
MARK = (
    rf"(?m)^{_TIME}{_COLOURS}"
    r'(?:The command ".*" (?:exited with [1-9]|failed)|##\[error\]|::error|ERROR: Job failed'
    r"|Build step .+ marked build as failure)"
)
_WORD = (
    r"(?im)(?:\b|\x1b\[[\d;]*m)(?:error:|errors? in|exception:|traceback|fatal:|panic:|panicked|assertion|no such file"
    r"|undefined reference|cannot find|not found:|no space left|out of memory|segmentation fault|permission denied"
    r"|timed out|fail:|failed\b|failure\b|fatal\b|killed\b)|^not ok |✗|✖"
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The lines looked at, in the log's order. A row is a line's place in the view, from 0."""

    numbers: tuple[int, ...]
    """The rows' 1-based line numbers in the log, ascending."""
    lines: tuple[bytes, ...]
    """Their texts, without newline, cut to LONGEST_LINE."""
    total: int
    """How many lines the log has."""

    def last(self, expression: str) -> int | None:
        """The last row that matches."""
        search = regex(expression).search
        return next((row for row in range(len(self.lines) - 1, -1, -1) if search(self.lines[row])), None)


def choose_candidates(log: bytes | LazyLog, also: str = "") -> Candidates:
    """`log` is clean text, or Parts of a raw one. Takes time in proportion to its size, and memory for the lines looked
    at only. `also` is an expression of what has to be looked at beside words of failure."""
    text = log.raw if isinstance(log, LazyLog) else log

    def readable(start: int, end: int) -> bytes:
        return log.readable(start, end) if isinstance(log, LazyLog) else log[start:end]

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
    """From `start` on; what follows the last newline is a line, too."""
    return text.count(b"\n", start) + (start < len(text) and not text.endswith(b"\n"))


def _cut(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line[:LONGEST_LINE] for line in lines)


def _stretches(log: bytes, also: str) -> Iterator[tuple[int, int]]:
    """Where to look in a long log, as byte offsets of whole lines."""
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
    """Places of words of failure, or of a person's own, from the end backwards: early ones are noise more often."""
    group_failures: Counter[bytes] = Counter()
    search = regex(expression)
    for start in range((len(log) - 1) // _CHUNK * _CHUNK, -1, -_CHUNK):
        at = start
        for _ in range(_PER_CHUNK):
            word = search.search(log, at, min(start + _CHUNK, len(log)))
            if not word:
                break
            at = log.find(b"\n", word.end(), start + _CHUNK)
            normalized = log[log.rfind(b"\n", start, word.start()) + 1 : at][:_FORM].translate(None, b"0123456789")
            group_failures[normalized] += 1
            if group_failures[normalized] <= _ALIKE_ENOUGH:
                yield word.start()
                enough -= 1
            if at < 0:
                break
        if enough <= 0:
            return


def _back(log: bytes, place: int, lines: int) -> int:
    """The start of the line `lines` above that of `place`, or nearer where lines are long."""
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
    """The end of the line `lines` below that of `place`, or nearer where lines are long."""
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
