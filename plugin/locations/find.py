"""The locations that a failure names, resolved to files of the repository."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from plugin.frozen import replace
from plugin.locations.directories import LogDirectories, Surroundings
from plugin.locations.mentions import Mention, mentions
from plugin.locations.repository import RepositoryFiles
from plugin.model.excerpt import Excerpt
from plugin.model.report import SourceLocation
from plugin.text.lazy_expression import lazily

_MOST = 10
_CHECKOUTS = lazily(r"^(?:.*?/drone/src|/harness)/")
"""Where runners check out: /drone/src (Drone), /harness (Harness), a temporary folder above them (exec runner).

The others have the repository's name at the end: /drone/src/HOST/OWNER/NAME (0.8), /woodpecker/src/HOST/OWNER/NAME.
"""
_FOREIGN = lazily(r"(?:^|/)(?:site-packages|dist-packages|node_modules|vendor|\.cargo/registry|go/pkg/mod)/")
_DECLARED = (".kt", ".kts", ".scala", ".groovy")
"""Languages in which a file need not be in the folder of its package."""
_BARE = (*_DECLARED, ".java", ".cmake")
"""Files that tools name without a folder, wherever they are."""
_PACKAGE = lazily(rb"^\s*package\s+([\w.]+)", re.MULTILINE)
_SAME_NAME = 20
"""Files of one name whose package is read."""
_OF_GO_ITSELF = "testing.go"


class LocationFinder:
    """Finds the locations that logs of a build name."""

    def __init__(self, repo: str, workspace: str) -> None:
        """`workspace` is the folder of the checkout, or empty where it is not known."""
        self._repo = repo
        self._workspace = workspace.rstrip("/")

    @cached_property
    def _files(self) -> RepositoryFiles:
        return RepositoryFiles(self._workspace)

    def locations(self, excerpt: Excerpt, log: bytes) -> tuple[SourceLocation, ...]:
        """Return the locations in the title, the cause lines and the other lines shown first, each line once.

        With a workspace, these are all in it. Without one, they are all paths that may be in the repository.
        """
        found: dict[tuple[str, int], SourceLocation] = {}
        directories: LogDirectories | None = None
        for text, number in _lines(excerpt):
            for mention in mentions(text):
                directories = directories or self.directories(log)
                location = self.resolve(mention, number, directories)
                if location:
                    found.setdefault((location.path, location.line), replace(location, text=text))
                if len(found) == _MOST:
                    return tuple(found.values())
        return tuple(found.values())

    def directories(self, log: bytes) -> LogDirectories:
        """Return what the log says about folders."""
        return LogDirectories(log, lambda folder: self._in_checkout_folder(folder) in self._files.folders)

    def resolve(self, mention: Mention, number: int, directories: LogDirectories) -> SourceLocation | None:
        """Return the location that a line of the log means; None where it is not known to be in the repository."""
        if not self._files:
            return self._without_files(mention)
        for path in self._candidates(mention, number, directories):
            length = self._files.lines(path)
            if mention.line <= length + 1:  # compilers report the end of a file as the line after the last one
                return SourceLocation(path, min(mention.line, length), mention.column)
        return None

    def _without_files(self, mention: Mention) -> SourceLocation | None:
        path = self._in_checkout(mention.path) if _absolute(mention.path) else posixpath.normpath(mention.path)
        if mention.package or path in ("", ".") or path.startswith("../") or _FOREIGN.search(path):
            return None
        return SourceLocation(path, mention.line, mention.column, known=_absolute(mention.path), line_known=False)

    def _candidates(self, mention: Mention, number: int, directories: LogDirectories) -> Iterable[str]:
        path = mention.path
        if mention.class_name:
            package = directories.qualified(mention.class_name, number)
            files = (self._of_class(f"{mention.class_name}{suffix}", package) for suffix in (".java", *_DECLARED))
            return [path for found in files for path in found][:1]
        around = directories.at(number)
        path = path or around.file
        if mention.package:
            return self._of_class(path, mention.package)
        if _absolute(path):
            inside = self._in_checkout(path)
            return (inside,) if inside in self._files else ()
        if path.endswith(".go") and "/" not in path:
            return self._of_go(path, directories.go_package(number), around)
        return self._relative(path, around)

    def _of_class(self, name: str, package: str) -> list[str]:
        """Return the file of a JVM class, if only one can be meant."""
        found = self._files.ending_in(f"{package}{name}")
        if not found and name.endswith(_DECLARED):
            wanted = package.strip("/").replace("/", ".")
            found = [one for one in self._files.ending_in(name)[:_SAME_NAME] if self._declared(one) == wanted]
        return found if len(found) == 1 else []

    def _declared(self, path: str) -> str:
        found = _PACKAGE.search(self._files.content(path))
        return found[1].decode() if found else ""

    def _of_go(self, name: str, package: str, around: Surroundings) -> list[str]:
        """Return the file of a Go test, which is named without its folder."""
        if name == _OF_GO_ITSELF:
            return []
        if not package:
            return self._relative(name, around)
        modules = self._files.packages("go.mod")
        parts = package.split("/")
        for end in range(len(parts), 0, -1):
            module = "/".join(parts[:end])
            if module in modules:
                path = "/".join((*parts[end:], name))
                return [path] if (path := modules[module] + path) in self._files else []
        return []

    def _relative(self, path: str, around: Surroundings) -> list[str]:
        for folder in self._folders(around, path):
            if (inside := posixpath.normpath(posixpath.join(folder, path))) in self._files:
                return [inside]
        if self._in_checkout_folder(around.folder) is None:
            return []
        end = re.sub(r"^(?:\.\.?/)+", "", path)
        found = self._files.ending_in(end) if "/" in end or end.endswith(_BARE) else []
        return found if len(found) == 1 else []

    def _folders(self, around: Surroundings, path: str) -> Iterator[str]:
        """Yield the folders that the path may be relative to, likeliest first."""
        if around.crate and path.startswith("./"):
            crates = self._files.packages("Cargo.toml")
            yield from _if_known(crates.get(around.crate, crates.get(around.crate.replace("_", "-"))))
        for folder in (*reversed(around.entered), around.option):
            yield from _if_known(self._in_checkout_folder(folder) if folder else None)
        if around.gradle:
            yield around.gradle
        if around.npm:
            yield from _if_known(self._files.packages("package.json").get(around.npm))
        current = self._in_checkout_folder(around.folder)
        yield from () if current is None else (current, ".")

    def _in_checkout_folder(self, folder: str) -> str | None:
        """Return the folder relative to the checkout; None where it is outside."""
        inside = self._in_checkout(f"{folder}/").rstrip("/") if _absolute(folder) else posixpath.normpath(folder)
        if _absolute(folder) and not inside and not self._is_checkout(folder):
            return None
        return None if inside.startswith("..") else inside

    def _is_checkout(self, folder: str) -> bool:
        return self._in_checkout(f"{folder}/x") == "x"

    def _in_checkout(self, path: str) -> str:
        """Return an absolute path relative to the checkout, or an empty text."""
        path = posixpath.normpath(path[2:] if path[1:2] == ":" else path)
        if self._workspace and path.startswith(f"{self._workspace}/"):
            return path[len(self._workspace) + 1 :]
        _, below, rest = path.partition(f"/{self._repo}/") if self._repo else ("", "", "")
        if below:
            return rest
        inside = _CHECKOUTS.match(path)
        return path[inside.end() :] if inside else ""


def _lines(excerpt: Excerpt) -> Iterator[tuple[str, int]]:
    """Yield the texts that may name a location, most important first, with the number of their line."""
    by_number = {line.number: line for line in excerpt.lines}
    yield excerpt.title, excerpt.title_line or next(iter(excerpt.ranked), 0)
    ranked = [by_number[number] for number in excerpt.ranked if number in by_number]
    causes = [line for line in ranked if line.kind == "cause"]
    yield from ((line.text, line.number) for line in (*causes, *excerpt.shown))


def _absolute(path: str) -> bool:
    return path.startswith("/") or path[1:3] == ":/"


def _if_known(folder: str | None) -> tuple[str, ...]:
    return () if folder is None else (folder,)
