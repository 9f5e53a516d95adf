"""Takes the lines of a log, gives the rows that a test printed of which its runner says that it passed."""

from collections.abc import Iterator, Sequence

from plugin.extract.regex import regex

_BEGINS = r"^\s*=== (?:RUN|CONT|NAME) +(\S+)|^\[ RUN      \] (\S+)|^Test Case '([^']+)' started"
_PASSED = r"^\s*--- (?:PASS|SKIP): (\S+)|^\[  (?:     OK|SKIPPED) \] (\S+)|^Test Case '([^']+)' (?:passed|skipped)"
"""`go test -v`, GoogleTest, XCTest: the test is named before what it prints, and behind it."""
_NAMING = (b"=== ", b"--- ", b"[ ", b"Test Case ")
"""What the lines of both begin with, after blanks: most lines need no expression."""
_FILE_PASSED = b"PASS "
"""Jest: what the tests of a file print stands indented below."""
_MOST_NAMED = 200
"""Tests within a test up to which it is looked at whose lines they are."""


def lines_of_passed_tests(lines: Sequence[bytes]) -> frozenset[int]:
    """The rows, with the lines that name the test. Where tests print at the same time, nobody knows whose a line is."""
    return frozenset((*_between_names(lines), *_below_files(lines)))


def _between_names(lines: Sequence[bytes]) -> Iterator[int]:
    begins, ends = regex(_BEGINS).search, regex(_PASSED).search
    named: list[tuple[int, bytes]] = []
    first: dict[bytes, int] = {}
    for row, line in enumerate(lines):
        if not line.lstrip().startswith(_NAMING):
            continue
        if begun := begins(line):
            name = begun[begun.lastindex]
            first.setdefault(name, len(named))
            named.append((row, name))
        elif (ended := ends(line)) and (place := first.pop(name := ended[ended.lastindex], None)) is not None:
            few = len(named) - place <= _MOST_NAMED
            if few and all(one == name or one.startswith(name + b"/") for _, one in named[place:]):
                yield from range(named[place][0], row + 1)


def _below_files(lines: Sequence[bytes]) -> Iterator[int]:
    below = False
    for row, line in enumerate(lines):
        below = line.startswith(_FILE_PASSED) or (below and (not line.strip() or line[:1].isspace()))
        if below:
            yield row
