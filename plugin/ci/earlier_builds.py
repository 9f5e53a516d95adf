"""Earlier builds of a repository and the logs of their steps, each read with one request that takes limited time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, Self

from plugin.frozen import frozen
from plugin.model.build import Build, EarlierBuild, Job, RawLog, Step


class _Reader(Protocol):
    default_branch: str

    def within(self, seconds: float) -> Self: ...

    def fetch(self, reference: str) -> Build: ...

    def step_log(self, number: int, job: Job, step: Step) -> RawLog: ...


@frozen
class EarlierBuilds:
    """The past of a repository. Its methods raise ServerError."""

    _reader: _Reader
    listed: Callable[[], Sequence[EarlierBuild]]
    """Returns the newest builds, which the search for a green one may have read already."""

    @property
    def default_branch(self) -> str:
        """Return the name of the default branch, empty where it is not known."""
        return self._reader.default_branch

    def build(self, number: int, seconds: float) -> Build:
        """Return a build, in at most that many seconds."""
        return self._reader.within(seconds).fetch(str(number))

    def log(self, number: int, job: Job, step: Step, seconds: float) -> RawLog:
        """Return the log of a step of that build, in at most that many seconds."""
        return self._reader.within(seconds).step_log(number, job, step)
