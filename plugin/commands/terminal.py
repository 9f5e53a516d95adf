"""What the commands show on a terminal only: colors, and a line of progress."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO, TextIO

from plugin.text.shorten import single_line

_CLEAR = "\r\x1b[K"
_WIDTH = 79
"""Columns of the line of progress. A longer line would wrap and could not be cleared."""


def wants_color(choice: str, environ: Mapping[str, str], out: BinaryIO) -> bool:
    """Return whether to print colors: on a terminal that has them, unless NO_COLOR is set (https://no-color.org)."""
    if choice != "auto":
        return choice == "always"
    return not environ.get("NO_COLOR") and _moves_cursor(environ) and out.isatty()


def _moves_cursor(environ: Mapping[str, str]) -> bool:
    return environ.get("TERM", "") not in ("", "dumb")


class Progress:
    """A line on standard error that is overwritten, and cleared in the end; nothing if that is no terminal."""

    def __init__(self, environ: Mapping[str, str], stream: TextIO | None = None) -> None:
        stream = stream or sys.stderr
        self._stream = stream if stream and _moves_cursor(environ) and stream.isatty() else None
        self._shown = ""

    def __call__(self, text: str) -> None:
        """Show the text in place of the one before."""
        text = single_line(text, _WIDTH)
        if self._stream and text != self._shown:
            self._write(f"{_CLEAR}{text}")
            self._shown = text

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream and self._shown:
            self._write(_CLEAR)
            self._shown = ""

    def _write(self, text: str) -> None:
        if self._stream:
            with suppress(OSError, ValueError):
                self._stream.write(text)
                self._stream.flush()
