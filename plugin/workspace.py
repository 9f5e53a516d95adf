"""Files that the program reads: those of the workspace, which a pull request controls, and those the user names.

Every command reads its files here. Any error becomes a SettingsError with a one-line message.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plugin.errors import SettingsError

PATTERN_FILES = (".failure-alert.yml", ".failure-alert.yaml")
PIPELINE_FILES = (".drone.yml", ".drone.yaml", ".woodpecker.yml", ".woodpecker.yaml")
_PIPELINE_FOLDER = ".woodpecker"
_MOST_PIPELINES = 50
_MAX_BYTES = 256 * 1024
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Windows has none of the POSIX flags."""


def folder(configured: str) -> str:
    """Return the workspace that the CI server names, or the current folder if that one does not exist.

    Where neither exists, return the configured path if it is absolute, else an empty text. Never raise.
    """
    current = ""
    with suppress(OSError):
        current = os.getcwd()  # noqa: PTH109 — raises where the folder was removed, as pathlib does
    path = os.path.join(current, configured) if configured else ""  # noqa: PTH118
    if path and os.path.isdir(path):  # noqa: PTH112 — pathlib's raises without permission
        return path
    return current or (path if os.path.isabs(path) else "")  # noqa: PTH117


def pattern_file(workspace: str) -> str | None:
    """Return the text of the project's own pattern file, None if there is none. Raise SettingsError.

    Only a regular file is read: a link may lead out of the workspace, and reading a pipe may block.
    """
    for name in PATTERN_FILES:
        path = Path(workspace, name)
        with _readable(name):
            try:
                mode = path.lstat().st_mode
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(mode):
                raise SettingsError(f"cannot read {name}: it is {kind_of_file(mode)}, not a regular file")
            return _read_regular(path, name).decode("utf-8", "replace")
    return None


def pipeline_files(workspace: str) -> Iterator[str]:
    """Yield the texts of the definitions of pipelines in the workspace, without those of large or special files."""
    paths = [Path(workspace, name) for name in PIPELINE_FILES]
    folder_path = Path(workspace, _PIPELINE_FOLDER)
    with suppress(OSError, ValueError):
        if stat.S_ISDIR(folder_path.lstat().st_mode):
            paths += sorted(path for path in folder_path.iterdir() if path.suffix in (".yml", ".yaml"))[
                :_MOST_PIPELINES
            ]
    for path in paths:
        with suppress(OSError, ValueError, SettingsError):
            if stat.S_ISREG(path.lstat().st_mode):
                yield _read_regular(path, path.name).decode("utf-8", "replace")


def read_input(name: str) -> bytes:
    """Return the content of a file that the user names, which may be a pipe; "-" is standard input.

    Raise SettingsError.
    """
    if name != "-":
        with _readable(name):
            return Path(name).read_bytes()
    if not sys.stdin:
        raise SettingsError("cannot read standard input: it is closed")
    with _readable("standard input"):
        return sys.stdin.buffer.read()


def _read_regular(path: Path, name: str) -> bytes:
    """Open the file and check it again, as it may have been replaced since the first check."""
    descriptor = os.open(path, _READ)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
            raise SettingsError(f"cannot read {name}: it is not a regular file of at most {_MAX_BYTES // 1024} KiB")
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
        raise SettingsError(f"cannot read {shown}: {reason}") from error


def kind_of_file(mode: int) -> str:
    """Return what a file is that is not a regular one, by the mode of its status."""
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
