"""Shorten text and make invisible characters visible."""

import re

from plugin.text.lazy_expression import lazily

LONGEST_TEXT = 300
"""Maximum characters of a title, hint, name or command; a cut leaves a mark."""
_WHITESPACE_FACTOR = 8
"""A text is read up to this multiple of its maximum, for its white space; the rest may be megabytes."""
_INVISIBLE = lazily(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters except tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # bidi, zero width
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"  # fillers, surrogates, tags
)


def visible(text: str) -> str:
    """Replace each invisible character with a visible symbol: control characters, zero width, bidirectional marks."""
    return _INVISIBLE.sub(_picture, text)


def single_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return the text on one line, visible and shortened; not yet escaped for Markdown."""
    return shorten(visible(" ".join(text[: longest * _WHITESPACE_FACTOR].split())), longest)


def shorten(text: str, longest: int) -> str:
    """Return the text, or its start and a mark if it is longer."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def cut(text: str, longest: int) -> str:
    """Return the text like `shorten`, with white space before the mark as it is."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _picture(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "␡"
    return "\ufffd" if 0xD800 <= point <= 0xDFFF else f"‹U+{point:04X}›"
