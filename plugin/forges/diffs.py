"""Unified diffs from what forges answer, bounded in size."""

from plugin.frozen import frozen
from plugin.http.response import Response

LARGEST = 4 * 1024 * 1024
"""Characters of a diff that are kept; files beyond that are left out."""
_FILE = "diff --git "


@frozen
class Diff:
    """The unified diff of a pull request."""

    text: str
    complete: bool
    """False if files are missing: beyond our limit, or the forge's."""


def file_diff(old: str, new: str, hunks: str) -> str:
    """Return the diff of one file. `hunks` may have no header, and is empty for a binary or very large file."""
    header = f"{_FILE}a/{_line(old)} b/{_line(new)}\n--- a/{_line(old)}\n+++ b/{_line(new)}\n"
    start = hunks.find("@@ ")
    body = hunks[start:] if start >= 0 else ""
    return header + body + ("\n" if body and not body.endswith("\n") else "")


def text_diff(response: Response) -> Diff:
    """Return the diff that is the whole body of a response."""
    return bounded(response.body[: 4 * LARGEST].decode(errors="replace"))


def bounded(diff: str, *, complete: bool = True) -> Diff:
    """Return the diff without the files that exceed the limit, so that no hunk is cut."""
    if len(diff) <= LARGEST:
        return Diff(diff, complete)
    end = diff.rfind(f"\n{_FILE}", 0, LARGEST)
    return Diff(diff[: end + 1], complete=False)


def _line(path: str) -> str:
    """Return a path that stays on its line, whatever it is called."""
    return path.replace("\r", "\ufffd").replace("\n", "\ufffd")
