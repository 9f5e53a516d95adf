"""Whether a pull request changes the lines or files that a cause names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, normpath
from typing import TYPE_CHECKING

from plugin.frozen import frozen
from plugin.model.verdict import ChangedLines, Relation

if TYPE_CHECKING:
    from unidiff.patch import PatchedFile

_NAME = re.compile(r"[\w@+./\\-]+")
_NO_LINES: frozenset[int] = frozenset()


@frozen
class Place:
    """A place in a source file, as a log names it."""

    path: str
    line: int = 0
    """0 if the log names none."""


@frozen
class Changes:
    """What a pull request changes."""

    lines: Mapping[str, frozenset[int]]
    """Changed lines by file; none where only the file is known."""
    complete: bool
    """No changed file is missing."""


def changes_of_files(paths: Iterable[str]) -> Changes:
    """Return the changes where only the names of all changed files are known."""
    return Changes({normpath(path): _NO_LINES for path in paths}, complete=True)


def changes_of_diff(diff: str, *, complete: bool, merged: bool) -> Changes:
    """Return the changes of a unified diff; an incomplete one without files if it cannot be parsed.

    `complete` is False where the diff lacks files. `merged` is True where the CI server builds the merge result, as
    Drone does: its line numbers may be shifted against the diff, so only files are compared.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        files = PatchSet(diff)
    except UnidiffParseError:
        return Changes({}, complete=False)
    changed: dict[str, frozenset[int]] = {}
    for file in files:
        if file.source_file.startswith("a/"):
            changed.setdefault(file.source_file.removeprefix("a/"), _NO_LINES)  # a renamed file has two names
        changed[file.path] = _NO_LINES if merged else _changed_lines(file)
    return Changes(changed, complete)


def relation(places: Iterable[Place], changes: Changes, texts: Iterable[str] = ()) -> ChangedLines | None:
    """Return how the changes relate to the places of a cause, None if it cannot be decided.

    `texts` are all lines that are shown of the failure: they may name a changed file without a line.
    """
    named = tuple(places)
    if not changes.lines or not named:
        return None
    named = (*named, *_mentioned(texts, changes))
    matches = [(place, path) for place in named for path in changes.lines if _is_same(place.path, path)]
    for place, path in matches:
        if place.line in changes.lines[path]:
            return ChangedLines(Relation.CHANGED_LINE, path, place.line)
    if matches:
        place, path = matches[0]
        return ChangedLines(Relation.CHANGED_FILE, path, place.line)
    ambiguous = any(path.endswith(f"/{normpath(place.path)}") for place in named for path in changes.lines)
    return ChangedLines(Relation.OTHER_FILES) if changes.complete and not ambiguous else None


def _mentioned(texts: Iterable[str], changes: Changes) -> Iterator[Place]:
    """Yield the names in the texts that may be those of changed files."""
    names = {basename(path) for path in changes.lines}
    for text in texts:
        for match in _NAME.finditer(text):
            path = match[0].replace("\\", "/").rstrip(".")
            if basename(path) in names:
                yield Place(path)


def _is_same(named: str, changed: str) -> bool:
    """Return whether a path in a log is this file of the repository, with or without the folder of the workspace."""
    path = normpath(named.replace("\\", "/"))
    return path == changed or path.endswith(f"/{changed}")


def _changed_lines(file: PatchedFile) -> frozenset[int]:
    """Return the changed lines of a file; a removal counts as a change of the lines around it."""
    lines: set[int] = set()
    for hunk in file:
        position = hunk.target_start
        for line in hunk:
            if line.is_removed:
                lines |= {position - 1, position}
            elif line.is_added:
                lines.add(position)
            position += not line.is_removed
    return frozenset(lines - {0, -1})
