"""Find what belongs into the title of a failed test: its name and what it found."""

from collections.abc import Iterator, Sequence

from plugin.extract.forms import groups, load_forms, matches, nonblank_below
from plugin.extract.regex import regex

Reason = tuple[str, int]
"""A text, and the row that it was taken from."""

_BELOW = 15
"""Lines below a test's name within which the reason of its failure is."""
_BESIDE = 6
"""Lines below what was expected within which the next line of the same program is."""
_ABOVE = 100
"""Lines above a reason within which the name of its test is."""
_SAME = 30
"""Characters by which a summary is known to repeat a reason."""


def asserted(lines: Sequence[bytes], row: int, text: str, test: str) -> Reason | None:
    """Return what a test found, from the lines below its name; `test` is the name if a pattern captured it.

    Where the row is that of a summary, the name stands once more above what the test found.
    """
    if matches(load_forms("title.yaml")["assertion"], text.encode()):
        return None
    if lines[row].lstrip().startswith(b"{"):
        return _output_of_go_test(lines, row)
    if found := _found_below(lines, row):
        return found
    other = next((one for one in _named(lines, test) if one != row), None) if test else None
    return _found_below(lines, other) if other is not None else None


def test_of(lines: Sequence[bytes], row: int, text: str) -> str:
    """Return the name of the test whose failure has the reason `text` in `row`; empty if no line names it."""
    forms = load_forms("title.yaml")
    for above in range(row - 1, max(-1, row - 1 - _ABOVE), -1):
        if found := groups(forms["test-heading"], lines[above]):
            return _one_line(f"{found['test']} {_nested_name(lines, above)}")
        if matches(forms["test-end"], lines[above]):
            break
    reason = text.encode()[:_SAME]
    for below in range(row + 1, len(lines)):
        if reason in lines[below] and (found := groups(forms["test-summary"], lines[below])):
            return found["test"]
    return ""


def _nested_name(lines: Sequence[bytes], row: int) -> str:
    """Return the rest of a name that continues in deeper lines up to one that ends in a colon, as Mocha prints it."""
    parts = []
    for below in nonblank_below(lines, row, 6):
        line = lines[below].rstrip()
        if not line.startswith(b"      ") or matches(load_forms("title.yaml")["assertion"], line):
            return ""
        parts.append(line.decode("utf-8", "replace"))
        if line.endswith(b":"):
            return " ".join(parts).rstrip(":")
    return ""


def _found_below(lines: Sequence[bytes], row: int) -> Reason | None:
    forms = load_forms("title.yaml")
    for below in range(row + 1, min(len(lines), row + 1 + _BELOW)):
        if matches(forms["test-heading"], lines[below]):
            return None
        found = groups(forms["assertion"], lines[below])
        if found and not matches(forms["no-assertion"], lines[below]):
            return _with_actual(_one_line(found["what"]), lines, below), below
    return None


def _with_actual(expected: str, lines: Sequence[bytes], row: int) -> str:
    """Return what was expected with what the next line says was found instead."""
    forms = load_forms("title.yaml")
    if not matches(forms["expected"], expected.encode()):
        return expected
    for below in nonblank_below(lines, row, _BESIDE)[:1]:
        if found := groups(forms["actual"], lines[below]):
            return f"{expected}, {_one_line(found['what'])}"
    return expected


def _named(lines: Sequence[bytes], test: str) -> Iterator[int]:
    """Yield the rows of headings that name the test."""
    name = test.encode()
    heading = load_forms("title.yaml")["test-heading"]
    for row, line in enumerate(lines):
        if name in line and (found := groups(heading, line)) and found["test"].strip() == test:
            yield row


def _output_of_go_test(lines: Sequence[bytes], row: int) -> Reason | None:
    """Return what the test of an event of `go test -json` printed at its place in the file."""
    test = regex(r'"Test":"(?:[^"\\]|\\.)+"').search(lines[row])
    for above in range(row - 1, max(-1, row - 1 - _ABOVE), -1) if test else ():
        found = groups(load_forms("title.yaml")["go-output"], lines[above]) if test[0] in lines[above] else None
        if found:
            return _one_line(found["what"].replace('\\"', '"')), above
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
