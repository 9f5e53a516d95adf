"""Shortens text and makes invisible characters visible."""

import re

LONGEST_TEXT = 300
"""Characters of a title, hint, name or command that are shown; a cut leaves a mark."""


LONGEST_LINE = 400
"""Characters of a log line that are shown, most of its head and some of its tail."""


_TAIL = 100


_BLANKS = 8
"""So many times longer may a text be for its blanks; the rest is not looked at, for it may be megabytes."""


_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # bidi, zero width
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"  # fillers, surrogates, tags
)


def visible(text: str) -> str:
    """The text with a picture of each character that nobody sees: controls, zero width, turns of direction."""
    return _INVISIBLE.sub(_picture, text)


def single_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text on one line, visible and of bearable length; not yet safe for Markdown."""
    return shorten(visible(" ".join(text[: longest * _BLANKS].split())), longest)


def shorten(text: str, longest: int) -> str:
    """The text itself, or its head and a mark."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def printable_log_line(text: str) -> str:
    """A log line for a block of code or a list: visible, and cut with a mark if it is too long to bear."""
    left_out = len(text) - LONGEST_LINE
    if left_out > 0:
        text = f"{text[: LONGEST_LINE - _TAIL]} … {left_out:,} characters … {text[-_TAIL:]}"
    return visible(text).replace("\n", "␊")


def _picture(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "␡"
    return "\ufffd" if 0xD800 <= point <= 0xDFFF else f"‹U+{point:04X}›"
