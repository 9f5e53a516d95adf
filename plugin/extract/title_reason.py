"""Find the reason of a failure in the lines around the one that names it."""

from collections.abc import Sequence

from plugin.extract.forms import groups, load_forms, matches, nonblank_below
from plugin.extract.regex import regex

_BELOW = 15
"""Lines below a test's name within which the reason of its failure is."""
_TRACE = 400
"""Lines of a stack trace that are read for the last `Caused by`."""
_NEXT = 3
"""Lines below a line that ends in a colon within which it continues."""

Reason = tuple[str, int]
"""A text, and the row that it was taken from."""


def last_cause(lines: Sequence[bytes], row: int) -> Reason | None:
    """Return the last `Caused by` of the stack trace below an exception."""
    forms = load_forms("title.yaml")
    if not matches(forms["exception"], lines[row]):
        return None
    cause: Reason | None = None
    for below in range(row + 1, min(len(lines), row + _TRACE)):
        if not matches(forms["frame"], lines[below]):
            break
        if found := groups(forms["caused-by"], lines[below]):
            cause = _one_line(found["what"]), below
    return cause


def continued(lines: Sequence[bytes], row: int, text: str) -> Reason | None:
    """Return the title with the next line where its own line ends in a colon."""
    forms = load_forms("title.yaml")
    if not matches(forms["heading"], lines[row].rstrip()):
        return None
    heading = lines[row].decode("utf-8", "replace").strip()
    last = heading.rstrip(": ").split(" ")[-1].strip("'\"`()[]")
    if not last or not text.rstrip(": '\"`()[]").endswith(last):
        return None  # the title is about another part of the line
    for below in nonblank_below(lines, row, _NEXT):
        line = lines[below]
        if matches(forms["unusable"], line) and not matches(r"^\s*[│|>-] \S", line):
            return None
        inner = _one_line(regex(forms["lead"]).sub(b"", line).decode("utf-8", "replace")).rstrip(": ")
        return (f"{text.rstrip(': ')}: {inner}", below) if inner and inner not in text else None
    return None


def asserted(lines: Sequence[bytes], row: int, text: str) -> Reason | None:
    """Return what a test found, from the lines below its name."""
    forms = load_forms("title.yaml")
    if matches(forms["assertion"], text.encode()):
        return None
    for below in range(row + 1, min(len(lines), row + 1 + _BELOW)):
        found = groups(forms["assertion"], lines[below])
        if found and not matches(forms["no-assertion"], lines[below]):
            return _one_line(found["what"]), below
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
