"""Data type for what the title is made from: all that is known about the lines of a log."""

from collections.abc import Callable, Mapping, Sequence

from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.finding import Finding
from plugin.frozen import frozen


@frozen
class Evidence:
    """What is known about the lines of a log, by row."""

    lines: Sequence[bytes]
    scores: Sequence[float]
    """Log-odds for naming the failure: a line that only wraps it has no penalty here."""
    patterns: Mapping[int, Pattern]
    recognized: Mapping[int, Finding]
    read_diagnostic: Callable[[int], Finding | None]
    """Reads the diagnostic of any row."""
    wrappers: frozenset[int]
    """Rows that say that something failed and not why, and those of stack frames."""
    catalogue: Catalogue
    """The patterns in order of priority."""
    command: int | None = None
    """Row of the command that failed."""


@frozen
class Title:
    """The title, and what is known of the line that it was taken from."""

    text: str
    row: int | None = None
    """Row that the reason was taken from."""
    pattern: Pattern | None = None
    finding: Finding | None = None
    named_row: int | None = None
    """Row that the pattern matches, or the finding was read in."""
