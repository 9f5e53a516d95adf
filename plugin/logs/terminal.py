"""Takes one line as a program printed it, gives what a terminal would have shown of it in the end.

Understood is what moves or erases within a line: carriage return, backspace, tab, and of the control sequences of
ECMA-48 CHA, HPA, CUF, CUB, EL, ECH, DCH and ICH. What would leave the line (cursor up, home) has no effect.
"""

import re
import unicodedata

ESCAPE = re.compile(
    rb"\x1b(?:\[[0-?]*+[ -/]*+[@-~]?|[\]PX^_][^\x07\x1b\n]*+(?:\x07|\x1b\\)|[ -/]*+[0-~]?)",
)
"""A control sequence, a control string up to its end (hyperlink, window title), any other escape; cut ones too.
A control string without an end is no string: only its two opening bytes go, or a line could hide itself."""

MOVES_IN_LINE = rb"\x1b\[(?:[\d;]*[CDGPX@`a]|[12]K)"
"""Control sequences that change a line without a carriage return or a backspace; `re` and RE2 syntax."""

REMEMBERED = 10_000
"""Moves of the cursor on one line; what stood there before the last so many is taken as written over: a bound."""

_STEERS = re.compile(MOVES_IN_LINE)
_INERT = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\b\t\r\x1b")
_SAME = (
    (b"\x1b[1G", b"\r"),
    (b"\x1b[G", b"\r"),
    (b"\x1b[0K", b"\x1b[K"),
    (b"\x1b[2K\r", b"\r\x1b[K"),
    (b"\r\x1b[2K", b"\r\x1b[K"),
)
"""Longer ways of saying the same, as yarn and npm do."""
_TOKEN = re.compile(rb"[\r\x08]+|\t|\x1b\[(\d*)(?:;\d*)*([GCDKPX@`a])|" + ESCAPE.pattern + rb"|[^\x00-\x1f\x7f]+")
_FARTHEST = 100_000
"""Columns; a cursor that is sent farther stays there."""


def shown(line: bytes) -> bytes:
    """The line as it stands in the end: valid UTF-8 without control characters but tabs. `line` holds no "\\n"."""
    if b"\x1b" in line:
        for longer, plain in _SAME:
            line = line.replace(longer, plain)
    columns_are_bytes = line.isascii() and b"\t" not in line
    if columns_are_bytes and b"\b" not in line and not _STEERS.search(line):
        return _layered(line)
    return _replayed(line)


def _layered(line: bytes) -> bytes:
    """What is left of text that only ever returns to the first column to be written over."""
    if b"\x1b" in line:
        erased_from = line.rfind(b"\x1b[K")
        if erased_from >= 0:  # to the end of the line: nothing of the layers below is left
            line = line[line.rfind(b"\r", 0, erased_from) + 1 :]
        line = ESCAPE.sub(b"", line)
    layers = line.translate(None, _INERT).rsplit(b"\r", REMEMBERED)[-REMEMBERED:]
    rest = layers.pop()
    for layer in reversed(layers):
        if len(layer) > len(rest):
            rest += layer[len(rest) :]
    return rest.rstrip(b" ")


def _replayed(line: bytes) -> bytes:
    row = _Row()
    for token in _TOKEN.finditer(_recent(line)):
        final, text = token[2], token[0]
        if final:
            row.steer(final, min(int(token[1][:6] or b"0"), _FARTHEST))
        elif text[0] in b"\r\b":
            row.column = 0 if b"\r" in text else row.column
            row.column = max(0, row.column - text[text.rfind(b"\r") + 1 :].count(b"\b"))
        elif text == b"\t":
            row.column = min(row.column - row.column % 8 + 8, _FARTHEST)
        elif text[0] != 0x1B:
            row.write(text.decode(errors="replace"))
    return "".join(row.cells).rstrip(" ").encode()


def _recent(line: bytes) -> bytes:
    """The line without what stood there before its last so many moves."""
    line = line[max(0, line.rfind(b"\r\x1b[K")) :]
    for move in (b"\r", b"\b", b"\x1b"):
        if line.count(move) > REMEMBERED:
            line = move + move.join(line.rsplit(move, REMEMBERED)[1:])
    return line


class _Row:
    """The cells of one line, each a character with what combines with it; a wide character's second cell is empty."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.column = 0

    def write(self, text: str) -> None:
        self._put(list(text) if text.isascii() else _cells(text))

    def steer(self, final: bytes, count: int) -> None:
        """Obey one control sequence, named by its final byte; `count` is its first parameter, 0 when it has none."""
        here, steps = self.column, max(count, 1)
        if final in b"G`":
            self.column = steps - 1
        elif final in b"Ca":
            self.column = min(here + steps, _FARTHEST)
        elif final == b"D":
            self.column = max(0, here - steps)
        elif final == b"K":
            self._erase(count)
        elif final == b"P":
            del self.cells[here : here + steps]
        elif here < len(self.cells):
            blanks = [" "] * (steps if final == b"@" else min(steps, len(self.cells) - here))
            self.cells[here : here if final == b"@" else here + len(blanks)] = blanks

    def _erase(self, extent: int) -> None:
        """Extent 0: from the cursor to the end; 1: from the start to the cursor; 2: all."""
        if extent == 0:
            del self.cells[self.column :]
        elif extent == 1:
            blanked = min(self.column + 1, len(self.cells))
            self.cells[:blanked] = " " * blanked
        elif extent == 2:
            self.cells.clear()

    def _put(self, written: list[str]) -> None:
        start, end = self.column, self.column + len(written)
        if start < len(self.cells) and self.cells[start] == "":
            self.cells[start - 1] = " "
        if end < len(self.cells) and self.cells[end] == "":
            self.cells[end] = " "
        self.cells += " " * (start - len(self.cells))
        self.cells[start:end] = written
        self.column = end


def _cells(text: str) -> list[str]:
    cells: list[str] = []
    for character in text:
        if unicodedata.combining(character) and cells:
            cells[-1] += character
        else:
            cells += (character, "") if unicodedata.east_asian_width(character) in "WF" else (character,)
    return cells
