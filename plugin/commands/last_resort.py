"""The report for when the report itself cannot be made.

Nothing here redacts, so no text from a log or a server is repeated. Nothing is imported that may itself be broken.
"""

import os
from collections.abc import Mapping

from plugin import safe_write

FILE = "failure-summary.md"
_NUMBERS = ("DRONE_BUILD_NUMBER", "CI_PIPELINE_NUMBER", "CI_BUILD_NUMBER")
_WORKSPACES = ("DRONE_WORKSPACE", "CI_WORKSPACE")


def text(environ: Mapping[str, str], error: BaseException) -> str:
    """Return a report in Markdown that says only that there is no report, and why."""
    number = next((environ[name] for name in _NUMBERS if environ.get(name, "").isdecimal()), "")
    return (
        f"## ❓ {f'Build {number[:15]}' if number else 'The build'} could not be examined\n\n"
        f"The failure-alert step hit an internal error ({cause(error)}). This does not mean that the build passed or "
        "failed: see the logs of its steps.\n\n"
        "Please report this error with the version of the plugin; `log_level: debug` may show more.\n"
    )


def cause(error: BaseException) -> str:
    """Return the type of the error and, where a module is missing, which one."""
    name = getattr(error, "name", None) if isinstance(error, ImportError) else None
    plain = isinstance(name, str) and name.replace(".", "").replace("_", "").isalnum()
    return f"{type(error).__name__}: {name}" if plain else type(error).__name__


def write(content: str, environ: Mapping[str, str]) -> None:
    """Write the content to the place of the summary file. Raise OSError."""
    folders = [environ[name] for name in _WORKSPACES if os.path.isabs(environ.get(name, ""))]  # noqa: PTH117
    folder = next(filter(os.path.isdir, folders), "") or _current() or next(iter(folders), "/")
    safe_write.write(os.path.join(folder, FILE), content.encode("utf-8", "replace"))  # noqa: PTH118


def _current() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 — raises where the folder was removed, as pathlib does
    except OSError:
        return ""
