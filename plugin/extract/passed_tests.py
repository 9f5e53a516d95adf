"""Output of passed tests: the rows that a test printed whose runner reports that it passed."""

from collections.abc import Iterator, Sequence

from plugin.extract.regex import regex

_BEGINS = r"^\s*=== (?:RUN|CONT|NAME) +(\S+)|^\[ RUN      \] (\S+)|^Test Case '([^']+)' started"
_PASSED = r"^\s*--- (?:PASS|SKIP): (\S+)|^\[  (?:     OK|SKIPPED) \] (\S+)|^Test Case '([^']+)' (?:passed|skipped)"
"""Lines of `go test -v`, GoogleTest and XCTest, which name the test before and after its output."""
_ALONE = r"^\[ RUN      \] .* OK$|^ok  \t|^\?   \t\S+\t\[no test files\]$"
"""Lines of busted and `go test` that report a passed test, or a package without a failed one, by themselves."""
_NAMING = (b"=== ", b"--- ", b"[ ", b"Test Case ", b"ok  \t", b"?   \t")
"""Prefixes of these lines after indentation: most lines are skipped without a regular expression."""
_FILE_PASSED = b"PASS "
"""Prefix of Jest's line for a passed file. The output of the file's tests follows it, indented."""
_MOST_NAMED = 200
"""Maximum number of tests that start within a test. The lines of a test with more are kept, which bounds the cost."""


def lines_of_passed_tests(lines: Sequence[bytes]) -> frozenset[int]:
    """Return the rows, including the lines that name the test.

    Rows where tests print concurrently are not included: a line there cannot be attributed to a test.
    """
    return frozenset((*_between_names(lines), *_below_files(lines)))


def _between_names(lines: Sequence[bytes]) -> Iterator[int]:
    begins, ends, alone = regex(_BEGINS).search, regex(_PASSED).search, regex(_ALONE).search
    named: list[tuple[int, bytes]] = []
    first: dict[bytes, int] = {}
    for row, line in enumerate(lines):
        if not line.lstrip().startswith(_NAMING):
            continue
        if alone(line):
            yield row
        elif begun := begins(line):
            name = begun[begun.lastindex]
            first.setdefault(name, len(named))
            named.append((row, name))
        elif (ended := ends(line)) and (index := first.pop(name := ended[ended.lastindex], None)) is not None:
            few = len(named) - index <= _MOST_NAMED
            if few and all(test == name or test.startswith(name + b"/") for _, test in named[index:]):
                yield from range(named[index][0], row + 1)


def _below_files(lines: Sequence[bytes]) -> Iterator[int]:
    below = False
    for row, line in enumerate(lines):
        below = line.startswith(_FILE_PASSED) or (below and (not line.strip() or line[:1].isspace()))
        if below:
            yield row
