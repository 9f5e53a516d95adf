"""Takes a report and the path of a file, writes the report there in the format of the path's ending.

The workspace is full of strangers' files: a pull request may plant a symbolic link where the report is to be written,
and this program often runs as root. So a path below the workspace is walked folder by folder without following links,
and the file comes into place by a rename, which replaces a link instead of following it.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from secrets import token_hex

from plugin.errors import PluginError, SettingsError
from plugin.render import EXTENSIONS, format_of
from plugin.report import Report

_NO_FOLDER = "a part of the path is a file or a symbolic link, which is not followed; name real folders in `output`"
_DENIED = "permission denied; run the step as the owner of the folder, or choose another path in the setting `output`"
_REMEDIES = {
    errno.EROFS: "the file system is read-only; choose a writable path in the setting `output`",
    errno.ENOSPC: "the disk is full; free some space or choose another path in the setting `output`",
    errno.EDQUOT: "the disk quota is used up; choose another path in the setting `output`",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOTDIR: _NO_FOLDER,
    errno.ELOOP: _NO_FOLDER,
    errno.EISDIR: "there is a folder of that name; choose another path in the setting `output`",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one in the setting `output`",
}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def write(report: Report, output: str, *, workspace: str) -> Path:
    """Writes the report, gives the path. `output` is relative to the workspace or absolute; folders are made.

    Raises SettingsError for a path that cannot be meant, PluginError where it cannot be written.
    """
    render = format_of(output)
    if render is None:
        known = ", ".join(f".{ending}" for ending in EXTENSIONS)
        raise SettingsError(f"setting `output`: {output!r} has no ending that tells its format; use one of {known}")
    root, path = _placed(output, workspace)
    try:
        with _folder(root, path.parent) as folder:
            _replace(folder, path.name, render(report).encode("utf-8", "replace"))
    except OSError as error:
        remedy = _REMEDIES.get(
            error.errno or 0, f"{error.strerror or error}; choose another path in the setting `output`"
        )
        raise PluginError(f"cannot write {output}: {remedy}") from error
    return Path(root, path)


def _placed(output: str, workspace: str) -> tuple[str, PurePosixPath]:
    """The folder that is trusted, and the path below it that is not; an absolute path is the user's own word."""
    path = PurePosixPath(output)
    if ".." in path.parts or not output.isprintable():
        raise SettingsError(f"setting `output`: {output!r} contains `..` or control characters; write the plain path")
    if not path.is_absolute():
        return workspace, path
    if workspace and path.is_relative_to(workspace):
        return workspace, path.relative_to(workspace)
    return str(path.parent), PurePosixPath(path.name)


@contextmanager
def _folder(root: str, below: PurePosixPath) -> Iterator[int]:
    """A descriptor of the folder, made if need be, reached without following a link below `root`."""
    Path(root).mkdir(parents=True, exist_ok=True)
    folder = os.open(Path(root), os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in below.parts:
            inner = _enter(folder, name)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _enter(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        os.mkdir(name, 0o755, dir_fd=folder)
        return os.open(name, _FOLDER, dir_fd=folder)


def _replace(folder: int, name: str, content: bytes) -> None:
    """The file is whole or not there, and everybody may read it: later steps run as other users."""
    draft = f".{token_hex(8)}.tmp"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)
            file.write(content)
        os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        os.unlink(draft, dir_fd=folder)
        raise
