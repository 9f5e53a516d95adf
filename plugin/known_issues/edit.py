"""Add an entry to the text of a `.failure-alert.yml`, whose comments and order stay as they are."""

from collections.abc import Mapping

import yaml

from plugin.known_issues.entries import SECTION
from plugin.untrusted_yaml import LOADER, UnusableYamlError, load_plain

_SECTIONS = ("patterns", "ignore", SECTION)


class CannotEditError(ValueError):
    """The text cannot be extended; `str(error)` is the reason."""


def with_entry(text: str, entry: Mapping[str, str]) -> str:
    """Return the text of the file with the entry as the first known issue. Raise CannotEditError."""
    before = _listed(text)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    column, row = _place(text)
    added = [" " * column + line for line in yaml_entry(entry).splitlines(keepends=True)]
    head = [f"{SECTION}:\n"] if row is None else []
    at = len(lines) if row is None else row
    changed = "".join((*lines[:at], *head, *added, *lines[at:]))
    if _listed(changed) != [dict(entry), *before]:
        raise CannotEditError(f"{SECTION} has a form that is not understood here; add the entry by hand")
    return changed


def yaml_entry(entry: Mapping[str, str]) -> str:
    """Return the entry as an item of a list in YAML."""
    return yaml.safe_dump([dict(entry)], sort_keys=False, allow_unicode=True, width=10_000)


def _place(text: str) -> tuple[int, int | None]:
    """Return the column of the list's items and the row of the first one; no row where there is no list."""
    root = yaml.compose(text, Loader=LOADER)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == SECTION:
            if not isinstance(value, yaml.SequenceNode) or value.flow_style:
                raise CannotEditError(f"{SECTION} is no list with an item on each line; add the entry by hand")
            return value.start_mark.column, value.start_mark.line
    return 2, None


def _listed(text: str) -> list[object]:
    """Return the entries. Raise CannotEditError for a file whose other keys are not known."""
    try:
        document, _ = load_plain(text)
    except UnusableYamlError as error:
        raise CannotEditError(str(error)) from None
    if document is None:
        return []
    if not isinstance(document, dict) or not document.keys() & set(_SECTIONS):
        raise CannotEditError("it lists patterns without the key `patterns`; put that above them first")
    listed = document.get(SECTION)
    return listed if isinstance(listed, list) else []
