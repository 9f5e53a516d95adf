"""A line of a log as views print it.

Its text is that of the log; only the mark that replaces the middle of a long line is in the language of the report.
"""

from plugin.text.language import _
from plugin.text.shorten import visible

LONGEST_LINE = 400
"""Maximum characters of a log line: most from its start, some from its end."""
_TAIL = 100
"""Characters of its end."""


def printable_log_line(text: str) -> str:
    """Return a log line for a code block or a list: visible, and with a mark in place of the middle if too long."""
    left_out = len(text) - LONGEST_LINE
    if left_out > 0:
        mark = _("… {number:,} characters …", number=left_out)
        text = f"{text[: LONGEST_LINE - _TAIL]} {mark} {text[-_TAIL:]}"
    return visible(text).replace("\n", "␊")
