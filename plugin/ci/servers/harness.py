"""Harness Open Source (Gitness)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from plugin.ci.baseline import Baseline, BuildHistory
from plugin.ci.log_entries import LogEntry
from plugin.ci.paths import build_page, page_by_environment, remedies, repo_path, web_page
from plugin.ci.servers._stages_api import Clock, build_of, finished_log, read_log, with_current
from plugin.ci.states import earlier_build
from plugin.errors import ServerError
from plugin.frozen import replace
from plugin.http.json_fields import integer, record, records, text
from plugin.model.build import Build, EarlierBuild, Job, RawLog, Step
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.client import ApiClient, Params
    from plugin.model.context import BuildContext

_MILLISECONDS = Clock(per_second=1000)
_MOST_ASKED = 20
"""Maximum number of pipelines to search for an execution of that number, when no setting names the pipeline."""


class Harness(BuildHistory):
    """One execution of a pipeline."""

    page_size: ClassVar[int] = 100

    def __init__(self, client: ApiClient, context: BuildContext, *, baseline_requests: int) -> None:
        self.default_branch = context.default_branch
        self._client = client
        self._context = context
        self._repo = repo_path(context.repo)
        self._pipelines = f"api/v1/repos/{self._repo}/+/pipelines"
        self._pipeline = context.pipeline
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """Return the execution in its current state. Raise ServerError."""
        seen = self.fetch(str(self._context.build)) if self._pipeline else self._searched()
        path = f"{self._repo}/pipelines/{quote(self._pipeline)}/execution/{seen.number}"
        page = page_by_environment(self._context) or seen.url or build_page(self._context, path)
        jobs = tuple(_linked(job, page) for job in with_current(seen.jobs, self._context))
        return replace(seen, url=page, jobs=jobs)

    def log(self, job: Job, step: Step) -> RawLog:
        """Return the step's log, or the reason why it is missing."""
        logs = f"{self._executions}/{self._context.build}/logs/{step.key}"
        return read_log(self._client, logs, f"{logs}/stream", job, step)

    def earlier(self) -> tuple[EarlierBuild, ...]:
        """Return the builds that the search for a green one has seen."""
        return tuple(self._baseline.seen)

    @property
    def _executions(self) -> str:
        return f"{self._pipelines}/{quote(self._pipeline, safe='')}/executions"

    def _searched(self) -> Build:
        """Search all pipelines for the execution: no variable names the pipeline, and each has its own numbers."""
        found = records(self._client.json(self._pipelines, _FIRST_PAGE, remedies=remedies(self._context)))
        names = [
            text(item.get("identifier"))
            for item in found
            if integer(record(item.get("execution")).get("number")) >= self._context.build or not item.get("execution")
        ]
        seen = [(name, build) for name in names[:_MOST_ASKED] if (build := self._execution_in(name))]
        likely = [(name, build) for name, build in seen if self._same_commit(build)]
        if len(likely) > 1:
            likely = [(name, build) for name, build in likely if self._same_job(build)]
        if len(likely) != 1:
            which = (
                Message("several have one: {names}", names=", ".join((name for name, _ in likely)))
                if likely
                else Message("none has one")
            )
            raise ServerError(
                Message(
                    "cannot tell which pipeline of {repo} has execution {build} ({which}); set `pipeline` to its "
                    "identifier",
                    repo=self._context.repo,
                    build=self._context.build,
                    which=which,
                )
            )
        self._pipeline, build = likely[0]
        return build

    def _execution_in(self, pipeline: str) -> Build | None:
        self._pipeline = pipeline
        try:
            return self.fetch(str(self._context.build))
        except ServerError as error:
            if error.status == 404:
                return None
            raise

    def _same_commit(self, build: Build) -> bool:
        return not self._context.commit or build.commit == self._context.commit

    def _same_job(self, build: Build) -> bool:
        """Return whether the build has a stage with our own stage's name.

        Pipelines that every push starts have the same numbers; the name of the stage may still tell which is ours.
        """
        return not self._context.job_name or any(job.name == self._context.job_name for job in build.jobs)

    # Earlier builds

    def fetch(self, reference: str) -> Build:
        """Return an execution by its number. Raise ServerError."""
        found = record(self._client.json(f"{self._executions}/{reference}", remedies=remedies(self._context)))
        page = text(record(found.get("params")).get("DRONE_BUILD_LINK"))  # at the address for people
        return replace(build_of(found, self._context.repo, _MILLISECONDS), url=web_page(page))

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """Return a hundred executions. Raise ServerError."""
        found = records(self._client.json(self._executions, {"page": page, "limit": self.page_size}))
        return [earlier_build(item, commit="after", branch="target") for item in found]

    def step_log(self, number: int, job: Job, step: Step) -> RawLog:  # noqa: ARG002 — the key holds both numbers
        """Return the log of that build by the numbers of stage and step. Raise ServerError."""
        return finished_log(self._client.records(f"{self._executions}/{number}/logs/{step.key}", LogEntry))


_FIRST_PAGE: Params = {"page": 1, "limit": 100, "latest": "true"}


def _linked(job: Job, page: str) -> Job:
    return replace(job, url=page, steps=tuple(replace(step, url=page) for step in job.steps))
