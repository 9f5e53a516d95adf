"""Reads the API of Drone 0.8, which Woodpecker 0.15 kept: a build has procs, a proc has child procs with logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from plugin.ci.address import build_page, remedies, repo_path
from plugin.ci.baseline import Baseline
from plugin.ci.build import Build, Earlier, Kind, Log, State, Step, Unit
from plugin.ci.chunks import Chunk, joined, log_of
from plugin.ci.fields import Record, moment, record, records, text, texts, whole
from plugin.ci.live import live
from plugin.ci.states import earlier, exit_code, state, told_of_memory
from plugin.ci.stored import NOT_STARTED, is_there, missing, patiently, stored, told
from plugin.errors import ServerError

if TYPE_CHECKING:
    from plugin.rest import Rest
    from plugin.where import Where

_LATE = (0.5, 1, 2, 4, 8, 8, 6.5)
"""Pauses between looks at a late log: the agent uploads in the background, 15 s were seen for 2 MB."""
_HEAD = 2_000_000 - 20_000
"""Bytes from which a log is taken for cut: the agent keeps 2,000,000; masking and broken UTF-8 change the count."""


class Procs:
    """One build of such a server."""

    page_size: ClassVar[int] = 50
    page_path: ClassVar[str]
    """Where people find a build, after `{owner}/{name}`."""

    def __init__(self, rest: Rest, where: Where, *, baseline_requests: int) -> None:
        self.default_branch = where.default_branch
        self._rest = rest
        self._where = where
        self._api = f"api/repos/{repo_path(where.repo)}"
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """The build as it stands. Raises ServerError."""
        try:
            found = self._asked(str(self._where.build))
        except ServerError as error:
            if error.status == 500:  # how this server says that there is no such build, once repeats gave the same
                raise ServerError(f"{error}; it says so of a build that does not exist, check `build`") from None
            raise
        page = build_page(self._where, f"{repo_path(self._where.repo)}/{self.page_path}{self._where.build}")
        units = (self._with_roles(_unit(proc), _groups(proc)) for proc in records(found.get("procs")))
        return replace(_build(found, self._where.repo), url=page, units=tuple(_linked(unit, page) for unit in units))

    def log(self, unit: Unit, step: Step) -> Log:
        """The step's log; waited for while it may still arrive."""
        return told(step, lambda: self._live(unit, step) if step.state is State.RUNNING else self._stored(unit, step))

    def green(self, build: Build, unit: Unit, step: Step) -> Log:
        """The same step's log in the last green build."""
        return self._baseline.log(build, unit, step)

    def earlier(self) -> tuple[Earlier, ...]:
        """The builds that the search for a green one came by."""
        return tuple(self._baseline.met)

    def _stored(self, unit: Unit, step: Step) -> Log:
        path = f"{self._api}/logs/{self._where.build}/{step.key}"
        pauses = () if unit.state.ended else _LATE  # a proc ends only after all its logs were uploaded
        chunks, _ = patiently(lambda: stored(self._rest, path, Chunk), is_there, self._rest.budget, pauses)
        if chunks is not None:
            return _whole_or_head(log_of(chunks))
        if not unit.state.ended:
            log = self._live(unit, step)
            if log.data:
                return log
        return missing("the server has no log of it" + ("" if unit.state.ended else ", also after waiting for it"))

    def _live(self, unit: Unit, step: Step) -> Log:
        """The stream holds the lines of all steps of the unit: that of a single step ends at once (woodpecker#580)."""
        if step.suspect:
            return missing(NOT_STARTED)
        path = f"stream/logs/{repo_path(self._where.repo)}/{self._where.build}/{unit.number}"
        chunks = [chunk for chunk in live(self._rest, path, Chunk) if chunk.proc == step.name]
        reason = "read from the live stream, because the log is not stored yet; its end may be missing"
        return Log(joined(chunks), complete=False, reason=reason)

    def _with_roles(self, unit: Unit, groups: Mapping[int, int]) -> Unit:
        """The unit with our own step and the step that could not start marked."""
        if unit.number != self._where.unit:
            return unit
        running = [step for step in unit.steps if step.state is State.RUNNING]
        named = [step for step in running if step.name == self._where.step_name]
        own = max(named or running, key=lambda step: step.number, default=None)  # services run too, and stand before us
        suspect = self._suspect(unit, own, groups)
        return replace(
            unit,
            own=True,
            steps=tuple(replace(step, own=step is own, suspect=_WHY if step is suspect else "") for step in unit.steps),
        )

    def _suspect(self, unit: Unit, own: Step | None, groups: Mapping[int, int]) -> Step | None:
        """A step whose image cannot be had stays `running` for ever, as a service does.

        So it is one only where the environment says that the unit failed, and no step did; services come first.
        """
        if not own or self._where.status != "failure" or any(step.state.failed for step in unit.steps):
            return None
        earlier = [step for step in unit.steps if groups[step.number] < groups[own.number]]
        return max(
            (step for step in earlier if step.state is State.RUNNING), key=lambda step: step.number, default=None
        )

    # The past

    def look(self, reference: str) -> Build:
        """A build by its number."""
        return _build(self._asked(reference), self._where.repo)

    def _asked(self, reference: str) -> Record:
        found = record(self._rest.json(f"{self._api}/builds/{reference}", remedies=remedies(self._where)))
        if not whole(found.get("number")):
            raise ServerError(f"the server's answer is not a build of {self._where.repo}; check `server` and `repo`")
        return found

    def page(self, page: int) -> Sequence[Earlier]:
        """Fifty builds."""
        found = records(self._rest.json(f"{self._api}/builds", {"page": page}))
        return [earlier(item, commit="commit", branch="branch") for item in found]

    def guess(self, build: Build) -> str:  # noqa: ARG002 — the list tells better
        """None: a log can be addressed by the step's name."""
        return ""

    def green_log(self, number: int, unit: Unit, step: Step) -> Log:
        """By the unit's number and the step's name."""
        path = f"{self._api}/logs/{number}/{unit.number}/{quote(step.name, safe='')}"
        return log_of(self._rest.records(path, Chunk))


_WHY = "it still counts as running though later steps run: most likely its image could not be pulled or started"


def _build(found: Record, repo: str) -> Build:
    error = text(found.get("error"))
    return Build(
        repo=repo,
        number=whole(found.get("number")),
        state=state(found.get("status")),
        units=tuple(_unit(proc) for proc in records(found.get("procs"))),
        errors=(error,) if error else (),
        event=text(found.get("event")),
        commit=text(found.get("commit")),
        branch=text(found.get("branch")),
        ref=text(found.get("ref")),
        started=moment(found.get("started_at")),
        finished=moment(found.get("finished_at")),
    )


def _unit(proc: Record) -> Unit:
    error = text(proc.get("error"))
    return Unit(
        number=whole(proc.get("pid")),
        name=text(proc.get("name")),
        state=state(proc.get("state")),
        steps=told_of_memory((_step(child) for child in records(proc.get("children"))), error),
        axes=texts(proc.get("environ")),
        error=error,
        started=moment(proc.get("start_time")),
        finished=moment(proc.get("end_time")),
    )


def _step(child: Record) -> Step:
    now = state(child.get("state"))
    number = whole(child.get("pid"))
    name = text(child.get("name"))
    return Step(
        number=number,
        name=name,
        state=now,
        key=str(number),
        exit_code=exit_code(now, whole(child.get("exit_code"))),
        error=text(child.get("error")),
        kind=Kind.CLONE if name in ("clone", "git") else Kind.COMMANDS,
        started=moment(child.get("start_time")),
        finished=moment(child.get("end_time")),
    )


def _groups(proc: Record) -> Mapping[int, int]:
    """By a child's number its place in the order: the children of one group run at the same time."""
    return {whole(child.get("pid")): whole(child.get("pgid")) for child in records(proc.get("children"))}


def _linked(unit: Unit, page: str) -> Unit:
    steps = tuple(replace(step, url=f"{page}/{step.number}") for step in unit.steps)
    return replace(unit, url=page, steps=steps)


def _whole_or_head(log: Log) -> Log:
    if len(log.data) < _HEAD:
        return log
    return Log(log.data, complete=False, reason="the end is missing for ever: the agent keeps the first 2 MB of a log")
