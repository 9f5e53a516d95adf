"""Removal of what a CI, a container runtime or a supervisor adds to each line: a stamp, a stream, a host, a number.

A prefix is recognized by its regularity: the same shape, of a time, an offset or a counter, before several lines. The
pages of CI systems do not show prefixes, and a carriage return moves to the column after them. The name of one of
several concurrent programs (`app-1 | `) stays: it says which program printed the line. For names that are the same on
all lines, see `labels`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import re2

from plugin.text.lazy_expression import lazily

_COLORS = rb"(?:\x1b\[[\d;]*m)*"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = rb"\d\d?:\d\d:\d\d(?:[.,]\d{1,9})?(?: [AP]M)?"
_ZONE = rb"(?: ?(?:Z|UTC|GMT|CES?T|[+-]\d\d:?\d\d))?"
_DATE = (
    rb"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4}|\d{1,2} " + _MONTH + rb",? \d{4}"
    rb"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?" + _MONTH + rb" [ \d]\d)"
)
_SYSLOG = _MONTH + rb" [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \w[\w.-]* \w[\w./@-]*(?:\[\d+\])?:"
"""Time, host and program of a line of syslog."""
_STAMP = (
    rb"(?:"
    + _SYSLOG
    + rb"|\d{8}T\d{6}(?:[.,]\d{1,9})?Z?|\d{10}(?:\.\d{3,9})?|\[\d{10}(?:\.\d{3,9})?\]|\[ *\d{1,7}\.\d{6}\]"
    rb"|<\d{1,3}>1 \d{4}-\d\d-\d\dT[\d:.]+Z? \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\])"  # RFC 5424
    rb"|[\[(]?(?:task )?" + _DATE + rb"[T _]" + _CLOCK + _ZONE + rb"(?: \d{4})?[\])]?"
    rb"|[\[(]?" + _CLOCK + rb"Z?[\])]?"
    rb"|\[\d\d:\d\d\]"
    rb"|\[ *\+?(?:\d{1,3}m ?)?\d{1,6}(?:\.\d{1,3})? ?m?s\]|\+\d{1,6}\.\d{1,3}s"  # time since the start
    rb"|\d{1,4}: \[\d{1,6}\.\d{1,3}s\]"  # Dagger
    rb"|\[[\w.-]+:L\d+:\d+s\])"  # Woodpecker's command line
)
_STREAM = rb"(?: (?:stdout|stderr) [FP](?= |$)| \d\d[OE]\+?)?"
"""Stream and completeness of the line, as CRI and GitLab's runner add them."""
_SEPARATORS = (b": \t ", b"- ", b"| ", b"> ", b" ")
"""What may stand between a stamp and the line, if it does on all lines."""
_PREFIX = lazily(
    rb"(?P<label>[\w.-]+ +\| |(?P<step>[^\t]{1,100}\t[^\t]{1,100}\t))?"  # Compose; job and step of `gh run view --log`
    + (_COLORS + _STAMP + _COLORS + _STREAM + rb":?(?:[ \t]|(?<=\+)|$)")
)
_COUNTED = lazily(rb"(?P<before> {0,6}|\[(?:[\w.-]+:)?)(?P<number>\d{1,6})(?:\t|  |:|\] )")
_TIME = re2.compile(
    rb"\d:\d\d:\d\d|\[\d\d:\d\d\]|:L\d+:\d+s\]|\d{8}T\d{6}|\d{10}|\d\.\d{6}\]|\d ?m?s\] |\+\d+\.\d+s "
    rb"|(?m)^ *1(?:\t|  |:)|:1\] |(?m)^\[1\] "
)
_LEVEL = re2.compile(
    rb"^.{0,40}\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b|^\W{0,3}(?i:trace|debug|verbose|info|notice|warn(?:ing)?|error|fatal|critical|severe|alert)\b"
)
"""The level of a log record, whose time is the program's own."""
_ENOUGH = 3
"""Minimum number of lines with the prefix, unless all output has it."""
_PARTS_OF_DATE = 6
"""Numbers and words of a stamp with a date and a time."""
_GAP = 30
"""Maximum number of lines without the prefix between two with it, for example a traceback."""
_WITHOUT_VALUES = bytes.maketrans(b"123456789", b"0" * 9)
_WORD = lazily(rb"\d+|[A-Za-z]+")


class _Prefixed(NamedTuple):
    """A line with a prefix: its row, the shape of the prefix, the line without it."""

    row: int
    shape: bytes
    rest: bytes


def without_prefix(text: bytes) -> bytes:
    """Return the log without prefixes. The number of lines stays. Linear in the size of the log."""
    if not _TIME.search(text):
        return text
    lines = text.split(b"\n")
    stretches = [stretch for stretch in _stretches(lines) if len(stretch) >= _ENOUGH or _is_all(stretch, lines)]
    for stretch in stretches or [_counted(lines)]:
        separator = _separator(stretch)
        for one in stretch:
            lines[one.row] = one.rest.removeprefix(separator)
    return b"\n".join(lines)


def _separator(stretch: Sequence[_Prefixed]) -> bytes:
    """Return what separates the stamp from all lines of a stretch; empty if that is no more than one space."""
    texts = [one.rest for one in stretch if one.rest]
    return next((one for one in _SEPARATORS if texts and all(text.startswith(one) for text in texts)), b"")


def _is_all(stretch: Sequence[_Prefixed], lines: Sequence[bytes]) -> bool:
    """Return whether all output of a short log has the prefix, and none of it is a log record of a program."""
    rows = {one.row for one in stretch}
    if (
        not stretch
        or stretch[0].shape.count(b"0") < _PARTS_OF_DATE
        or len(lines) > 2 * _ENOUGH
        or any(_LEVEL.search(one.rest) for one in stretch)
    ):
        return False
    return len(stretch) > 1 and all(
        row in rows or not line.strip() or line[:2] == b"+ " for row, line in enumerate(lines)
    )


def _stretches(lines: Sequence[bytes]) -> Iterator[list[_Prefixed]]:
    """Yield the lines of each stretch with a prefix of the same shape."""
    stretch: list[_Prefixed] = []
    for one in _prefixed(lines):
        if stretch and (one.shape != stretch[-1].shape or one.row - stretch[-1].row > _GAP):
            yield stretch
            stretch = []
        stretch.append(one)
    yield stretch


def _prefixed(lines: Sequence[bytes]) -> Iterator[_Prefixed]:
    shapes: dict[bytes, bytes] = {}  # most stamps of a log differ in their digits only
    for row, line in enumerate(lines):
        prefix = _PREFIX.match(line)
        if prefix:
            label = prefix["label"] or b""
            stamp = prefix[0][len(label) :].translate(_WITHOUT_VALUES)
            shape = shapes.get(stamp)
            if shape is None:
                shape = shapes[stamp] = _WORD.sub(b"0", stamp).strip(b"+ \t")
            yield _Prefixed(row, shape, (b"" if prefix["step"] else label) + line[prefix.end() :])


def _counted(lines: Sequence[bytes]) -> list[_Prefixed]:
    """Return the lines behind a number that counts them, if nearly all lines have one."""
    found: list[_Prefixed] = []
    first: tuple[bytes, int] | None = None
    for row, line in enumerate(lines):
        number = _COUNTED.match(line)
        if not number:
            if line.strip() and line[:2] != b"+ ":
                return []
            continue
        form = number["before"].strip(), int(number["number"]) - row
        if form != (first := first or form):
            return []
        found.append(_Prefixed(row, b"", line[number.end() :]))
    return found if len(found) >= _ENOUGH else []
