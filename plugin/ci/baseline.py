"""The log of a failed step's counterpart in the last green build, found with few requests."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from plugin.ci.earlier_builds import EarlierBuilds
from plugin.errors import ServerError
from plugin.frozen import frozen
from plugin.model.build import Build, EarlierBuild, Job, RawLog, State, Step, culprits
from plugin.model.message import Message, either

if TYPE_CHECKING:
    from plugin.http.client import ApiClient

_PAGES = 3
"""Maximum number of list pages to read: a branch that was never green must not cost a walk through its history."""


class BuildHistory(Protocol):
    """The earlier builds of a repository. A call makes at most one request and raises ServerError."""

    default_branch: str
    """Empty where it is not known."""
    page_size: ClassVar[int]
    """Number of builds on a page that is not the last one."""
    _client: ApiClient
    _baseline: Baseline

    def green(self, build: Build, job: Job, step: Step) -> RawLog:
        """Return the same step's log in the last green build. Safe to call from several threads."""
        return self._baseline.log(build, job, step)

    def past(self) -> EarlierBuilds:
        """Return the reader of earlier builds."""
        return EarlierBuilds(self, self._baseline.listed)

    def within(self, seconds: float) -> Self:
        """Return a reader of the same builds whose requests together take at most that many seconds."""
        other = copy(self)
        other._client = self._client.within(seconds)  # noqa: SLF001 — of the same class
        return other

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """Return a page of builds, newest first. Pages are counted from 1."""

    def newest_green(self, branch: str) -> int:  # noqa: ARG002 — for servers that can filter the list
        """Return the number of the last push of a branch that passed, 0 where the server cannot search for it."""
        return 0

    def fetch(self, reference: str) -> Build:
        """Return the build with that number, or the one that `guess` named."""

    def guess(self, build: Build) -> str:  # noqa: ARG002 — for servers whose logs need the number of a step
        """Return a reference to a build that is likely green, for when only one request is left to find one.

        Empty where the list is the better choice: there a log can be addressed without its build having been read.
        """
        return ""

    def step_log(self, number: int, job: Job, step: Step) -> RawLog:
        """Return the log of that build's step, read once. Raise ServerError when there is none."""


@frozen
class _Green:
    number: int
    seen: Build | None
    """None where no request was left to read it."""


class Baseline:
    """The last green build of the branch, else of the default branch. Safe to call from several threads.

    A failed step costs at most `per_step` requests: one for its log; the others go into one search for all steps.
    """

    def __init__(self, past: BuildHistory, per_step: int) -> None:
        self._past = past
        self._per_step = per_step
        self._lock = Lock()
        self._green: _Green | None = None
        self._why_none = ""
        self._pages: dict[int, Sequence[EarlierBuild]] = {}
        self._reading_page = Lock()
        self._read_before: set[int] = set()
        """Pages that count as requests of the history."""
        self.seen: list[EarlierBuild] = []
        """The builds that the search has seen."""

    def log(self, build: Build, job: Job, step: Step) -> RawLog:
        """Return the green log, or the reason why there is none. Never raises."""
        try:
            green = self._green_build(build)
            return self._past.step_log(green.number, *(_twin(green.seen, job, step) if green.seen else (job, step)))
        except ServerError as error:
            return RawLog(complete=False, reason=Message("no green build to compare with: {error}", error=error))

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """Return a page of builds, newest first, requested once. Raise ServerError."""
        with self._reading_page:
            if page not in self._pages:
                self._pages[page] = self._past.page(page)
            return self._pages[page]

    def listed(self) -> Sequence[EarlierBuild]:
        """Return the newest builds for the history of builds. Raise ServerError."""
        self._read_before.add(1)
        return self.page(1)

    def _green_build(self, build: Build) -> _Green:
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
        if build.number <= 1:
            raise ServerError(Message("this is the first build"))
        requests = (self._per_step - 1) * max(1, len(culprits(build)))
        if requests < 1:
            raise ServerError(Message("setting `baseline_requests` leaves no request to search for one"))
        guess = self._past.guess(build) if requests == 1 else ""
        if guess:
            return self._checked(build, self._fetched(guess))
        number, used = self._found(build, max(1, requests - 1))
        return self._checked(build, self._fetched(str(number))) if used < requests else _Green(number, None)

    def _found(self, build: Build, requests: int) -> tuple[int, int]:
        """Return the number of the newest green build, and how many requests were made to find it.

        Pages that the history of builds has read cost nothing.
        """
        used = 0
        for page in range(1, _PAGES + 1):
            used += page not in self._read_before
            if used > requests:
                break
            summaries = self.page(page)
            self.seen += summaries
            for branch in self._branches(build):
                for summary in summaries:
                    if summary.branch == branch and summary.number < build.number and summary.state is State.SUCCESS:
                        return summary.number, used
            if len(summaries) < self._past.page_size:
                break
            if used < requests and (number := self._past.newest_green(self._branches(build)[0])):
                return number, used + 1
        raise ServerError(
            Message(
                "none of {branches} among the newest builds",
                branches=either(self._branches(build)) or Message("its branch"),
            )
        )

    def _fetched(self, reference: str) -> Build:
        found = self._past.fetch(reference)
        self.seen.append(EarlierBuild(found.number, found.state, found.branch, found.event, found.commit, found.ref))
        return found

    def _checked(self, build: Build, green: Build) -> _Green:
        if green.state is State.SUCCESS and green.number != build.number and green.branch in self._branches(build):
            return _Green(green.number, green)
        raise ServerError(
            Message(
                "build {number} is not a green one of this branch; setting `baseline_requests` of 3 lets the "
                "plugin search further back",
                number=green.number,
            )
        )

    def _branches(self, build: Build) -> tuple[str, ...]:
        return tuple(dict.fromkeys(branch for branch in (build.branch, self._past.default_branch) if branch))


def _twin(green: Build, job: Job, step: Step) -> tuple[Job, Step]:
    """Return the same step of the same job, matched by name and matrix values: numbers shift between builds."""
    for green_job in green.jobs:
        if (green_job.name, dict(green_job.axes)) == (job.name, dict(job.axes)):
            for candidate in green_job.steps:
                if candidate.name == step.name and candidate.state is State.SUCCESS:
                    return green_job, candidate
    raise ServerError(Message("build {number} did not run this step", number=green.number))
