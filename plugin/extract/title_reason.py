"""Find the reason of a failure in the lines around the one that names it."""

from collections.abc import Sequence

from plugin.extract.forms import groups, load_forms, matches, nonblank_below
from plugin.extract.regex import regex

_BELOW = 15
"""Lines below a message within which a heading such as "Description:" is."""
_TRACE = 400
"""Lines of a stack trace that are read for the last `Caused by`."""
_CHAIN = 30
"""Lines below a message within which its causes are."""
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
    own = _one_line(lines[row].decode("utf-8", "replace"))
    return None if cause and cause[0].partition(": ")[2] and cause[0].partition(": ")[2] in own else cause


def chained_cause(lines: Sequence[bytes], row: int, text: str) -> Reason | None:
    """Return the title with the last of the causes that stand below a message, as Rust's programs print them."""
    last = _nested(lines, row)
    heading = False
    for below in range(row + 1, min(len(lines), row + _CHAIN)):
        line = lines[below]
        if line.startswith(b"Caused by:"):
            heading = True
        elif heading and line[:1].isspace() and line.strip():
            last, heading = below, False
        elif line.strip() and not line[:1].isspace():
            break
    forms = load_forms("title.yaml")
    if last is None or any(matches(forms[name], lines[last].strip()) for name in ("wrapper", "count")):
        return None
    cause = regex(r"^\s*(?:\d+: |> )").sub(b"", lines[last]).decode("utf-8", "replace")
    return f"{text}: {_one_line(cause)}", last


def _nested(lines: Sequence[bytes], row: int) -> int | None:
    """Return the row of the innermost cause that Gradle prints below a message, each behind `>`, the inner indented."""
    last, depth = None, -1
    for below in range(row + 1, min(len(lines), row + _CHAIN)):
        line = lines[below]
        indent = len(line) - len(line.lstrip())
        if not line.strip() or (depth < 0 and not line.startswith(b"> ")):
            break
        if line.lstrip().startswith(b"> ") and indent > depth:
            last, depth = below, indent
    return last


def exception_below(lines: Sequence[bytes], row: int, text: str) -> Reason | None:
    """Return the title of a log record with the exception that the next line begins with."""
    forms = load_forms("title.yaml")
    if row + 1 >= len(lines) or not matches(forms["exception"], lines[row + 1]):
        return None
    inner = last_cause(lines, row + 1) or (_one_line(lines[row + 1].decode("utf-8", "replace")), row + 1)
    return None if inner[0] in text else (f"{text}: {inner[0]}", inner[1])


def continued(lines: Sequence[bytes], row: int, text: str) -> Reason | None:
    """Return the title with the next line where its own line ends in a colon."""
    forms = load_forms("title.yaml")
    if not matches(forms["heading"], lines[row].rstrip()) or matches(r"(?:line|column) \d+:\s*$", lines[row]):
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
        if not inner or inner in text:
            return None
        joined = f"{text.rstrip(': ')}: {inner}"
        return continued(lines, below, joined) or (joined, below)
    return None


def described(lines: Sequence[bytes], row: int, text: str) -> Reason | None:
    """Return the title with what stands below a heading such as "Description:" near it."""
    for below in nonblank_below(lines, row, _BELOW):
        if matches(r"^\s*(?:Description|Reason|Cause|Details?|Message|Error):\s*$", lines[below]):
            for inner in nonblank_below(lines, below, _NEXT)[:1]:
                return f"{text}: {_one_line(lines[inner].decode('utf-8', 'replace'))}", inner
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
