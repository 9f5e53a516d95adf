"""Replay of one line of program output: the text that a terminal shows in the end.

Supported is what moves or erases within a line: carriage return, backspace, tab, and the control sequences CHA, HPA,
CUF, CUB, EL, ECH, DCH and ICH of ECMA-48. Sequences that leave the line (cursor up, home) have no effect.
"""

import unicodedata

from plugin.text.lazy_expression import lazily

_ESCAPE = rb"\x1b(?:\[[0-?]*+[ -/]*+[@-~]?|[\]PX^_][^\x07\x1b\n]*+(?:\x07|\x1b\\)|[ -/]*+[0-~]?)"
ESCAPE = lazily(_ESCAPE)
"""A control sequence, a control string with its end (hyperlink, window title), or any other escape, also if cut.

Of a control string without an end, only the two opening bytes are removed. Otherwise a line could hide itself."""

MOVES_IN_LINE = rb"\x1b\[(?:[\d;]*[CDGPX@`a]|[12]K)"
"""Control sequences that change a line without a carriage return or a backspace, in the syntax of `re` and RE2."""

MOST_MOVES = 10_000
"""Maximum number of cursor movements that are replayed on one line. Text before them counts as overwritten."""

_MOVES = lazily(MOVES_IN_LINE)
_INERT = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\b\t\r\x1b")
_SHORTER = (
    (b"\x1b[1G", b"\r"),
    (b"\x1b[G", b"\r"),
    (b"\x1b[0K", b"\x1b[K"),
    (b"\x1b[2K\r", b"\r\x1b[K"),
    (b"\r\x1b[2K", b"\r\x1b[K"),
)
"""Sequences that yarn and npm print, each with a shorter one of the same effect."""
_TOKEN = lazily(rb"[\r\x08]+|\t|\x1b\[(\d*)(?:;\d*)*([GCDKPX@`a])|" + _ESCAPE + rb"|[^\x00-\x1f\x7f]+")
_LAST_COLUMN = 100_000
"""The column at which a cursor that is moved farther stays."""


def replay(line: bytes) -> bytes:
    r"""Return the line as a terminal shows it: valid UTF-8 without control characters except tabs.

    `line` contains no "\n".
    """
    if b"\x1b" in line:
        for longer, shorter in _SHORTER:
            line = line.replace(longer, shorter)
    columns_are_bytes = line.isascii() and b"\t" not in line
    if columns_are_bytes and b"\b" not in line and not _MOVES.search(line):
        return _overwritten(line)
    return _replayed(line)


def _overwritten(line: bytes) -> bytes:
    """Return the result for ASCII text whose only movement is the carriage return."""
    if b"\x1b" in line:
        erased_from = line.rfind(b"\x1b[K")
        if erased_from >= 0:  # erases to the end of the line: nothing of the earlier layers remains
            line = line[line.rfind(b"\r", 0, erased_from) + 1 :]
        line = ESCAPE.sub(b"", line)
    layers = line.translate(None, _INERT).rsplit(b"\r", MOST_MOVES)[-MOST_MOVES:]
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
            row.control(final, min(int(token[1][:6] or b"0"), _LAST_COLUMN))
        elif text[0] in b"\r\b":
            row.column = 0 if b"\r" in text else row.column
            row.column = max(0, row.column - text[text.rfind(b"\r") + 1 :].count(b"\b"))
        elif text == b"\t":
            row.column = min(row.column - row.column % 8 + 8, _LAST_COLUMN)
        elif text[0] != 0x1B:
            row.write(text.decode(errors="replace"))
    return "".join(row.cells).rstrip(" ").encode()


def _recent(line: bytes) -> bytes:
    """Return the line without the text before its last `MOST_MOVES` movements."""
    line = line[max(0, line.rfind(b"\r\x1b[K")) :]
    for move in (b"\r", b"\b", b"\x1b"):
        if line.count(move) > MOST_MOVES:
            line = move + move.join(line.rsplit(move, MOST_MOVES)[1:])
    return line


class _Row:
    """The cells of one line, each a character with its combining marks. The second cell of a wide one is empty."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.column = 0

    def write(self, text: str) -> None:
        self._put(list(text) if text.isascii() else _cells(text))

    def control(self, final: bytes, count: int) -> None:
        """Execute the control sequence with this final byte; `count` is its first parameter, or 0."""
        here, steps = self.column, max(count, 1)
        if final in b"G`":
            self.column = steps - 1
        elif final in b"Ca":
            self.column = min(here + steps, _LAST_COLUMN)
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
        """Erase from the cursor to the end (extent 0), from the start to the cursor (1), or everything (2)."""
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
