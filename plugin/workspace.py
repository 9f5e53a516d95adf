"""Takes the workspace, gives what is asked of it; whatever lies in it may come from a stranger's pull request."""

import os
import stat
from pathlib import Path

OWN_PATTERNS = (".failure-alert.yml", ".failure-alert.yaml")
_LARGEST = 256 * 1024


def folder(named: str) -> str:
    """The workspace that the CI named, or the current folder where there is none of that name."""
    return named if named and Path(named).is_dir() else str(Path.cwd())


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
