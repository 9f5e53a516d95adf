"""The files of the repository in the workspace. A pull request controls the workspace, so that nothing is trusted."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property

from plugin import workspace
from plugin.git_index import UnusableIndexError, tracked_files
from plugin.text.lazy_expression import lazily

_LARGEST_INDEX = 64 * 1024 * 1024
_LARGEST_FILE = 4 * 1024 * 1024
_LARGEST_MANIFEST = 64 * 1024
_MOST_MANIFESTS = 200
_OUTPUT = ("target", "build", "dist", "out", "bin", "obj", "vendor", "coverage", "node_modules", "__pycache__")
"""Folders that are rarely tracked; left out where there is no index of Git."""
_MANIFESTS = {
    "go.mod": lazily(rb"^module\s+\"?([^\s\"]+)", re.MULTILINE),
    "Cargo.toml": lazily(rb"^name\s*=\s*\"([^\"]+)\"", re.MULTILINE),
    "package.json": lazily(rb"\"name\"\s*:\s*\"([^\"]+)\""),
}
"""Where the name of a package is in its manifest."""


class RepositoryFiles:
    """The files of the repository: those that Git tracks, else those in folders that are no output of builds."""

    def __init__(self, folder: str) -> None:
        """Read the index of Git, or walk through the workspace. Without `.git`, it is no checkout and has no files."""
        self._folder = folder
        self._files = frozenset(_files(folder))
        self._lengths: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._files)

    def __contains__(self, path: str) -> bool:
        return path in self._files

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders, relative to the root, which is a point."""
        folders = {"."}
        for path in self._files:
            while (path := path.rpartition("/")[0]) and path not in folders:
                folders.add(path)
        return frozenset(folders)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        paths: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._files):
            paths[path.rpartition("/")[2]].append(path)
        return dict(paths)

    def ending_in(self, path: str) -> list[str]:
        """Return the files whose path ends in `path`, at the border of a folder."""
        return [one for one in self._by_name.get(path.rpartition("/")[2], ()) if f"/{one}".endswith(f"/{path}")]

    def lines(self, path: str) -> int:
        """Return how many lines the file has; 0 where it cannot be read."""
        if path not in self._lengths:
            content = self.content(path)
            self._lengths[path] = content.count(b"\n") + (not content.endswith(b"\n")) if content else 0
        return self._lengths[path]

    def content(self, path: str, most: int = _LARGEST_FILE) -> bytes:
        """Return the content of a file, empty where it cannot be read."""
        return workspace.read(self._folder, path, most) if path in self._files else b""

    def packages(self, manifest: str) -> dict[str, str]:
        """Return the folders of packages by the name in their manifest; each ends in a slash, the root is empty."""
        if manifest not in self._packages:
            self._packages[manifest] = self._named_packages(manifest)
        return self._packages[manifest]

    @cached_property
    def _packages(self) -> dict[str, dict[str, str]]:
        return {}

    def _named_packages(self, manifest: str) -> dict[str, str]:
        paths = sorted(self._by_name.get(manifest, ()), key=lambda path: path.count("/"))
        folders: dict[str, str] = {}
        for path in paths[:_MOST_MANIFESTS]:
            if found := _MANIFESTS[manifest].search(self.content(path, _LARGEST_MANIFEST)):
                folders.setdefault(found[1].decode("utf-8", "replace"), path.removesuffix(manifest))
        return folders


def _files(folder: str) -> Iterator[str]:
    if not (folder and os.path.lexists(os.path.join(folder, ".git"))):  # noqa: PTH118 — pathlib's may raise
        return
    try:
        yield from tracked_files(workspace.read(folder, ".git/index", _LARGEST_INDEX))
    except UnusableIndexError:
        with suppress(workspace.WorkspaceTooLargeError):
            for path, _, _ in workspace.walk(folder):
                if not any(f"/{part}/" in f"/{path}" for part in _OUTPUT):
                    yield path
