"""Combine the recognizers of kinds of output: diagnostics, what is missing or refused, and log records."""

from collections.abc import Iterable, Mapping, Sequence

from plugin.extract.catalogue import Catalogue, without_program_prefix
from plugin.extract.diagnostics import Diagnostics
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.finding import ERROR, INFORMATION, Finding
from plugin.extract.missing import read_missing
from plugin.extract.records import read_call, read_record
from plugin.extract.refused import read_refused
from plugin.extract.regex import regex
from plugin.extract.streams import has_labels, programs
from plugin.frozen import replace

_PROGRESS = r"^(\.*[FE][.FEsxu]*|\.{3,})/\w"
_READ_AT_ONCE = 160
"""Characters of a record's message in which the missing thing is named, so that the message is the title."""


def diagnostics_of(lines: Sequence[bytes], command: int | None) -> Diagnostics:
    """Return the reader of the diagnostics in the lines; `command` is the row of the command that failed."""
    return Diagnostics(_WithoutPrefixes(lines), b"" if command is None else lines[command])


def recognize(
    lines: Sequence[bytes], rows: Iterable[int], diagnostics: Diagnostics, catalogue: Catalogue
) -> Mapping[int, Finding]:
    """Return what the recognizers read in the lines of `rows`, by row.

    The message of a diagnostic may be in another line than its place; then both rows have it.
    """
    rows = list(rows)
    if not has_labels(lines[row] for row in rows):
        return _recognized(lines, rows, diagnostics, catalogue)
    recognized: dict[int, Finding] = {}
    chosen = set(rows)
    for own in programs(lines):
        raw = [lines[row] for row in own]
        places = [place for place, row in enumerate(own) if row in chosen]
        found = _recognized(raw, places, Diagnostics(_WithoutPrefixes(raw), diagnostics.command), catalogue)
        recognized |= {own[place]: replace(one, row=own[one.row]) for place, one in found.items()}
    return recognized


def _recognized(
    lines: Sequence[bytes], rows: Iterable[int], diagnostics: Diagnostics, catalogue: Catalogue
) -> Mapping[int, Finding]:
    """Return what the recognizers read in the lines of one program."""
    plain = diagnostics.lines
    recognized: dict[int, Finding] = {}
    for row in rows:
        if row in recognized:  # the place of this message was read before
            recognized[row] = _merged(recognized[row], _read_thing(plain, row)) or recognized[row]
            continue
        finding = _read(lines, plain, row, diagnostics)
        if finding:
            finding = _with_category(finding, catalogue)
            recognized[row] = finding
            if finding.row != row:
                recognized[finding.row] = _merged(finding, recognized.get(finding.row)) or finding
    return recognized


class _WithoutPrefixes(Sequence[bytes]):
    """The lines without what a runner put in front of them."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, row):  # type: ignore[no-untyped-def]  # a row or a slice
        if isinstance(row, slice):
            return [_without_prefix(line) for line in self._lines[row]]
        return _without_prefix(self._lines[row])


def _without_prefix(line: bytes) -> bytes:
    """Return the line without the name of a program, and without the progress of tests that a warning follows."""
    progress = regex(_PROGRESS).search(line)
    return line[progress.end(1) :] if progress else without_program_prefix(line)


def _read(lines: Sequence[bytes], plain: Sequence[bytes], row: int, diagnostics: Diagnostics) -> Finding | None:
    """Return the most specific of what the recognizers read in one line, `plain` without a runner's prefix."""
    call = read_call(plain, row)
    diagnostic = None if call else diagnostics.read(row)
    if diagnostic:
        return _merged(diagnostic, _read_thing(plain, row)) or diagnostic
    record = call or read_record(lines, row) or read_record(plain, row)  # the host of Ansible looks like a prefix
    is_data = record is not None and b'{"' in plain[row]
    missing = _read_thing([record.title.encode()], 0) if record and is_data else _read_thing(plain, row)
    if missing and diagnostics.finds_fault(row, missing):
        missing = None
    return (record and _merged(record, missing)) or missing or record


def _read_thing(lines: Sequence[bytes], row: int) -> Finding | None:
    """Return what the line reports as missing or refused."""
    return read_missing(lines, row) or read_refused(lines, row)


def _merged(finding: Finding, missing: Finding | None) -> Finding | None:
    """Return the finding with what its message reports as missing; None if that says nothing about the category."""
    if not missing or not missing.names_thing or finding.category == "lint":
        return None
    if finding.kind == "diagnostic" and not (missing.misses_environment and _is_specific(missing, finding.title)):
        return None  # "is undefined" is a compiler's error about code
    severity = finding.severity if finding.severity == INFORMATION else max(finding.severity, missing.severity)
    title = finding.title
    if finding.kind == "record" and missing.name not in title[:_READ_AT_ONCE]:
        title = missing.title
    return replace(
        finding, title=title, category=missing.category, severity=severity, thing=missing.thing, name=missing.name
    )


def _is_specific(missing: Finding, message: str) -> bool:
    """Return whether a compiler misses a file, not a module without a path or an extension, and refuses no value."""
    named = bool({"/", "\\", "."}.intersection(missing.name)) or "No such file" in message
    return missing.thing not in ("file", "value") or (missing.thing == "file" and named)


def _with_category(finding: Finding, catalogue: Catalogue) -> Finding:
    """Return a record's error with the category of the tool's pattern that matches its message."""
    if finding.kind != "record" or finding.thing or finding.severity < ERROR:
        return finding
    pattern = catalogue.matching(finding.title.encode())
    known = pattern and pattern.kind == "cause" and pattern.place != GENERIC_FILE and not pattern.untrusted
    return replace(finding, category=pattern.category) if known and pattern else finding
