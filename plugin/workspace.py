"""Takes the workspace, gives what is asked of it; whatever lies in it may come from a stranger's pull request."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OWN_PATTERNS = (".failure-alert.yml", ".failure-alert.yaml")
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


def own_patterns(workspace: str) -> str | None:
    """The text of the file with a project's own patterns. Raises OSError that says what is wrong with it.

    Nothing but a plain file counts: a link may lead out of the workspace, and a pipe would keep us waiting.
    """
    for name in OWN_PATTERNS:
        try:
            descriptor = os.open(Path(workspace, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            continue
        try:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > _LARGEST:
                raise OSError(f"{name} is not a plain file of at most {_LARGEST // 1024} KiB")
            return os.read(descriptor, _LARGEST).decode("utf-8", "replace")
        finally:
            os.close(descriptor)
    return None
