"""Files that the program reads: those of the workspace, which may come from a pull request, and those the user names.

Every command reads its files here: whatever is wrong with one becomes a SettingsError of one line.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plugin.errors import SettingsError

PATTERN_FILES = (".failure-alert.yml", ".failure-alert.yaml")
_LARGEST = 256 * 1024


def folder(named: str) -> str:
    """Return the workspace that the CI named, or the current folder where there is none of that name.

    Where neither is there, it is the name that the CI gave, or nothing. Never raise.
    """
    current = ""
    with suppress(OSError):
        current = os.getcwd()  # noqa: PTH109 — raises where the folder was removed, as pathlib does
    named = os.path.join(current, named) if named else ""  # noqa: PTH118
    if named and os.path.isdir(named):  # noqa: PTH112 — the one of pathlib raises where it may not look
        return named
    return current or (named if named.startswith("/") else "")


def pattern_file(workspace: str) -> str | None:
    """Return the text of the file with a project's own patterns, None without one. Raise SettingsError.

    Only a regular file is read: a link may lead out of the workspace, and a pipe would keep us waiting.
    """
    for name in PATTERN_FILES:
        path = Path(workspace, name)
        with _readable(name):
            try:
                kind = path.lstat().st_mode
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(kind):
                raise SettingsError(f"cannot read {name}: it is {_kind(kind)}, and only a regular file is read")
            return _bounded(path, name).decode("utf-8", "replace")
    return None


def given(name: str) -> bytes:
    """Return the content of a file that the user names, a pipe included; "-" is standard input. Raise SettingsError."""
    if name != "-":
        with _readable(name):
            return Path(name).read_bytes()
    if not sys.stdin:
        raise SettingsError("cannot read standard input: it is closed")
    with _readable("standard input"):
        return sys.stdin.buffer.read()


def _bounded(path: Path, name: str) -> bytes:
    """The file may have been replaced since it was looked at, so its kind is checked again once it is open."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LARGEST:
            raise SettingsError(f"cannot read {name}: it is not a regular file of at most {_LARGEST // 1024} KiB")
        return os.read(descriptor, _LARGEST)
    finally:
        os.close(descriptor)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn whatever the system says of a file into the one error that the commands report."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        shown = "".join(character if character.isprintable() else "?" for character in name)
        raise SettingsError(f"cannot read {shown}: {reason}") from error


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
