"""What the past says about a failed build."""

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    FLAKY = "flaky"
    """The very same commit was green, too."""
    ELSEWHERE = "elsewhere"
    """The branch that this one is to go into, or came from, is red itself."""
    KNOWN = "known"
    """The build before on the same branch or pull request was red already."""
    NEW = "new"
    """The build before was green."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the past says, and which build says it."""

    kind: VerdictKind
    build: int
    """The green build of the same commit; the newest red one elsewhere; the first red one; the last green one."""
    branch: str
    """The branch of that build."""
