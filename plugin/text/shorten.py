"""Shorten text and make invisible characters visible."""

import re
from collections.abc import Sequence

from plugin.model.message import Message, mapped
from plugin.text.language import _

LONGEST_TEXT = 300
"""Maximum characters of a title, hint, name or command; a cut leaves a mark."""
LONGEST_LINE = 400
"""Maximum characters of a log line: most from its start, some from its end."""
_TAIL = 100
_WHITESPACE_FACTOR = 8
"""A text is read up to this multiple of its maximum, for its white space; the rest may be megabytes."""
_MOST_PROBLEMS = 20
_INVISIBLE = re.compile(
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


def printable_log_line(text: str) -> str:
    """Return a log line for a code block or a list: visible, and with a mark in place of the middle if too long."""
    left_out = len(text) - LONGEST_LINE
    if left_out > 0:
        middle = _("… {number:,} characters …", number=left_out)
        text = f"{text[: LONGEST_LINE - _TAIL]} {middle} {text[-_TAIL:]}"
    return visible(text).replace("\n", "␊")


def problem_lines(problems: Sequence[str]) -> tuple[str, ...]:
    """Return a bounded number of printable lines for problems that quote an untrusted document."""
    shown = tuple(mapped(text, _printable) for text in problems[:_MOST_PROBLEMS])
    more = len(problems) - len(shown)
    return (*shown, *([Message("and {number} more like these", number=more)] if more else []))


def _printable(text: str) -> str:
    return cut("".join(c if c.isprintable() else " " for c in " ".join(text.split())), LONGEST_TEXT)


def _picture(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "␡"
    return "\ufffd" if 0xD800 <= point <= 0xDFFF else f"‹U+{point:04X}›"
