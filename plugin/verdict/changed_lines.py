"""Whether a pull request changes the lines or files that a cause names."""

from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import normpath

from plugin.model.verdict import Relation


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source file, as a log names it."""

    path: str
    line: int = 0
    """0 if the log names none."""


def relation(places: Iterable[Place], diff: str, *, complete: bool, merged: bool) -> Relation | None:
    """Return the relation, None if it cannot be decided.

    `complete` is False where the diff lacks files. `merged` is True where the CI server builds the merge result, as
    Drone does: its line numbers may be shifted against the diff, so only files are compared.
    """
    changed = _changed_lines(diff)
    named = tuple(places)
    if not changed or not named:
        return None
    matches = [(place, path) for place in named for path in changed if _is_same(place.path, path)]
    if not merged and any(place.line in changed[path] for place, path in matches):
        return Relation.CHANGED_LINE
    if matches:
        return Relation.CHANGED_FILE
    ambiguous = any(path.endswith(f"/{normpath(place.path)}") for place in named for path in changed)
    return Relation.OTHER_FILES if complete and not ambiguous else None


def _is_same(named: str, changed: str) -> bool:
    """Return whether a path in a log is this file of the repository, with or without the folder of the workspace."""
    path = normpath(named.replace("\\", "/"))
    return path == changed or path.endswith(f"/{changed}")


def _changed_lines(diff: str) -> dict[str, frozenset[int]]:
    """Return the changed lines by file, empty if the diff cannot be parsed.

    A removal counts as a change of the lines around it. Files without hunks, such as binary ones, have no lines.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        files = PatchSet(diff)
    except UnidiffParseError:
        return {}
    changed: dict[str, frozenset[int]] = {}
    for file in files:
        lines: set[int] = set()
        for hunk in file:
            position = hunk.target_start
            for line in hunk:
                if line.is_removed:
                    lines |= {position - 1, position}
                elif line.is_added:
                    lines.add(position)
                position += not line.is_removed
        changed[file.path] = frozenset(lines - {0, -1})
    return changed
