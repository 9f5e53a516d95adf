"""The API of Drone 0.8, which Woodpecker 0.15 kept: a build has procs, a proc has child procs with logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from plugin.ci.baseline import Baseline, BuildHistory
from plugin.ci.log_entries import LogEntry, joined, log_of
from plugin.ci.log_stream import read_log_stream
from plugin.ci.paths import build_page, remedies, repo_path
from plugin.ci.states import earlier_build, exit_code, state, with_memory_error
from plugin.ci.stored_log import NOT_STARTED, is_stored, log_or_reason, missing, read_until, stored_entries
from plugin.errors import ServerError
from plugin.frozen import replace
from plugin.http.json_fields import Record, integer, record, records, text, text_mapping, timestamp
from plugin.model.build import Build, EarlierBuild, Job, RawLog, State, Step, StepKind
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.model.context import BuildContext

_LATE = (0.5, 1, 2, 4, 8, 8, 6.5)
"""Seconds between attempts to read a late log: the agent uploads in the background, 15 s were seen for 2 MB."""
_HEAD = 2_000_000 - 20_000
"""Bytes from which a log counts as cut: the agent keeps 2,000,000; masking and broken UTF-8 change the count."""


class ProcsApi(BuildHistory):
    """One build on such a server."""

    page_size: ClassVar[int] = 50
    page_path: ClassVar[str]
    """Path of a build's web page, after `{owner}/{name}`."""

    def __init__(self, client: ApiClient, context: BuildContext, *, baseline_requests: int) -> None:
        self.default_branch = context.default_branch
        self._client = client
        self._context = context
        self._api = f"api/repos/{repo_path(context.repo)}"
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """Return the build in its current state. Raise ServerError."""
        try:
            found = self._request(str(self._context.build))
        except ServerError as error:
            if error.status == 500:  # this server's answer for a build that does not exist; retries got the same
                raise ServerError(
                    Message("{error}; this is its answer for a build that does not exist, check `build`", error=error)
                ) from None
            raise
        page = build_page(self._context, f"{repo_path(self._context.repo)}/{self.page_path}{self._context.build}")
        jobs = (self._with_roles(_job(proc), _groups(proc)) for proc in records(found.get("procs")))
        return replace(_build(found, self._context.repo), url=page, jobs=tuple(_linked(job, page) for job in jobs))

    def log(self, job: Job, step: Step) -> RawLog:
        """Return the step's log; wait for it while it may still arrive."""
        return log_or_reason(
            step, lambda: self._live(job, step) if step.state is State.RUNNING else self._stored(job, step)
        )

    def earlier(self) -> tuple[EarlierBuild, ...]:
        """Return the builds that the search for a green one has seen."""
        return tuple(self._baseline.seen)

    def _stored(self, job: Job, step: Step) -> RawLog:
        path = f"{self._api}/logs/{self._context.build}/{step.key}"
        pauses = () if job.state.ended else _LATE  # a proc ends only after all its logs were uploaded
        entries, _ = read_until(
            lambda: stored_entries(self._client, path, LogEntry), is_stored, self._client.deadline, pauses
        )
        if entries is not None:
            return _whole_or_head(log_of(entries))
        if not job.state.ended:
            log = self._live(job, step)
            if log.data:
                return log
        if job.state.ended:
            return missing(Message("the server has no log of it"))
        return missing(Message("the server has no log of it, also after waiting for it"))

    def _live(self, job: Job, step: Step) -> RawLog:
        """Return the step's lines of the job's stream: the stream of a single step ends at once (woodpecker#580)."""
        if step.suspect:
            return missing(NOT_STARTED)
        path = f"stream/logs/{repo_path(self._context.repo)}/{self._context.build}/{job.number}"
        entries = [entry for entry in read_log_stream(self._client, path, LogEntry) if entry.proc == step.name]
        reason = Message("read from the live stream, because the log is not stored yet; its end may be missing")
        return RawLog(joined(entries), complete=False, reason=reason)

    def _with_roles(self, job: Job, groups: Mapping[int, int]) -> Job:
        """Return the job with our own step, and a step that could not start, marked."""
        if job.number != self._context.job:
            return job
        running = [step for step in job.steps if step.state is State.RUNNING]
        named = [step for step in running if step.name == self._context.step_name]
        current = max(
            named or running, key=lambda step: step.number, default=None
        )  # services run too, and stand before us
        suspect = self._suspect(job, current, groups)
        return replace(
            job,
            current=True,
            steps=tuple(
                replace(step, current=step is current, suspect=_WHY if step is suspect else "") for step in job.steps
            ),
        )

    def _suspect(self, job: Job, current: Step | None, groups: Mapping[int, int]) -> Step | None:
        """Return the step whose image most likely could not be pulled: it stays `running`, as a service does.

        There is one only where the environment says that the job failed although no step did. Services come first in
        the list, so the last running step is the likeliest.
        """
        if not current or self._context.status != "failure" or any(step.state.failed for step in job.steps):
            return None
        earlier = [step for step in job.steps if groups[step.number] < groups[current.number]]
        return max(
            (step for step in earlier if step.state is State.RUNNING), key=lambda step: step.number, default=None
        )

    # Earlier builds

    def fetch(self, reference: str) -> Build:
        """Return a build by its number. Raise ServerError."""
        return _build(self._request(reference), self._context.repo)

    def _request(self, reference: str) -> Record:
        found = record(self._client.json(f"{self._api}/builds/{reference}", remedies=remedies(self._context)))
        if not integer(found.get("number")):
            raise ServerError(
                Message(
                    "the server's answer is not a build of {repo}; check `server` and `repo`", repo=self._context.repo
                )
            )
        return found

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """Return fifty builds. Raise ServerError."""
        found = records(self._client.json(f"{self._api}/builds", {"page": page}))
        return [earlier_build(item, commit="commit", branch="branch") for item in found]

    def step_log(self, number: int, job: Job, step: Step) -> RawLog:
        """Return the log of that build by the job's number and the step's name. Raise ServerError."""
        path = f"{self._api}/logs/{number}/{job.number}/{quote(step.name, safe='')}"
        return log_of(self._client.records(path, LogEntry))


_WHY = Message(
    "it still counts as running though later steps run: most likely its image could not be pulled or started"
)


def _build(found: Record, repo: str) -> Build:
    error = text(found.get("error"))
    return Build(
        repo=repo,
        number=integer(found.get("number")),
        state=state(found.get("status")),
        jobs=tuple(_job(proc) for proc in records(found.get("procs"))),
        errors=(error,) if error else (),
        event=text(found.get("event")),
        commit=text(found.get("commit")),
        branch=text(found.get("branch")),
        ref=text(found.get("ref")),
        started=timestamp(found.get("started_at")),
        finished=timestamp(found.get("finished_at")),
    )


def _job(proc: Record) -> Job:
    error = text(proc.get("error"))
    return Job(
        number=integer(proc.get("pid")),
        name=text(proc.get("name")),
        state=state(proc.get("state")),
        steps=with_memory_error((_step(child) for child in records(proc.get("children"))), error),
        axes=text_mapping(proc.get("environ")),
        error=error,
        started=timestamp(proc.get("start_time")),
        finished=timestamp(proc.get("end_time")),
    )


def _step(child: Record) -> Step:
    step_state = state(child.get("state"))
    number = integer(child.get("pid"))
    name = text(child.get("name"))
    return Step(
        number=number,
        name=name,
        state=step_state,
        key=str(number),
        exit_code=exit_code(step_state, integer(child.get("exit_code"))),
        error=text(child.get("error")),
        kind=StepKind.CLONE if name in ("clone", "git") else StepKind.COMMANDS,
        started=timestamp(child.get("start_time")),
        finished=timestamp(child.get("end_time")),
    )


def _groups(proc: Record) -> Mapping[int, int]:
    """Return the group of each child by the child's number: the children of one group run at the same time."""
    return {integer(child.get("pid")): integer(child.get("pgid")) for child in records(proc.get("children"))}


def _linked(job: Job, page: str) -> Job:
    steps = tuple(replace(step, url=f"{page}/{step.number}") for step in job.steps)
    return replace(job, url=page, steps=steps)


def _whole_or_head(log: RawLog) -> RawLog:
    if len(log.data) < _HEAD:
        return log
    return RawLog(log.data, complete=False, reason=Message("the end is lost: the agent keeps the first 2 MB of a log"))
