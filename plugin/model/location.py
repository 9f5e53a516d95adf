"""A line of a file of the repository that a log names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A line of a file of the repository."""

    path: str
    """Relative to the root of the repository, with forward slashes."""
    line: int
    column: int | None = None
    known: bool = True
    """Whether the repository is known to have the file, so that a link to it works."""
