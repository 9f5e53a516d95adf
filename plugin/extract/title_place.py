"""Find the file and line of a failure in the lines around the one that names it."""

from collections.abc import Sequence

from plugin.extract.forms import groups, load_forms, matches, nonblank_below

_BELOW = 8
"""Lines below a message within which its place is."""
_ABOVE = 3
"""Lines above a message within which its place is."""
_HEADER_ABOVE = 40
"""Lines above a linter's message within which the name of its file is."""
_LISTED = 4
"""Lines below a heading within which the first file of its list is."""


def with_place(text: str, row: int, lines: Sequence[bytes], *, lint: bool) -> str:
    """Return the title with the place that a line near `row` names, where the title names no file.

    The place is in a line of its own: `--> src/a.rs:3:5`, `Location: a.py:3`. With `lint`, also in one above.
    """
    forms = load_forms("title.yaml")
    if matches(forms["has-place"], text.encode()):
        return text
    for below in range(row + 1, min(len(lines), row + 1 + _BELOW)):
        if found := groups(forms["place"], lines[below]):
            return _joined(":".join(filter(None, (found["file"], found["line"], found["column"]))), text)
    listing = matches(forms["listing"], text.encode())
    for below in nonblank_below(lines, row, _LISTED) if listing else ():
        if found := groups(forms["listed-file"], lines[below]):
            return f"{text.rstrip('.: ')}: {found['file'].removeprefix('./')}"
    for above in range(row - 1, max(-1, row - 1 - _ABOVE), -1):
        in_trace = lines[above][:1].isspace() and matches(load_forms("diagnostics.yaml")["frame"], lines[above])
        if not in_trace and (found := groups(forms["place"], lines[above])):
            return _joined(":".join(filter(None, (found["file"], found["line"], found["column"]))), text)
    header = load_forms("diagnostics.yaml")["header"]
    for above in range(row - 1, max(-1, row - 1 - _HEADER_ABOVE), -1) if lint else ():
        if found := groups(header, lines[above]):
            return _joined(found["file"].strip(), text)
    return text


def _joined(place: str, text: str) -> str:
    return f"{place.removeprefix('./')}: {text}"
