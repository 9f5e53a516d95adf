"""Files that the program reads: those of the workspace, which a pull request controls, and those the user names.

Every command reads its files here. Any error becomes a SettingsError with a one-line message.
"""

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from plugin.errors import SettingsError
from plugin.model.message import Message

PATTERN_FILES = (".failure-alert.yml", ".failure-alert.yaml")
PIPELINE_FILES = (".drone.yml", ".drone.yaml", ".woodpecker.yml", ".woodpecker.yaml")
_PIPELINE_FOLDER = ".woodpecker"
_MOST_PIPELINES = 50
_MAX_BYTES = 256 * 1024
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Windows has none of the POSIX flags."""
_MOST_ENTRIES = 100_000
_SECONDS = 5.0
_DEEPEST = 12
_PRUNED = frozenset(
    (".git", ".hg", ".svn", "node_modules", ".venv", "venv", "site-packages", "__pycache__", ".tox", ".nox")
)


class WorkspaceTooLargeError(Exception):
    """The workspace has more files than are looked at."""


def folder(configured: str) -> str:
    """Return the workspace that the CI server names, or the current folder if that one does not exist.

    Where neither exists, return the configured path if it is absolute, else an empty text. Never raise.
    """
    current = ""
    with suppress(OSError):
        current = os.getcwd()  # raises where the folder was removed
    path = os.path.join(current, configured) if configured else ""
    if path and os.path.isdir(path):
        return path
    return current or (path if os.path.isabs(path) else "")


def pattern_file(workspace: str) -> str | None:
    """Return the text of the project's own pattern file, None if there is none. Raise SettingsError.

    Only a regular file is read: a link may lead out of the workspace, and reading a pipe may block.
    """
    for name in PATTERN_FILES:
        path = os.path.join(workspace, name)
        with _readable(name):
            try:
                mode = os.lstat(path).st_mode
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(mode):
                raise SettingsError(
                    Message(
                        "cannot read {name}: it is {kind}, not a regular file",
                        name=name,
                        kind=kind_of_file(mode),
                    )
                )
            return _read_regular(path, name).decode("utf-8", "replace")
    return None


def pipeline_files(workspace: str) -> Iterator[str]:
    """Yield the texts of the definitions of pipelines in the workspace, without those of large or special files."""
    names = list(PIPELINE_FILES)
    with suppress(OSError, ValueError):
        pipelines = os.path.join(workspace, _PIPELINE_FOLDER)
        if stat.S_ISDIR(os.lstat(pipelines).st_mode):
            found = sorted(name for name in os.listdir(pipelines) if os.path.splitext(name)[1] in (".yml", ".yaml"))
            names += (os.path.join(_PIPELINE_FOLDER, name) for name in found[:_MOST_PIPELINES])
    for name in names:
        with suppress(OSError, ValueError, SettingsError):
            path = os.path.join(workspace, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield _read_regular(path, name).decode("utf-8", "replace")


def read_input(name: str) -> bytes:
    """Return the content of a file that the user names, which may be a pipe; "-" is standard input.

    Raise SettingsError.
    """
    if name != "-":
        with _readable(name), open(name, "rb") as file:
            return file.read()
    if not sys.stdin:
        raise SettingsError("cannot read standard input: it is closed")
    with _readable("standard input"):
        return sys.stdin.buffer.read()


def walk(workspace: str) -> Iterator[tuple[str, int, str]]:
    """Yield each file in the order of paths: its path, the descriptor of its folder, its name.

    Links are not followed, and folders of tools are left out. Raise WorkspaceTooLargeError after too many entries or
    too much time.
    """
    end, entries = time.monotonic() + _SECONDS, 0
    if not os.path.isdir(workspace):
        return
    for root, folders, names, descriptor in os.fwalk(workspace, onerror=None):
        inside = os.path.relpath(root, workspace)
        prefix = "" if inside == "." else f"{inside}/"
        deep = prefix.count("/") >= _DEEPEST
        folders[:] = [] if deep else sorted(folder for folder in folders if folder not in _PRUNED)
        entries += len(folders) + len(names)
        if entries > _MOST_ENTRIES or time.monotonic() > end:
            raise WorkspaceTooLargeError
        for name in sorted(names):
            yield prefix + name, descriptor, name


def read(workspace: str, path: str, most: int) -> bytes:
    """Return the content of a regular file of at most `most` bytes, whose path has no links; else empty bytes."""
    *folders, name = path.split("/")
    if not workspace or {"", ".", ".."} & {*folders, name}:
        return b""
    opened: list[int] = []
    try:
        opened.append(os.open(workspace, os.O_RDONLY | os.O_DIRECTORY))
        for folder in folders:
            opened.append(os.open(folder, _READ | os.O_DIRECTORY, dir_fd=opened[-1]))
        opened.append(os.open(name, _READ, dir_fd=opened[-1]))
        status = os.fstat(opened[-1])
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            return b""
        with open(opened.pop(), "rb") as file:
            return file.read(most)
    except (OSError, ValueError):
        return b""
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _read_regular(path: str, name: str) -> bytes:
    """Open the file and check it again, as it may have been replaced since the first check."""
    descriptor = os.open(path, _READ)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
            raise SettingsError(
                Message(
                    "cannot read {name}: it is not a regular file of at most {most} KiB",
                    name=name,
                    most=_MAX_BYTES // 1024,
                )
            )
        return os.read(descriptor, _MAX_BYTES)
    finally:
        os.close(descriptor)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn every error of the system into a SettingsError that names the file."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        shown = "".join(character if character.isprintable() else "?" for character in name)
        raise SettingsError(Message("cannot read {shown}: {reason}", shown=shown, reason=reason)) from error


def kind_of_file(mode: int) -> str:
    """Return what a file is that is not a regular one, by the mode of its status."""
    if stat.S_ISLNK(mode):
        return Message("a symbolic link")
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a pipe" if stat.S_ISFIFO(mode) else Message("a device or socket")
