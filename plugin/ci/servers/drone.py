"""Drone 1.x and 2.x."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from plugin.ci.baseline import Baseline, BuildHistory
from plugin.ci.log_entries import LogEntry
from plugin.ci.paths import build_page, remedies, repo_path
from plugin.ci.servers._stages_api import Clock, build_of, finished_log, read_log, with_current
from plugin.ci.states import earlier_build
from plugin.frozen import replace
from plugin.http.json_fields import record, records
from plugin.model.build import Build, EarlierBuild, Job, RawLog, Step

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.model.context import BuildContext

_SECONDS = Clock(per_second=1)


class Drone(BuildHistory):
    """One build on a Drone server."""

    page_size: ClassVar[int] = 100

    def __init__(self, client: ApiClient, context: BuildContext, *, baseline_requests: int) -> None:
        self.default_branch = context.default_branch
        self._client = client
        self._context = context
        self._repo = repo_path(context.repo)
        self._builds = f"api/repos/{self._repo}/builds"
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """Return the build in its current state. Raise ServerError."""
        seen = self.fetch(str(self._context.build))
        page = build_page(self._context, f"{self._repo}/{seen.number}")
        jobs = with_current(seen.jobs, self._context)
        return replace(seen, url=page, jobs=tuple(_linked(job, page) for job in jobs))

    def log(self, job: Job, step: Step) -> RawLog:
        """Return the step's log, or the reason why it is missing."""
        logs = f"{self._builds}/{self._context.build}/logs/{step.key}"
        streams = f"api/stream/{self._repo}/{self._context.build}/{step.key}"
        return read_log(self._client, logs, streams, job, step)

    def earlier(self) -> tuple[EarlierBuild, ...]:
        """Return the builds that the search for a green one has seen."""
        return tuple(self._baseline.seen)

    # Earlier builds

    def fetch(self, reference: str) -> Build:
        """Return a build by its number. Raise ServerError."""
        found = record(self._client.json(f"{self._builds}/{reference}", remedies=remedies(self._context)))
        return build_of(found, self._context.repo, _SECONDS)

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """Return a hundred builds of all branches, so that one page may cover the own and the default branch."""
        found = records(self._client.json(self._builds, {"page": page, "per_page": self.page_size}))
        return [earlier_build(item, commit="after", branch="target") for item in found]

    def step_log(self, number: int, job: Job, step: Step) -> RawLog:  # noqa: ARG002 — the key holds both numbers
        """Return the log of that build by the numbers of stage and step. Raise ServerError."""
        return finished_log(self._client.records(f"{self._builds}/{number}/logs/{step.key}", LogEntry))


def _linked(job: Job, page: str) -> Job:
    steps = tuple(replace(step, url=f"{page}/{job.number}/{step.number}") for step in job.steps)
    return replace(job, url=f"{page}/{job.number}", steps=steps)
