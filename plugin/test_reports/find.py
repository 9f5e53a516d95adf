"""Find test reports in the workspace, which may hold whatever a pull request put there."""

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator

from plugin.frozen import frozen
from plugin.model.message import Message
from plugin.workspace import WorkspaceTooLargeError, kind_of_file, walk

_AUTO = (
    "**/TEST-*.xml",
    "**/junit*.xml",
    "**/*junit.xml",
    "**/test-results/**/*.xml",
    "**/test-reports/**/*.xml",
    "**/test-results.xml",
    "**/test-report.xml",
    "**/nunit*.xml",
    "**/xunit*.xml",
    "**/TestResult*.xml",
    "**/*.trx",
    "**/ctrf*.json",
    "**/*ctrf/*.json",
    "**/.report.json",
    "**/go-test*.json",
    "**/*.tap",
)
"""What tools write by default, or what their documentation suggests."""
_LARGEST = 32 * 1024 * 1024
_LARGEST_TOTAL = 96 * 1024 * 1024
_MOST_FILES = 500


@frozen
class FoundReport:
    """A file that may be a test report."""

    path: str
    """Relative to the workspace."""
    written: float
    """Unix seconds of the last change."""
    content: bytes = b""
    reason: str = ""
    """Why it was not read; then `content` is empty."""


class Finder:
    """A search through the workspace for files that match, bounded in files, bytes, depth and time."""

    def __init__(self, workspace: str, patterns: Iterable[str]) -> None:
        """`patterns` are globs in which `**` matches any number of folders; `auto` is a list of its own."""
        self._workspace = workspace
        self.notes: list[str] = []
        chosen = (glob for one in patterns for glob in (_AUTO if one == "auto" else (one,)))
        self._expressions = [re.compile(expression) for glob in chosen if (expression := self._expression(glob))]

    def _expression(self, pattern: str) -> str:
        parts = pattern.removeprefix("./").split("/")
        if pattern.startswith("/") or ".." in parts:
            self.notes.append(
                Message(
                    "setting `test_reports`: {pattern} is not inside the workspace; name a relative path",
                    pattern=pattern,
                )
            )
            return ""
        return "".join(map(_of_part, parts[:-1])) + _of_name(parts[-1] if parts[-1] != "**" else "*")

    def reports(self, since: float) -> Iterator[FoundReport]:
        """Yield the reports in the order of their paths; those last changed before `since` are not opened."""
        room, files = _LARGEST_TOTAL, 0
        for path, folder, name in self._matching():
            found = _opened(path, folder, name, since, room)
            if found is None:
                continue
            files += 1
            room -= len(found.content)
            yield found
            if files == _MOST_FILES or room <= 0:
                self.notes.append(
                    Message(
                        "only the first {files:,} test reports were read; name fewer in `test_reports`", files=files
                    )
                )
                return

    def _matching(self) -> Iterator[tuple[str, int, str]]:
        """Yield each file that matches: its path, the descriptor of its folder, its name. Links are not followed."""
        if not self._expressions:
            return
        try:
            for path, folder, name in walk(self._workspace):
                if any(expression.fullmatch(path) for expression in self._expressions):
                    yield path, folder, name
        except WorkspaceTooLargeError:
            self.notes.append(
                Message("the workspace is too large to look for test reports everywhere; name their folders")
            )


def _of_part(part: str) -> str:
    return r"(?:[^/]+/)*" if part == "**" else f"{_of_name(part)}/"


def _of_name(name: str) -> str:
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(sign, re.escape(sign)) for sign in re.sub(r"\*+", "*", name))


def _opened(path: str, folder: int, name: str, since: float, room: int) -> FoundReport | None:
    """Return the file with its content; None where it is older, or was removed meanwhile."""
    try:
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(facts.st_mode):
            return FoundReport(
                path,
                facts.st_mtime,
                reason=Message("it is {kind}, which is not read", kind=kind_of_file(facts.st_mode)),
            )
        if facts.st_mtime < since:
            return FoundReport(path, facts.st_mtime)
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        with open(descriptor, "rb") as file:  # noqa: PTH123 — an open descriptor
            facts = os.fstat(descriptor)
            most = min(_LARGEST, room)
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > most:
                return FoundReport(
                    path, facts.st_mtime, reason=Message("it is larger than {most} MiB", most=most // 1024 // 1024)
                )
            return FoundReport(path, facts.st_mtime, file.read(most))
    except FileNotFoundError:
        return None
    except OSError as error:
        return FoundReport(path, time.time(), reason=error.strerror or str(error))
