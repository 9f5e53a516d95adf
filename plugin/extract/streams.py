"""The lines of one of several concurrent programs, whose lines a runner interleaves, each behind the program's name."""

from collections.abc import Iterable, Sequence
from typing import overload

from plugin.extract.catalogue import without_program_prefix
from plugin.extract.regex import regex

_LABEL = r"^(?:#\d+|[\w.-]+ +\||\[[\w@/.-]{1,40}\]|(?:@[\w.-]+/)?[\w.@/-]+ ?[\w:-]*:)"
"""The part of a prefix that is the same for all lines of a program."""


def of_program(lines: Sequence[bytes], row: int) -> Sequence[bytes]:
    """Return the lines as the program that printed `row` wrote them; those of other programs are empty."""
    label = _label(lines[row])
    return _Stream(lines, label) if label else lines


def has_labels(lines: Iterable[bytes]) -> bool:
    """Return whether one of the lines has the name of its program."""
    return any(map(_label, lines))


def programs(lines: Sequence[bytes]) -> Iterable[Sequence[int]]:
    """Return the rows of each program; lines without a name are those of one program."""
    rows: dict[bytes, list[int]] = {}
    for row, line in enumerate(lines):
        rows.setdefault(_label(line), []).append(row)
    return rows.values()


def _label(line: bytes) -> bytes:
    if without_program_prefix(line) == line:
        return b""
    found = regex(_LABEL).search(line)
    return found[0] if found else b""


class _Stream(Sequence[bytes]):
    """A view of the lines with the same row numbers."""

    def __init__(self, lines: Sequence[bytes], label: bytes) -> None:
        self._lines = lines
        self._own = label

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, row: int) -> bytes: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[bytes]: ...
    def __getitem__(self, row: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(row, slice):
            return [self._plain(line) for line in self._lines[row]]
        return self._plain(self._lines[row])

    def _plain(self, line: bytes) -> bytes:
        return without_program_prefix(line) if _label(line) == self._own else b""
