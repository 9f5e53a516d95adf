"""Problems of a document that people wrote, as a bounded number of printable lines."""

from collections.abc import Sequence

from plugin.model.message import Message, mapped
from plugin.text.shorten import LONGEST_TEXT, cut

_MOST_PROBLEMS = 20
"""Problems that are listed; the others are counted."""


def problem_lines(problems: Sequence[str]) -> tuple[str, ...]:
    """Return the first problems, printable and shortened because they quote an untrusted document, and a count."""
    shown = tuple(mapped(text, _printable) for text in problems[:_MOST_PROBLEMS])
    more = len(problems) - len(shown)
    return (*shown, *([Message("and {number} more like these", number=more)] if more else []))


def _printable(text: str) -> str:
    return cut("".join(c if c.isprintable() else " " for c in " ".join(text.split())), LONGEST_TEXT)
