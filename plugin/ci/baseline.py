"""Takes a failed step, gives the log of the same step in the last green build, in few requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import ClassVar, Protocol

from plugin.ci.stored_log import missing
from plugin.errors import ServerError
from plugin.model.build import Build, EarlierBuild, Job, RawLog, State, Step, culprits

_PAGES = 3
"""Pages of the list that are read at most; a branch that was never green shall not cost a walk through all its past."""


class BuildHistory(Protocol):
    """The earlier builds of a repository; a call is one request at most and raises ServerError."""

    default_branch: str
    """Empty where it is not known."""
    page_size: ClassVar[int]
    """How many builds are on a page that is not the last one."""

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """A page of the builds, newest first, counted from 1."""

    def look(self, reference: str) -> Build:
        """The build with that number, or what `guess` named."""

    def guess(self, build: Build) -> str:
        """Which build is likely green, where only one request is left to find it; empty if the list tells better.

        That is so where a log can be addressed without having looked at its build: a list and a log are two requests.
        """

    def green_log(self, number: int, job: Job, step: Step) -> RawLog:
        """The log of that build's step, read once. Raises ServerError when there is none."""


@dataclass(frozen=True, slots=True)
class _Green:
    number: int
    seen: Build | None
    """None where no request was left to look at it."""


class Baseline:
    """The last green build of the branch, else of the default branch; safe to call from several threads.

    A failed step costs `per_step` requests at most: one for its log, and the others go into one search for all steps.
    """

    def __init__(self, past: BuildHistory, per_step: int) -> None:
        self._past = past
        self._per_step = per_step
        self._lock = Lock()
        self._green: _Green | None = None
        self._why_none = ""
        self.met: list[EarlierBuild] = []
        """The builds that the search came by."""

    def log(self, build: Build, job: Job, step: Step) -> RawLog:
        """The green log, or the reason why there is none; never raises."""
        try:
            green = self._found(build)
            return self._past.green_log(green.number, *(_twin(green.seen, job, step) if green.seen else (job, step)))
        except ServerError as error:
            return missing(f"no green build to compare with: {error}")

    def _found(self, build: Build) -> _Green:
        with self._lock:
            if not self._green and not self._why_none:
                try:
                    self._green = self._search(build)
                except ServerError as error:
                    self._why_none = str(error)
            if not self._green:
                raise ServerError(self._why_none)
            return self._green

    def _search(self, build: Build) -> _Green:
        requests = (self._per_step - 1) * max(1, len(culprits(build)))
        if requests < 1:
            raise ServerError("setting `baseline_requests` leaves no request to search one")
        guess = self._past.guess(build) if requests == 1 else ""
        if guess:
            return self._judged(build, self._looked_at(guess))
        number, pages = self._listed(build, min(_PAGES, max(1, requests - 1)))
        return self._judged(build, self._looked_at(str(number))) if pages < requests else _Green(number, None)

    def _listed(self, build: Build, pages: int) -> tuple[int, int]:
        """The number of the newest green build, and how many pages it took."""
        for page in range(1, pages + 1):
            summaries = self._past.page(page)
            self.met += summaries
            for branch in self._branches(build):
                for summary in summaries:
                    if summary.branch == branch and summary.number < build.number and summary.state is State.SUCCESS:
                        return summary.number, page
            if len(summaries) < self._past.page_size:
                break
        raise ServerError(f"none of {' or '.join(self._branches(build)) or 'its branch'} among the newest builds")

    def _looked_at(self, reference: str) -> Build:
        there = self._past.look(reference)
        self.met.append(EarlierBuild(there.number, there.state, there.branch, there.event, there.commit, there.ref))
        return there

    def _judged(self, build: Build, green: Build) -> _Green:
        if green.state is State.SUCCESS and green.number != build.number and green.branch in self._branches(build):
            return _Green(green.number, green)
        raise ServerError("the build before is not green; setting `baseline_requests` of 3 lets it search further back")

    def _branches(self, build: Build) -> tuple[str, ...]:
        return tuple(dict.fromkeys(branch for branch in (build.branch, self._past.default_branch) if branch))


def _twin(green: Build, job: Job, step: Step) -> tuple[Job, Step]:
    """The same step of the same unit, told by their names and matrix values: numbers shift between builds."""
    for there in green.jobs:
        if (there.name, dict(there.axes)) == (job.name, dict(job.axes)):
            for candidate in there.steps:
                if candidate.name == step.name and candidate.state is State.SUCCESS:
                    return there, candidate
    raise ServerError(f"build {green.number} did not run this step")
