"""What every file of `ci/servers/` provides."""

from typing import Protocol

from plugin.model.build import Build, EarlierBuild, Job, RawLog, Step


class Server(Protocol):
    """What every file of `plugin/ci/` gives: one build of one repository, in the vocabulary above."""

    def build(self) -> Build:
        """The build as it stands now. Raises ServerError."""

    def log(self, job: Job, step: Step) -> RawLog:
        """The step's log; what cannot be had is told in `Log.reason`. Never raises for a missing log."""

    def green(self, build: Build, job: Job, step: Step) -> RawLog:
        """The same step's log in the last green build of the branch, for comparison; safe to call from threads."""

    def earlier(self) -> tuple[EarlierBuild, ...]:
        """The builds that were met in search of the green one; costs no request, so it may hold none."""
