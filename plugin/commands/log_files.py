"""The logs that `analyze` is to read: files, folders, gzip files and standard input."""

import os
import time
from collections.abc import Callable, Iterable, Iterator

from plugin.errors import SettingsError
from plugin.frozen import frozen
from plugin.logs.compression import binary_kind, decompressed
from plugin.workspace import read_input

STANDARD_INPUT = "-"
_POLL_SECONDS = 0.25


@frozen
class LogFile:
    """A log to read."""

    path: str
    """`-` for standard input."""
    name: str
    """For the reader."""
    from_folder: bool = False
    """The user named its folder, so that it may be something else than a log."""


def log_files(arguments: Iterable[str]) -> tuple[LogFile, ...]:
    """Return the logs that the arguments name, each once, those of a folder by name.

    Raise SettingsError for a folder without a file.
    """
    arguments = tuple(arguments)
    files: dict[str, LogFile] = {}
    for argument in arguments:
        for one in _named(argument, alone=len(arguments) == 1):
            files.setdefault(one.path, one)
    return tuple(files.values())


def _named(argument: str, *, alone: bool) -> Iterator[LogFile]:
    if argument == STANDARD_INPUT:
        yield LogFile(argument, "standard input")
    elif os.path.isdir(argument or "."):
        yield from _of_folder(argument, alone=alone)
    else:
        yield LogFile(argument, os.path.basename(os.path.normpath(argument)) if alone else argument)


def _of_folder(argument: str, *, alone: bool) -> Iterator[LogFile]:
    from pathlib import Path  # late: a single file does not need it

    folder = Path(argument)
    inside = {one: one.relative_to(folder) for one in folder.rglob("*") if one.is_file()}
    found = sorted(one for one, path in inside.items() if not any(part.startswith(".") for part in path.parts))
    if not found:
        raise SettingsError(f"cannot read {argument}: no file is in this folder")
    yield from (LogFile(str(one), str(inside[one] if alone else one), from_folder=True) for one in found)


def read_log(file: LogFile) -> bytes | None:
    """Return the log, decompressed; None for a file of a folder that is no text. Raise SettingsError."""
    data = decompressed(read_input(file.path))
    return None if file.from_folder and binary_kind(data) else data


def wait_until_complete(
    file: LogFile,
    idle: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Return when the file has not changed for `idle` seconds. Raise SettingsError where it cannot be read."""
    seen: tuple[int, int] | None = None
    since = clock()
    while clock() - since < idle:
        try:
            status = os.stat(file.path)
        except OSError as error:
            raise SettingsError(f"cannot read {file.path}: {error.strerror}") from error
        state = (status.st_size, status.st_mtime_ns)
        if state != seen:
            seen, since = state, clock()
        progress(f"{file.name}: {status.st_size:,} bytes, reported when it has not grown for {idle:g} s")
        sleep(min(_POLL_SECONDS, max(0.01, idle / 4)))
