"""Problems found in a document of untrusted text, as lines for people."""

from collections.abc import Sequence

from plugin.text.shorten import cut

_MOST = 20
_LONGEST = 300


def bounded_lines(problems: Sequence[str]) -> tuple[str, ...]:
    """Return a bounded number of printable lines, because the problems quote the document."""
    lines = ["".join(c if c.isprintable() else " " for c in " ".join(text.split())) for text in problems[: _MOST + 1]]
    shown = tuple(cut(line, _LONGEST) for line in lines[:_MOST])
    more = len(problems) - len(shown)
    return (*shown, f"and {more} more like these") if more > 0 else shown
