"""Write a file at an absolute path without following a symbolic link that a pull request can plant.

A pull request may control everything in the workspace and in the volume around it, and this program often runs as
root. So the path is opened one component at a time, relative to the directory before it, and no link is followed.

Links of the system itself are the exception, such as `/var/run` or `/tmp` on macOS. A link counts as one if its
directory is `/` or a direct child of it, is on the same mount as `/`, belongs to root, and nobody else can write
to it. In a container that is the image: the workspace and all other volumes are mounts of their own. On a
machine without containers, a build cannot write there unless it runs as root, and then no path is safe from it.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ELOOP
from secrets import token_hex

_DIRECTORY = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_PATH", os.O_RDONLY)
"""O_PATH (Linux) needs no permission to list the parent directories."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_HAS_DESCRIPTORS = os.open in os.supports_dir_fd
"""Whether the system opens a path relative to a directory. Windows does not."""
_JUNCTION = 0xA0000003
"""`stat.IO_REPARSE_TAG_MOUNT_POINT`, which only Windows has."""
_MAX_LINKS = 40
_WRITABLE_BY_OTHERS = 0o022


def components(path: str) -> list[str]:
    """Return the components of the path, without empty and dot segments."""
    return [name for name in path.split("/") if name not in ("", ".")]


def write(path: str, content: bytes) -> None:
    """Replace the file at the absolute `path` atomically, and create missing directories.

    Raise OSError, with ELOOP or ENOTDIR for a link that is not followed.
    """
    if not _HAS_DESCRIPTORS:
        _write_by_path(path, content)
        return
    *directories, name = components(path)
    with _opened(directories) as directory:
        _replace(directory, name, content)


def _write_by_path(path: str, content: bytes) -> None:
    """Write where no path can be opened step by step: each directory is checked, but may be replaced meanwhile."""
    directory, name = os.path.split(path)
    drive, rest = os.path.splitdrive(directory)
    current = drive + os.sep
    for part in components(rest.replace(os.sep, "/")):
        current = os.path.join(current, part)  # noqa: PTH118 — no pathlib: this runs when imports fail
        if _is_link(current):
            raise OSError(ELOOP, os.strerror(ELOOP))
        with suppress(FileExistsError):
            os.mkdir(current, 0o755)  # noqa: PTH102
    temporary = os.path.join(current, f".{token_hex(8)}.tmp")  # noqa: PTH118
    try:
        with os.fdopen(os.open(temporary, _NEW_FILE, 0o644), "wb") as file:
            file.write(content)
        os.replace(temporary, os.path.join(current, name))  # noqa: PTH105, PTH118
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _is_link(path: str) -> bool:
    """Return whether the path is a symbolic link, or a junction of Windows."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION


@contextmanager
def _opened(directories: list[str]) -> Iterator[int]:
    """Yield a descriptor of the directory at this path below `/`."""
    remaining = directories[::-1]
    links = 0
    current = os.open("/", _DIRECTORY)
    try:
        while remaining:
            name = remaining.pop()
            try:
                child = _enter(current, name)
            except OSError:
                target = _target_of_system_link(current, name)
                if not target:
                    raise
                links += 1
                if links > _MAX_LINKS:
                    raise OSError(ELOOP, os.strerror(ELOOP)) from None
                remaining += reversed(components(target))
                child = os.open("/" if target.startswith("/") else ".", _DIRECTORY, dir_fd=current)
            os.close(current)
            current = child
        yield current
    finally:
        os.close(current)


def _enter(directory: int, name: str) -> int:
    try:
        return os.open(name, _DIRECTORY, dir_fd=directory)
    except FileNotFoundError:
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=directory)
        return os.open(name, _DIRECTORY, dir_fd=directory)


def _target_of_system_link(directory: int, name: str) -> str:
    """Return the target of the link, or an empty text if this is no link or may not be followed."""
    try:
        return os.readlink(name, dir_fd=directory) if _only_root_writes(directory) else ""
    except OSError:
        return ""


def _only_root_writes(directory: int) -> bool:
    status = os.fstat(directory)
    if status.st_uid != 0 or status.st_mode & _WRITABLE_BY_OTHERS:
        return False
    root = os.open("/", _DIRECTORY)
    try:
        near_root = os.path.samestat(os.stat("..", dir_fd=directory), os.fstat(root))
        return near_root and _mount(directory) == _mount(root)
    finally:
        os.close(root)


def _mount(directory: int) -> str:
    """Return an identifier of the directory's mount: on Linux its number, for two mounts may share a device."""
    try:
        with open(f"/proc/self/fdinfo/{directory}") as info:  # noqa: PTH123 — no pathlib: this runs when imports fail
            return next(line for line in info if line.startswith("mnt_id"))
    except (OSError, StopIteration):
        return str(os.fstat(directory).st_dev)


def _replace(directory: int, name: str, content: bytes) -> None:
    """Write a temporary file and rename it, which replaces a link. All users may read it, as later steps need it."""
    temporary = f".{token_hex(8)}.tmp"
    descriptor = os.open(temporary, _NEW_FILE, 0o644, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o644)
            file.write(content)
        os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=directory)
        raise
