"""The first entry of a list that a checker printed without places in files: by its marks of severity, or its layout."""

from collections.abc import Sequence

from plugin.extract.finding import ERROR, INFORMATION, UNRATED, WARNING, Finding, Severity
from plugin.extract.forms import Groups, groups, load_forms, matches
from plugin.extract.regex import regex

READ_BELOW = 400
"""Lines below a command that are read."""
_FIELD = r"^\s+[A-Za-z][\w ]{0,20}:(?:\s|$)"


def first_entry(row: int, start: int, lines: Sequence[bytes]) -> Finding | None:
    """Return the first entry of the highest severity in the list that contains `row`; None if there is no list.

    Lines above `start` do not count. Where the entries have no marks of severity, those that begin like the heading of
    `row` are entries of the same list.
    """
    rows = range(start, min(len(lines), start + READ_BELOW))
    marked = [
        (severity, one)
        for one in rows
        if (severity := _severity(lines[one])) is not None and not _is_no_entry(lines[one])
    ]
    highest = max((severity for severity, _ in marked), default=INFORMATION)
    if highest >= ERROR or (highest == WARNING and _severity(lines[row]) is not None):
        return _entry(next(one for severity, one in marked if severity == highest), highest, lines)
    head = _head(row, start, lines)
    if head is None:
        return None
    shape = _shape(lines[head])
    similar = [one for one in rows if _shape(lines[one]) == shape and not _is_no_entry(lines[one])]
    diagnostics = load_forms("diagnostics.yaml")
    belongs = matches(diagnostics["source"], lines[row]) or matches(_FIELD, lines[row])
    if not similar or (len(similar) == 1 and not belongs):
        similar = [one for one in rows if head < one <= row and _shape(lines[one])[:2] == _shape(lines[row])[:2]]
        return _entry(similar[0], UNRATED, lines) if len(similar) > 1 else None
    return _entry(similar[0], UNRATED, lines)


def _entry(row: int, severity: Severity, lines: Sequence[bytes]) -> Finding:
    marker = load_forms("diagnostics.yaml")["marker"]
    text = regex(marker).sub(b"", lines[row], 1).strip() or lines[row].strip()
    return Finding("diagnostic", row, " ".join(text.decode("utf-8", "replace").split()), "lint", severity)


def _severity(line: bytes) -> Severity | None:
    """Return the severity by the mark that the line begins with."""
    found: Groups | None = groups(load_forms("diagnostics.yaml")["marker"], line)
    if not found:
        return None
    return ERROR if found["error"] else WARNING if found["warning"] else INFORMATION


def _head(row: int, start: int, lines: Sequence[bytes]) -> int | None:
    """Return the row of the line that an indented line belongs to; None if it is no heading of its own kind."""
    indent = _indent(lines[row])
    head = row
    for above in range(row - 1, start - 1, -1):
        if not lines[above].strip() or not indent:
            break
        if _indent(lines[above]) < indent:
            head, indent = above, _indent(lines[above])
    return None if head == row else head


def _is_no_entry(line: bytes) -> bool:
    """Return whether the line counts findings, ends the output, names a file or has no more words than a mark."""
    if not matches(r"\pL{2}.*\s.*\pL", regex(load_forms("diagnostics.yaml")["marker"]).sub(b"", line, 1)):
        return True
    forms = load_forms("title.yaml")
    is_file = matches(load_forms("diagnostics.yaml")["header"], line.rstrip())
    return is_file or any(matches(forms[name], line) for name in ("count", "summary", "trailer", "wrapper", "unusable"))


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())


def _shape(line: bytes) -> tuple[int, bytes, bytes]:
    """Return the indentation, first character and first word of a line."""
    return _indent(line), line.strip()[:1], line.split()[0] if line.strip() else b""
