"""Findings in tables and cards: rows below a header with names of columns, or lines of `Key: value`."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from plugin.extract.finding import ERROR, Finding
from plugin.extract.first_entry import READ_BELOW
from plugin.extract.forms import groups, load_forms, matches

_ROWS = 200
"""Rows of one table that are read."""
_BARS = "│┃|║"

_ALONE = (["message", "message"], ["severity", "severity"])
"""Roles that do not make a table of findings."""

Cells = Mapping[str, str]
"""Texts of a row by the role of their column: file, line, severity, id, name, version, message."""


def table_entry(row: int, start: int, lines: Sequence[bytes], *, linted: bool) -> Finding | None:
    """Return the first entry of the highest severity of the table or card that `row` is in; None if it is in none.

    With `linted`, any table below `start` counts. Lines above `start` do not count.
    """
    for header in range(start, min(len(lines), start + READ_BELOW)):
        roles = _roles(_cells(lines[header]))
        known = [role for role in roles if role]
        if len(known) < 2 or set(known).isdisjoint(("message", "severity")) or known in _ALONE:
            continue
        entries = list(_entries(header, roles, lines))
        if entries and (linted or any(one == row for one, _ in entries)):
            best, cells = max(entries, key=lambda one: (_weight(one[1].get("severity", "")), -one[0]))
            return _finding(best, cells, header, lines)
    return _card(row, start, lines)


def _entries(header: int, roles: Sequence[str], lines: Sequence[bytes]) -> Iterator[tuple[int, Cells]]:
    for row in range(header + 1, min(len(lines), header + _ROWS)):
        cells = _cells(lines[row])
        if lines[row].strip() and not matches(r"[\pL\pN]", lines[row]):
            continue  # a border
        if len(cells) != len(roles):
            return
        if cells[0]:  # else the row above goes on
            yield row, {role: cell for role, cell in zip(roles, cells, strict=True) if role and cell}


def _card(row: int, start: int, lines: Sequence[bytes]) -> Finding | None:
    """Return the finding of the card that contains `row`: at least three of its keys have a known role."""
    if not _field(lines[row]):
        return None
    first, last = row, row + 1
    while first > start and _field(lines[first - 1]):
        first -= 1
    while last < len(lines) and _field(lines[last]):
        last += 1
    fields: dict[str, tuple[int, str]] = {}
    for one in range(first, last):
        key, value = _field(lines[one]) or ("", "")
        if (role := _role(key)) and value:
            fields.setdefault(role, (one, value))
    if len(fields) < 3 or "message" not in fields:
        return None
    return _finding(fields["message"][0], {role: value for role, (_, value) in fields.items()}, first, lines)


def _field(line: bytes) -> tuple[str, str] | None:
    """Return key and value of a line of a card, `Key: value` or `| Key | value |`."""
    found = groups(r"^\s*(?:[│┃|]\s*)?(?P<key>[A-Z][A-Za-z -]{1,20}?)\s*(?::|[│┃|])\s+(?P<value>\S.*?)\s*[│┃|]?$", line)
    return (found["key"], " ".join(found["value"].split())) if found else None


def _finding(row: int, cells: Cells, header: int, lines: Sequence[bytes]) -> Finding:
    file = cells.get("file", "") or _file_above(header, lines)
    place = f"{file}:{cells['line']}" if file and cells.get("line", "").isdigit() else file
    name = " ".join(filter(None, (cells.get("name", ""), cells.get("version", ""))))
    parts = (place, cells.get("id", ""), name, cells.get("message", ""))
    vulnerable = matches(
        r"CVE-\d|GHSA-|RUSTSEC-|PYSEC-|osv\.dev", f"{cells.get('id', '')} {cells.get('message', '')}".encode()
    )
    category = "dependency" if vulnerable else "lint"
    return Finding("diagnostic", row, ": ".join(filter(None, parts)), category, ERROR, file, place)  # type: ignore[arg-type]


def _file_above(header: int, lines: Sequence[bytes]) -> str:
    """Return the file whose name stands above a table."""
    expression = load_forms("diagnostics.yaml")["header"]
    for above in range(header - 1, max(-1, header - 1 - 20), -1):
        if found := groups(expression, lines[above].rstrip()):
            return found["file"].strip()
    return ""


def _cells(line: bytes) -> list[str]:
    """Return the cells of a row, between bars or apart by at least two spaces."""
    text = line.decode("utf-8", "replace").strip()
    bar = next((bar for bar in _BARS if text.count(bar) >= 2), "")
    if bar:
        return [" ".join(cell.split()) for cell in text.strip(bar).split(bar)]
    return [cell.strip() for cell in text.replace("\t", "  ").split("  ") if cell.strip()]


def _roles(cells: Sequence[str]) -> list[str]:
    return [_role(cell) for cell in cells] if len(cells) > 2 else []


def _role(name: str) -> str:
    return _names().get(name.strip().casefold().rstrip("#:. "), "")


@cache
def _names() -> Mapping[str, str]:
    return {name: role for role, names in load_forms("diagnostics.yaml")["columns"].items() for name in names}


def _weight(severity: str) -> float:
    """Return how severe a cell is: words of scanners, or the score of CVSS."""
    levels = load_forms("diagnostics.yaml")["severities"]
    known = next((place for place, words in enumerate(levels) if severity.casefold() in words), None)
    if known is not None:
        return float(known)
    try:
        return float(severity) / 2.5 if "." in severity else 0.0
    except ValueError:
        return 0.0
