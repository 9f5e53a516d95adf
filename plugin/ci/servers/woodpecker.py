"""Woodpecker 1.x to 3.x."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, unquote

from plugin.ci.baseline import Baseline, BuildHistory
from plugin.ci.log_stream import read_log_stream
from plugin.ci.paths import build_page, remedies, repo_path
from plugin.ci.servers._woodpecker_log import AgentClock, LateLog, LogLine, log_of
from plugin.ci.states import earlier_build, exit_code, state, with_memory_error
from plugin.ci.stored_log import NOT_STARTED, log_or_reason, missing, read_until
from plugin.ci.teardown import without_stopped
from plugin.errors import ServerError
from plugin.frozen import replace
from plugin.http.json_fields import Record, integer, record, records, text, text_mapping, timestamp
from plugin.model.build import Build, EarlierBuild, Job, RawLog, State, Step, StepKind
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.ci.ignored_failures import Hidden
    from plugin.http.client import ApiClient, Params
    from plugin.model.context import BuildContext

_LATE_SINCE = (2, 8)
"""Since this version the agent queues log lines, and sends them once no step of it has printed for a second."""
_FILTERS_SINCE = (3, 0)
"""Since this version the list of pipelines can be filtered."""
_KINDS = {"clone": StepKind.CLONE, "service": StepKind.SERVICE, "plugin": StepKind.PLUGIN}
_UUID = re.compile(r"^uuid=\S+?: ")
_EXIT_NOISE = re.compile(r"^(?:\S+ ?: )?exit code \d+$")


CONFIG_SECONDS = 8.0
"""Time limit for the pipeline file: it is optional, and must not keep logs from being read."""


class Woodpecker(BuildHistory):
    """One build on a Woodpecker server."""

    page_size: ClassVar[int] = 50

    def __init__(self, client: ApiClient, context: BuildContext, *, baseline_requests: int) -> None:
        self.default_branch = context.default_branch
        self._client = client
        self._context = context
        self._full_name = repo_path(context.repo)
        self._repo_id = context.repo_id or 0
        self._version = _version(context.server_version)
        self._late = self._version >= _LATE_SINCE
        self._running = True
        self._agent = AgentClock(client.deadline)
        self._hidden: Hidden | None = None
        self._file_requested = False
        self._baseline = Baseline(self, baseline_requests)

    def build(self) -> Build:
        """Return the build in its current state. Raise ServerError."""
        if not self._repo_id:
            self._look_up()
        seen = self.fetch(str(self._context.build))
        self._running = not seen.state.ended
        page = build_page(self._context, f"repos/{self._repo_id}/pipeline/{seen.number}")
        jobs = self._without_ignored(tuple(self._with_current(job) for job in seen.jobs))
        build = replace(seen, url=page, jobs=tuple(_linked(job, page) for job in jobs))
        self._agent.read(build)
        return build

    def log(self, job: Job, step: Step) -> RawLog:
        """Return the step's log; where it may still grow, read it until it stays the same."""
        running = step.state is State.RUNNING
        return log_or_reason(step, lambda: self._so_far(step) if running else self._stored(job, step))

    def earlier(self) -> tuple[EarlierBuild, ...]:
        """Return the builds that the search for a green one has seen."""
        previous = self._context.previous
        return (*self._baseline.seen, previous) if previous else tuple(self._baseline.seen)

    @property
    def _repo(self) -> str:
        return f"api/repos/{self._repo_id}"

    def _look_up(self) -> None:
        found = record(self._client.json(f"api/repos/lookup/{self._full_name}", remedies=remedies(self._context)))
        self._repo_id = integer(found.get("id"))
        self.default_branch = self.default_branch or text(found.get("default_branch"))
        if not self._repo_id:
            raise self._unexpected_answer()

    def _unexpected_answer(self) -> ServerError:
        repo = self._context.repo
        return ServerError(Message("the server's answer is not one about {repo}; check `server` and `repo`", repo=repo))

    # Logs

    def _stored(self, job: Job, step: Step) -> RawLog:
        may_grow = self._late and self._running and step.state is not State.ERROR
        late = LateLog(partial(self._agent.until_flushed, job, step))
        pauses = late.pauses() if may_grow else ()
        lines, complete = read_until(lambda: self._lines(step), late.is_complete, self._client.deadline, pauses)
        if not lines and step.state is State.ERROR:
            return missing(NOT_STARTED)
        if not lines:
            return missing(
                Message("the server holds no line of it: it printed nothing, or its log is gone or has not arrived")
            )
        return log_of(
            lines, reason="" if complete or not may_grow else Message("it was still growing, so the end may be missing")
        )

    def _so_far(self, step: Step) -> RawLog:
        lines = self._lines(step)
        if not lines:
            path = f"api/stream/logs/{self._repo_id}/{self._context.build}/{step.key}"
            lines = list(read_log_stream(self._client, path, LogLine))
        return log_of(lines, reason=Message("the step still runs; this is what it printed so far"))

    def _lines(self, step: Step) -> Sequence[LogLine]:
        return self._client.records(f"{self._repo}/logs/{self._context.build}/{step.key}", LogLine)

    # Roles of steps

    def _with_current(self, job: Job) -> Job:
        """Return the job with our own step marked: by its name (since 3.15), else the last plugin step that runs."""
        if not self._context.job or job.number != self._context.job:
            return job
        running = [step for step in job.steps if step.state is State.RUNNING and step.kind is not StepKind.SERVICE]
        likely = (
            [step for step in running if step.name == self._context.step_name]
            or [step for step in running if step.kind is StepKind.PLUGIN]
            or running
        )
        current = max(likely, key=lambda step: step.number, default=None)
        return replace(job, current=True, steps=tuple(replace(step, current=step is current) for step in job.steps))

    def _without_ignored(self, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
        """Return the jobs with those failures marked that do not count, which the API hides.

        In a workflow that succeeded no failure counts; for others the pipeline file names the steps with
        `failure: ignore` and the detached ones.
        """
        doubtful = any(job.state is not State.SUCCESS and _failed(job) for job in jobs)
        hidden = self._by_file() if doubtful else None
        return tuple(_with_ignored(job, hidden) if _failed(job) else job for job in jobs)

    def _by_file(self) -> Hidden | None:
        """Return what the pipeline file says, None if it cannot be read. Requested once: it does not change."""
        from plugin.ci.ignored_failures import hidden  # parses YAML, which is slow to import

        if not self._file_requested:
            self._file_requested = True
            with suppress(ServerError):  # then all are reported as failures, as the server itself shows them
                path = f"{self._repo}/pipelines/{self._context.build}/config"
                self._hidden = hidden(self._client.within(CONFIG_SECONDS).json(path))
        return self._hidden

    # Earlier builds

    def fetch(self, reference: str) -> Build:
        """Return a pipeline by its number, or the last push of a branch. Raise ServerError."""
        try:
            found = record(self._client.json(f"{self._repo}/pipelines/{reference}", remedies=remedies(self._context)))
        except ServerError as error:
            if error.status == 404 and reference.startswith("latest?"):
                branch = unquote(reference.partition("=")[2])
                raise ServerError(Message("{branch} has no build yet", branch=branch)) from None
            raise
        if not integer(found.get("number")):
            raise self._unexpected_answer()
        return _build(found, self._context.repo)

    def page(self, page: int) -> Sequence[EarlierBuild]:
        """Return fifty pipelines of all branches and states. Raise ServerError."""
        return self._list({"page": page, "perPage": self.page_size})

    def newest_green(self, branch: str) -> int:
        """Return the number of the last green push of a branch, 0 before 3.0, which ignores filters."""
        if self._version < _FILTERS_SINCE:
            return 0
        found = self._list({"status": "success", "branch": branch, "event": "push", "page": 1, "perPage": 1})
        return found[0].number if found else 0

    def _list(self, params: Params) -> Sequence[EarlierBuild]:
        found = records(self._client.json(f"{self._repo}/pipelines", params))
        return [earlier_build(item, commit="commit", branch="branch") for item in found]

    def guess(self, build: Build) -> str:
        """Return the green build that the environment names, else the newest push of a pull request's target branch.

        Raise ServerError where there is neither: a log is addressed by a number that only its build's answer has.
        """
        previous = self._context.previous
        if previous and previous.state is State.SUCCESS:
            return str(previous.number)
        if build.event.startswith("pull_request") and build.branch:
            return f"latest?branch={quote(build.branch, safe='')}"
        raise ServerError(Message("setting `baseline_requests` of 3 lets the plugin search the list of builds"))

    def step_log(self, number: int, job: Job, step: Step) -> RawLog:  # noqa: ARG002 — a step's id is enough here
        """Return the log of that build by the step's id. Raise ServerError."""
        lines = self._client.records(f"{self._repo}/logs/{number}/{step.key}", LogLine)
        if not lines:
            raise ServerError(Message("build {number} holds no log of this step", number=number))
        return log_of(lines)


def _version(version: str) -> tuple[int, int]:
    """Return major and minor; a development build (`next-…`, `dev`) counts as newer than any release."""
    found = re.match(r"v?(\d{1,4})\.(\d{1,4})", version)
    return (int(found[1]), int(found[2])) if found else (9999, 0)


def _build(found: Record, repo: str) -> Build:
    errors = (text(item.get("message")) for item in records(found.get("errors")) if item.get("is_warning") is not True)
    return Build(
        repo=repo,
        number=integer(found.get("number")),
        state=state(found.get("status")),
        jobs=tuple(_job(workflow) for workflow in records(found.get("workflows"))),
        errors=tuple(filter(None, (text(found.get("error")), *errors))),  # `error` in 1.x
        event=text(found.get("event")),
        commit=text(found.get("commit")),
        branch=text(found.get("branch")),
        ref=text(found.get("ref")),
        superseded_by=integer(record(found.get("cancel_info")).get("superseded_by")),  # since 3.14
        started=_moment(found, "started", "started_at"),
        finished=_moment(found, "finished", "finished_at"),
    )


def _job(workflow: Record) -> Job:
    error = _UUID.sub("", text(workflow.get("error")))
    return Job(
        number=integer(workflow.get("pid")),
        name=text(workflow.get("name")),
        state=state(workflow.get("state")),
        steps=with_memory_error((_step(child) for child in records(workflow.get("children"))), error),
        axes=text_mapping(workflow.get("environ")),
        error="" if _EXIT_NOISE.match(error) else error,
        started=_moment(workflow, "started", "start_time"),
        finished=_moment(workflow, "finished", "end_time"),
    )


def _step(child: Record) -> Step:
    step_state = state(child.get("state"))
    code = integer(child.get("exit_code"))
    error = text(child.get("error"))
    started = _moment(child, "started", "start_time")
    if step_state is State.FAILURE and error and code in (0, 126):  # 126 up to 3.13, 0 since 3.14
        step_state = State.ERROR
    if step_state is State.KILLED and not started:  # since 3.14, a step that its workflow never reached
        step_state = State.SKIPPED
    return Step(
        number=integer(child.get("pid")),
        name=text(child.get("name")),
        state=step_state,
        key=str(integer(child.get("id"))),
        exit_code=exit_code(step_state, code) if code or step_state is not State.ERROR else None,
        error=error,
        kind=_KINDS.get(text(child.get("type")), StepKind.COMMANDS),
        started=started,
        finished=_moment(child, "finished", "end_time"),
    )


def _moment(found: Record, new: str, old: str) -> int:
    """Return a time by its key since 3.0, else by its key before."""
    return timestamp(found.get(new)) or timestamp(found.get(old))


def _failed(job: Job) -> bool:
    return any(step.state.failed and not step.current for step in job.steps)


def _with_ignored(job: Job, hidden: Hidden | None) -> Job:
    ignored = hidden.ignored.get(job.name, frozenset()) if hidden else frozenset()
    commands = hidden.commands.get(job.name, {}) if hidden else {}
    steps = tuple(
        replace(
            step,
            ignored=step.state.failed and (job.state is State.SUCCESS or step.name in ignored),
            commands=commands.get(step.name, frozenset()),
        )
        for step in job.steps
    )
    return without_stopped(replace(job, steps=steps), hidden.detached.get(job.name) if hidden else None)


def _linked(job: Job, page: str) -> Job:
    steps = tuple(replace(step, url=f"{page}/{step.number}") for step in job.steps)
    return replace(job, url=f"{page}/{job.number}", steps=steps)
