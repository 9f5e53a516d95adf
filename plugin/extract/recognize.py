"""Combine the recognizers of kinds of output: diagnostics, missing things and log records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from plugin.extract.catalogue import Catalogue, without_program_prefix
from plugin.extract.diagnostics import Diagnostics
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.finding import ERROR, Finding
from plugin.extract.missing import read_missing
from plugin.extract.records import read_record


def diagnostics_of(lines: Sequence[bytes], command: int | None) -> Diagnostics:
    """Return the reader of the diagnostics in the lines; `command` is the row of the command that failed."""
    return Diagnostics(_WithoutPrefixes(lines), b"" if command is None else lines[command])


def recognize(
    lines: Sequence[bytes], rows: Iterable[int], diagnostics: Diagnostics, catalogue: Catalogue
) -> Mapping[int, Finding]:
    """Return what the recognizers read in the lines of `rows`, by row.

    The message of a diagnostic may be in another line than its place; then both rows have it.
    """
    plain = diagnostics.lines
    recognized: dict[int, Finding] = {}
    for row in rows:
        if row in recognized:  # the place of this message was read before
            recognized[row] = _merged(recognized[row], read_missing(plain, row)) or recognized[row]
            continue
        finding = _read(lines, plain, row, diagnostics)
        if finding:
            finding = _with_category(finding, catalogue)
            recognized[row] = finding
            if finding.row != row:
                recognized[finding.row] = _merged(finding, recognized.get(finding.row)) or finding
    return recognized


class _WithoutPrefixes(Sequence[bytes]):
    """The lines without the prefix by which a runner names one of several concurrent programs."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, row):  # type: ignore[no-untyped-def]  # a row or a slice
        if isinstance(row, slice):
            return [without_program_prefix(line) for line in self._lines[row]]
        return without_program_prefix(self._lines[row])


def _read(lines: Sequence[bytes], plain: Sequence[bytes], row: int, diagnostics: Diagnostics) -> Finding | None:
    """Return the most specific of what the recognizers read in one line, `plain` without a runner's prefix."""
    diagnostic, missing = diagnostics.read(row), read_missing(plain, row)
    if diagnostic:
        return _merged(diagnostic, missing) or diagnostic
    record = read_record(lines, row) or read_record(plain, row)  # the host of Ansible looks like a prefix
    return (record and _merged(record, missing)) or missing or record


def _merged(finding: Finding, missing: Finding | None) -> Finding | None:
    """Return the finding with what its message reports as missing; None if that says nothing about the category."""
    if not missing or missing.kind != "missing" or finding.category == "lint":
        return None
    if finding.kind == "diagnostic" and not missing.misses_environment:
        return None  # "is undefined" is a compiler's error about code
    return replace(finding, category=missing.category, thing=missing.thing, name=missing.name)


def _with_category(finding: Finding, catalogue: Catalogue) -> Finding:
    """Return a record's error with the category of the tool's pattern that matches its message."""
    if finding.kind != "record" or finding.thing or finding.severity < ERROR:
        return finding
    pattern = catalogue.matching(finding.title.encode())
    known = pattern and pattern.kind == "cause" and pattern.place != GENERIC_FILE and not pattern.untrusted
    return replace(finding, category=pattern.category) if known and pattern else finding
