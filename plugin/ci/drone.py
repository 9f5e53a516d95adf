"""Drone 1.x and 2.x."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from plugin.ci.address import build_page, remedies, repo_path
from plugin.ci.baseline import Baseline
from plugin.ci.build import Build, Earlier, Log, Step, Unit
from plugin.ci.chunks import Chunk
from plugin.ci.fields import record, records
from plugin.ci.stages import Clock, build_of, finished_log, read_log, with_own
from plugin.ci.states import earlier

if TYPE_CHECKING:
    from plugin.rest import Rest
    from plugin.where import Where

_SECONDS = Clock(per_second=1)


class Drone:
    """One build of a Drone server."""

    page_size: ClassVar[int] = 100

    def __init__(self, rest: Rest, where: Where, *, baseline_requests: int) -> None:
        self.default_branch = where.default_branch
        self._rest = rest
        self._where = where
        self._repo = repo_path(where.repo)
        self._builds = f"api/repos/{self._repo}/builds"
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """The build as it stands. Raises ServerError."""
        seen = self.look(str(self._where.build))
        page = build_page(self._where, f"{self._repo}/{seen.number}")
        units = with_own(seen.units, self._where)
        return replace(seen, url=page, units=tuple(_linked(unit, page) for unit in units))

    def log(self, unit: Unit, step: Step) -> Log:
        """The step's log."""
        logs = f"{self._builds}/{self._where.build}/logs/{step.key}"
        streams = f"api/stream/{self._repo}/{self._where.build}/{step.key}"
        return read_log(self._rest, logs, streams, unit, step)

    def green(self, build: Build, unit: Unit, step: Step) -> Log:
        """The same step's log in the last green build."""
        return self._baseline.log(build, unit, step)

    def earlier(self) -> tuple[Earlier, ...]:
        """The builds that the search for a green one came by."""
        return tuple(self._baseline.met)

    # The past

    def look(self, reference: str) -> Build:
        """A build by its number."""
        found = record(self._rest.json(f"{self._builds}/{reference}", remedies=remedies(self._where)))
        return build_of(found, self._where.repo, _SECONDS)

    def page(self, page: int) -> Sequence[Earlier]:
        """A hundred builds of all branches, so that one page may tell of the own and of the default branch."""
        found = records(self._rest.json(self._builds, {"page": page, "per_page": self.page_size}))
        return [earlier(item, commit="after", branch="target") for item in found]

    def guess(self, build: Build) -> str:  # noqa: ARG002 — the list tells better
        """None: without a look at the green build, the numbers of unit and step are taken to be the same there."""
        return ""

    def green_log(self, number: int, unit: Unit, step: Step) -> Log:  # noqa: ARG002 — the key holds both numbers
        """By the numbers of unit and step."""
        return finished_log(self._rest.records(f"{self._builds}/{number}/logs/{step.key}", Chunk))


def _linked(unit: Unit, page: str) -> Unit:
    steps = tuple(replace(step, url=f"{page}/{unit.number}/{step.number}") for step in unit.steps)
    return replace(unit, url=f"{page}/{unit.number}", steps=steps)
