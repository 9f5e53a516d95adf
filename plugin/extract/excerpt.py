"""What extraction gives: the few lines of a log that explain the failure."""

from dataclasses import dataclass
from typing import Literal

LineKind = Literal["cause", "context"]
Category = Literal[
    "code", "test", "lint", "dependency", "infrastructure", "resource", "timeout", "configuration", "unknown"
]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is shown."""

    number: int
    """1-based number in the raw log, where a line ends at `\\n` only."""
    text: str
    """Clean and redacted."""
    kind: LineKind
    why: str = ""
    """Which rule and weight brought it in; shown by `analyze --explain`."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines that explain a failure, and what they mean."""

    ranked: tuple[int, ...]
    """Numbers of raw lines, best first."""
    lines: tuple[Line, ...]
    """The same lines in reading order."""
    title: str
    """One line that a person would say; never empty."""
    pattern: str | None = None
    """Id of the winning pattern of the catalogue."""
    hint: str = ""
    """What the reader should do, where the pattern knows."""
    category: Category = "unknown"
    command: str = ""
    """The command that failed, without its leading `+ `, where the log has a trace."""
    total_lines: int = 0
    """How many lines the raw log has."""
    blank: frozenset[int] = frozenset()
    """Numbers of the blank lines beside shown ones, which are no loss when they are not shown."""
    notes: tuple[str, ...] = ()
    """What a reader should know, for instance that no pattern matched and this is the end of the log."""
