"""Replay of lines as a terminal shows them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.logs.clean import clean


def shown(line: str) -> str:
    cleaned = clean(line.encode() + b"\n").decode()
    assert cleaned.endswith("\n")
    return cleaned[:-1]


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        # carriage return: the cursor moves to the first column; text stays until it is overwritten
        ("progress  10%\rprogress 100%", "progress 100%"),
        ("hello world\rHELLO", "HELLO world"),
        ("abcdef\rxy\rz", "zycdef"),
        ("done\r", "done"),
        ("done\r\r", "done"),
        ("\r\rdone", "done"),
        ("Progress (1): 11 kB\r                   \rDownloaded: a.jar", "Downloaded: a.jar"),
        ("working...\r          ", ""),
        # erase in line
        ("travis_fold:start:git\r\x1b[0K$ git clone", "$ git clone"),
        ("section_start:1560896352:build\r\x1b[0KBuilding", "Building"),
        ("abcdef\r\x1b[Kxy", "xy"),
        ("abcdef\rxy\x1b[K", "xy"),
        ("a long line\rshort\x1b[0K\rS", "Short"),
        ("abcdef\x1b[3D\x1b[1Kxyz", "   xyz"),
        ("abcdef\x1b[2K\rxy", "xy"),
        ("\x1b[2K\x1b[1Gfetching\x1b[2K\x1b[1Gdone", "done"),
        ("\x1b[01m\x1b[Kmain.c:3:5:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kboo", "main.c:3:5: error: boo"),
        # backspace
        ("abc\bd", "abd"),
        ("|\b/\b-\b\\\b", "\\"),
        ("12%\b\b\b 100%", " 100%"),
        ("\b\b\bx", "x"),
        ("e\br\bro\bor", "ror"),
        ("bold b\bbo\bol\bld\bd", "bold bold"),
        # cursor sequences within the line
        ("abc\x1b[1Gx", "xbc"),
        ("abc\x1b[Gx", "xbc"),
        ("abcdef\x1b[3Gx", "abxdef"),
        ("abcdef\x1b[4Dx", "abxdef"),
        ("ab\x1b[3Cx", "ab   x"),
        ("abcdef\r\x1b[2Px", "xdef"),
        ("abcdef\r\x1b[2X", "  cdef"),
        ("abcdef\r\x1b[2@xy", "xyabcdef"),
        ("ab\x1b[999999999999Cx\x1b[999999999D\x1b[1Gz\x1b[K", "z"),
        # movements out of the line are not replayed
        ("\x1b[2A\x1b[2Klayer: pulling\x1b[1B", "layer: pulling"),
        ("text\x1b[2J\x1b[H more", "text more"),
        # tabs move to the next multiple of eight columns, but only in lines that are replayed
        ("a\tb", "a\tb"),
        ("\tfoo\rbar", "bar     foo"),
        ("ab\tc\rX", "Xb      c"),
        # wide characters occupy two columns, combining marks none
        ("日本語\rab", "ab本語"),
        ("日本語\ra", "a 本語"),
        ("abcd\r日", "日cd"),
        ("e\u0301xy\rE", "Exy"),
        ("━━━━ 10%\r━━━━ 100%", "━━━━ 100%"),
    ],
)
def test_a_line_is_replayed(printed: str, seen: str) -> None:
    assert shown(printed) == seen


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("\x1b[1;31merror\x1b[0m: no", "error: no"),
        ("\x1b[38;2;255;100;0mtrue colour\x1b[39m", "true colour"),
        ("\x1b[38:5:196mcolons\x1b[m", "colons"),
        ("\x1b]0;window title\x07text", "text"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b_bk;t=1700000000000\x07buildkite", "buildkite"),
        ("\x1bP1$r0m\x1b\\device", "device"),
        ("\x1b(B\x1b=\x1b>\x1b7\x1b8text", "text"),
        ("\x1b[?25l\x1b[?2004hcursor\x1b[?25h", "cursor"),
        ("\x1b[0 qshape", "shape"),
        ("\x9b31mred", "red"),
        ("\x9d0;title\x07text", "text"),
        ("a\x85b\x90c", "abc"),
        ("null\x00 bell\x07 form\x0c vertical\x0b delete\x7f", "null bell form vertical delete"),
        # hostile or cut: no text is hidden, no control character is left
        ("\x1b]0;a title that never ends", "0;a title that never ends"),
        ("cut \x1b[31", "cut "),
        ("cut \x1b[", "cut "),
        ("cut \x1b", "cut "),
        ("\x1b[\x1b[\x1b[31mx", "x"),
        ("\x1b[31\x00mx", "mx"),
    ],
)
def test_escapes_and_control_characters_are_removed(printed: str, seen: str) -> None:
    assert shown(printed) == seen


def test_a_control_string_never_hides_the_next_line() -> None:
    assert clean(b"\x1b]0;title\nerror: here\x07\n") == b"0;title\nerror: here\n"


def test_windows_line_ends_lose_only_their_carriage_return() -> None:
    assert clean(b"one\r\ntwo\r\r\n\r\nthree\tx\r\n") == b"one\ntwo\n\nthree\tx\n"


def test_lines_without_cursor_movement_are_unchanged() -> None:
    assert clean(b"  kept  \nab\rx\n  kept  \n") == b"  kept  \nxb\n  kept  \n"


class Screen:
    """A reference implementation of one line: carriage return, backspace, erase to the end, text."""

    def __init__(self) -> None:
        self.cells: dict[int, str] = {}
        self.column = 0

    def play(self, pieces: list[str]) -> str:
        for piece in pieces:
            if piece == "\r":
                self.column = 0
            elif piece == "\b":
                self.column = max(0, self.column - 1)
            elif piece == "\x1b[K":
                self.cells = {column: cell for column, cell in self.cells.items() if column < self.column}
            else:
                for character in piece:
                    self.cells[self.column] = character
                    self.column += 1
        return "".join(self.cells.get(column, " ") for column in range(max(self.cells, default=-1) + 1)).rstrip(" ")


PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=6)
NARROW = st.text("aé—█✔ ", min_size=1, max_size=4)


@given(st.lists(st.one_of(st.sampled_from(["\r", "\b", "\x1b[K"]), PLAIN, NARROW), max_size=30))
def test_a_replayed_line_equals_what_a_terminal_shows(pieces: list[str]) -> None:
    assert all(unicodedata.east_asian_width(character) not in "WF" for piece in pieces for character in piece)
    assert shown("".join(pieces)).rstrip(" ") == Screen().play(pieces)
