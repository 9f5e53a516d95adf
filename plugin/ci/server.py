"""The interface that every file of `ci/servers/` provides."""

from typing import Protocol

from plugin.ci.earlier_builds import EarlierBuilds
from plugin.model.build import Build, EarlierBuild, Job, RawLog, Step


class Server(Protocol):
    """One build of one repository on one server, in the vocabulary of `plugin.model.build`."""

    def build(self) -> Build:
        """Return the build in its current state. Raise ServerError."""

    def log(self, job: Job, step: Step) -> RawLog:
        """Return the step's log; `RawLog.reason` says why it is missing or cut. Never raises for a missing log."""

    def green(self, build: Build, job: Job, step: Step) -> RawLog:
        """Return the same step's log in the last green build of the branch. Safe to call from several threads."""

    def past(self) -> EarlierBuilds:
        """Return the reader of earlier builds."""

    def earlier(self) -> tuple[EarlierBuild, ...]:
        """Return the builds that the search for a green one has seen, possibly none. Makes no request."""
