"""The message of a failed test on few lines, and the place in the source that its stack names."""

import re

from plugin.text.shorten import cut

_LONGEST_MESSAGE = 500
_LOOKED_AT = 20_000
"""Characters of a stack that are searched."""
_PLACE = re.compile(r"(?P<file>[\w@./\\-]{1,300}\.[A-Za-z]{1,5})(?:[:(]|:line |\", line )(?P<line>\d{1,7})\b")


def message_of(*texts: str) -> str:
    """Return the first text that says something, its lines joined by spaces, in at most 500 characters."""
    for text in texts:
        message = " ".join(text[: 8 * _LONGEST_MESSAGE].split())
        if message:
            return cut(message, _LONGEST_MESSAGE)
    return ""


def first_line(text: str) -> str:
    """Return the first line that is not blank."""
    return next((line for line in text[:_LOOKED_AT].splitlines() if line.strip()), "")


def place_in(stack: str, class_name: str, name: str = "") -> tuple[str, int]:
    """Return file and line of the first frame whose file the test's class or name mentions; else empty and 0."""
    words = {word.lower() for word in re.split(r"[^\w-]+", f"{class_name} {name}") if word}
    for match in _PLACE.finditer(stack[:_LOOKED_AT]):
        stem = re.split(r"[\\/]", match["file"])[-1].partition(".")[0].lower()
        if stem in words:
            return match["file"], int(match["line"])
    return "", 0


def number(text: str | None) -> int:
    """Return the line number that an attribute spells; 0 where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0
