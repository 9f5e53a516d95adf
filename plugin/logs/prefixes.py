"""Removal of what a CI, a container runtime or a supervisor adds to each line: a time stamp, a stream, a host.

A prefix is recognized by its regularity: the same shape, of a time or an offset, before several lines. The pages of CI
systems do not show prefixes, and a carriage return moves to the column after them. The name of one of several
concurrent programs (`app-1 | `) stays: it says which program printed the line.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import re2

_COLORS = rb"(?:\x1b\[[\d;]*m)*"
_CLOCK = rb"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_STAMP = (
    rb"(?:\d{8}T\d{6}(?:[.,]\d{1,9})?Z?|\d{10}\.\d{3,9}|\[ *\d{1,7}\.\d{6}\]"  # basic ISO 8601, Unix time, the kernel
    rb"|\[?(?:task )?(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[-/.]\d\d[-/.]\d{4})[T ]"
    + _CLOCK
    + rb"(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?"
    rb"|[A-Z][a-z]{2} [ \d]\d " + _CLOCK + rb"(?: [\w.-]+ [\w./-]+(?:\[\d+\])?:)?"  # syslog, with host and program
    rb"|\[?" + _CLOCK + rb"Z?\]?(?: (?= \S))?"
    rb"|\[[\w.-]+:L\d+:\d+s\])"  # Woodpecker's command line
)
_STREAM = rb"(?: (?:stdout|stderr) [FP](?= |$)| \d\d[OE]\+?)?"
"""Stream and completeness of the line, as CRI and GitLab's runner add them."""
_PREFIX = re.compile(
    rb"(?P<label>[\w.-]+ +\| |(?P<step>[^\t]{1,100}\t[^\t]{1,100}\t))?"  # Compose; job and step of `gh run view --log`
    + (_COLORS + _STAMP + _COLORS + _STREAM + rb"(?:[ \t]|(?<=\+)|$)")
)
_TIME = re2.compile(rb"\d\d:\d\d:\d\d|:L\d+:\d+s\]|\d{8}T\d{6}|\d{10}\.\d{3}|\d\.\d{6}\]")
_ENOUGH = 3
"""Minimum number of lines with the prefix."""
_GAP = 30
"""Maximum number of lines without the prefix between two with it, for example a traceback."""
_WORD = re.compile(rb"\d+|[A-Za-z]+")


class _Prefixed(NamedTuple):
    """A line with a prefix: its row, the shape of the prefix, the line without it."""

    row: int
    shape: bytes
    rest: bytes


def without_prefix(text: bytes) -> bytes:
    """Return the log without prefixes. The number of lines stays. Linear in the size of the log."""
    if not _has_times(text):
        return text
    lines = text.split(b"\n")
    for stretch in _stretches(lines):
        for one in stretch:
            lines[one.row] = one.rest
    return b"\n".join(lines)


def _has_times(text: bytes) -> bool:
    end = 0
    for _ in range(_ENOUGH):
        time = _TIME.search(text, end)
        if not time:
            return False
        end = time.end()
    return True


def _stretches(lines: Sequence[bytes]) -> Iterator[list[_Prefixed]]:
    """Yield the lines of each stretch with a prefix of the same shape."""
    stretch: list[_Prefixed] = []
    for one in _prefixed(lines):
        if stretch and (one.shape != stretch[-1].shape or one.row - stretch[-1].row > _GAP):
            if len(stretch) >= _ENOUGH:
                yield stretch
            stretch = []
        stretch.append(one)
    if len(stretch) >= _ENOUGH:
        yield stretch


def _prefixed(lines: Sequence[bytes]) -> Iterator[_Prefixed]:
    for row, line in enumerate(lines):
        prefix = _PREFIX.match(line)
        if prefix:
            label = prefix["label"] or b""
            shape = _WORD.sub(b"0", prefix[0][len(label) :]).strip(b"+ \t")
            yield _Prefixed(row, shape, (b"" if prefix["step"] else label) + line[prefix.end() :])
