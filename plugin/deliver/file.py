"""Write a rendered report to a file, without following a link that a pull request could plant."""

import errno
import re
from pathlib import Path, PurePath

from plugin import safe_write
from plugin.errors import PluginError, SettingsError
from plugin.model.message import Message

_NO_FOLDER = Message(
    "a part of the path is a file or a symbolic link, which is not followed; name real folders in `output`"
)
_DENIED = Message(
    "permission denied; run the step as the owner of the folder, or choose another path in the setting `output`"
)
_REMEDIES = {
    errno.EROFS: Message("the file system is read-only; choose a writable path in the setting `output`"),
    errno.ENOSPC: Message("the disk is full; free some space or choose another path in the setting `output`"),
    errno.EDQUOT: Message("the disk quota is used up; choose another path in the setting `output`"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOTDIR: _NO_FOLDER,
    errno.ELOOP: _NO_FOLDER,
    errno.EISDIR: Message("there is a folder of that name; choose another path in the setting `output`"),
    errno.ENAMETOOLONG: Message("the name is too long; choose a shorter one in the setting `output`"),
}
_NOT_PLAIN = re.compile(r"(?:^|/)\.\.(?:/|$)|^~|[$\\]")


def write(content: str, output: str, *, workspace: str) -> Path:
    """Write the content and return the path. `output` is relative to the workspace or absolute; folders are made.

    An absolute path may lie outside of the workspace: the author of the pipeline chose it. No symbolic link that a
    pull request can plant is followed, wherever it lies (see `plugin.safe_write`).

    Raise SettingsError for a path that cannot be meant, PluginError where it cannot be written.
    """
    path = absolute_path(output, workspace)
    try:
        safe_write.write(path, content.encode("utf-8", "replace"))
    except OSError as error:
        remedy = _REMEDIES.get(
            error.errno or 0,
            Message("{reason}; choose another path in the setting `output`", reason=error.strerror or error),
        )
        raise PluginError(Message("cannot write {output}: {remedy}", output=output, remedy=remedy)) from error
    return Path(path)


def absolute_path(output: str, workspace: str, system: type[PurePath] = type(PurePath())) -> str:  # noqa: B008
    """Return the absolute path of an output on a system, PurePosixPath or PureWindowsPath.

    `output` has slashes on every system, the workspace what its system uses. Raise SettingsError or PluginError.
    """
    if _NOT_PLAIN.search(output) or not output.isprintable():
        raise SettingsError(
            Message(
                "setting `output`: {output} contains `..`, a leading `~`, `$`, a backslash or control "
                "characters, which mean nothing here; write the plain path",
                output=repr(output),
            )
        )
    absolute = system(output).is_absolute()
    if not absolute and not workspace:
        raise PluginError(
            Message(
                "cannot write {output}: the working folder is gone; name an absolute path in `output`", output=output
            )
        )
    path = output if absolute else f"{workspace}/{output}"
    if system(path).drive:
        return str(system(path))
    return f"/{'/'.join(safe_write.components(path))}"
