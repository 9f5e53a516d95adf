"""What the trials ask of a CI server, whichever it is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FinishedBuild:
    """A build that has ended."""

    number: int
    state: str
    """The server's own word."""
    steps: tuple[tuple[str, str, int], ...]
    """Job, step and exit code of each step."""
    error: str = ""


class CiServer(Protocol):
    """A running server with its agent, signed in as the owner of the repositories."""

    url: str

    def activate(self, repo: str, secrets: dict[str, str]) -> None:
        """Build each push and pull request of a repository, with these secrets, also for forks."""

    def approve(self, repo: str, commit: str) -> None:
        """Let a build start that waits for approval, if there is one."""

    def finished(self, repo: str, commit: str, event: str) -> FinishedBuild:
        """Return the newest build of a commit and event when it has ended."""

    def restarted(self, repo: str, build: FinishedBuild) -> FinishedBuild:
        """Build the same commit again; return the new build when it has ended."""

    @property
    def api_token(self) -> str:
        """Token of the signed-in account."""
