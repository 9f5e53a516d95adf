"""Harness Open Source (Gitness)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from plugin.ci.address import build_page, remedies, repo_path
from plugin.ci.baseline import Baseline
from plugin.ci.build import Build, Earlier, Log, Step, Unit
from plugin.ci.chunks import Chunk
from plugin.ci.fields import record, records, text, whole
from plugin.ci.stages import Clock, build_of, finished_log, read_log, with_own
from plugin.ci.states import earlier
from plugin.errors import ServerError

if TYPE_CHECKING:
    from plugin.rest import Params, Rest
    from plugin.where import Where

_MILLISECONDS = Clock(per_second=1000)
_MOST_ASKED = 20
"""Pipelines that are asked for an execution of that number, when no setting names the pipeline."""


class Harness:
    """One execution of a pipeline."""

    page_size: ClassVar[int] = 100

    def __init__(self, rest: Rest, where: Where, *, baseline_requests: int) -> None:
        self.default_branch = where.default_branch
        self._rest = rest
        self._where = where
        self._repo = repo_path(where.repo)
        self._pipelines = f"api/v1/repos/{self._repo}/+/pipelines"
        self._pipeline = where.pipeline
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """The execution as it stands. Raises ServerError."""
        seen = self.look(str(self._where.build)) if self._pipeline else self._searched()
        page = build_page(self._where, f"{self._repo}/pipelines/{quote(self._pipeline)}/execution/{seen.number}")
        units = tuple(_linked(unit, page) for unit in with_own(seen.units, self._where))
        return replace(seen, url=page, units=units)

    def log(self, unit: Unit, step: Step) -> Log:
        """The step's log."""
        logs = f"{self._executions}/{self._where.build}/logs/{step.key}"
        return read_log(self._rest, logs, f"{logs}/stream", unit, step)

    def green(self, build: Build, unit: Unit, step: Step) -> Log:
        """The same step's log in the last green execution of the pipeline."""
        return self._baseline.log(build, unit, step)

    def earlier(self) -> tuple[Earlier, ...]:
        """The builds that the search for a green one came by."""
        return tuple(self._baseline.met)

    @property
    def _executions(self) -> str:
        return f"{self._pipelines}/{quote(self._pipeline, safe='')}/executions"

    def _searched(self) -> Build:
        """The execution in whatever pipeline it is, for no variable names the pipeline and each counts for itself."""
        found = records(self._rest.json(self._pipelines, _FIRST_PAGE, remedies=remedies(self._where)))
        names = [
            text(item.get("identifier"))
            for item in found
            if whole(record(item.get("execution")).get("number")) >= self._where.build or not item.get("execution")
        ]
        seen = [(name, build) for name in names[:_MOST_ASKED] if (build := self._look_into(name))]
        likely = [(name, build) for name, build in seen if self._same_commit(build)]
        if len(likely) > 1:
            likely = [(name, build) for name, build in likely if self._same_unit(build)]
        if len(likely) != 1:
            which = f"several have one: {', '.join(name for name, _ in likely)}" if likely else "none has one"
            raise ServerError(
                f"cannot tell which pipeline of {self._where.repo} has execution {self._where.build} ({which}); "
                "set `pipeline` to its identifier"
            )
        self._pipeline, build = likely[0]
        return build

    def _look_into(self, pipeline: str) -> Build | None:
        self._pipeline = pipeline
        try:
            return self.look(str(self._where.build))
        except ServerError as error:
            if error.status == 404:
                return None
            raise

    def _same_commit(self, build: Build) -> bool:
        return not self._where.commit or build.commit == self._where.commit

    def _same_unit(self, build: Build) -> bool:
        """Pipelines that every push starts count alike; then the own stage tells them apart, if it has another name."""
        return not self._where.unit_name or any(unit.name == self._where.unit_name for unit in build.units)

    # The past

    def look(self, reference: str) -> Build:
        """An execution by its number."""
        found = record(self._rest.json(f"{self._executions}/{reference}", remedies=remedies(self._where)))
        return build_of(found, self._where.repo, _MILLISECONDS)

    def page(self, page: int) -> Sequence[Earlier]:
        """A hundred executions."""
        found = records(self._rest.json(self._executions, {"page": page, "limit": self.page_size}))
        return [earlier(item, commit="after", branch="target") for item in found]

    def guess(self, build: Build) -> str:  # noqa: ARG002 — the list tells better
        """None: without a look at the green build, the numbers of unit and step are taken to be the same there."""
        return ""

    def green_log(self, number: int, unit: Unit, step: Step) -> Log:  # noqa: ARG002 — the key holds both numbers
        """By the numbers of unit and step."""
        return finished_log(self._rest.records(f"{self._executions}/{number}/logs/{step.key}", Chunk))


_FIRST_PAGE: Params = {"page": 1, "limit": 100, "latest": "true"}


def _linked(unit: Unit, page: str) -> Unit:
    return replace(unit, url=page, steps=tuple(replace(step, url=page) for step in unit.steps))
