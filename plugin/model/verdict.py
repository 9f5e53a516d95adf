"""The verdict: what earlier builds show about a failed build."""

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """The relation of a failed build to earlier ones."""

    FLAKY = "flaky"
    """A build of the same commit passed."""
    ELSEWHERE = "elsewhere"
    """The target branch, or the branch that this one came from, failed as well."""
    KNOWN = "known"
    """The previous build of the same branch or pull request had already failed."""
    NEW = "new"
    """The previous build passed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The relation to earlier builds, and the build that shows it."""

    kind: VerdictKind
    build: int
    """FLAKY: the green build of the same commit. ELSEWHERE: the newest red one. KNOWN: the first. NEW: the latest."""
    branch: str
    """The branch of that build."""
