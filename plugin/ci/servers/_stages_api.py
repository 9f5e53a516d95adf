"""The API of Drone 1 and 2, which Harness kept in part: a build has stages, a stage has steps with logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plugin.ci.log_entries import LogEntry, joined, log_of
from plugin.ci.log_stream import read_log_stream
from plugin.ci.states import exit_code, state, with_memory_error
from plugin.ci.stored_log import NOT_STARTED, is_stored, log_or_reason, missing, read_until, stored_entries
from plugin.ci.teardown import without_stopped
from plugin.errors import ServerError
from plugin.frozen import frozen, replace
from plugin.http.json_fields import Record, integer, records, text, timestamp
from plugin.model.build import Build, Job, RawLog, State, Step, StepKind
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.model.context import BuildContext


@frozen
class Clock:
    """The unit of a server's times."""

    per_second: int

    def seconds(self, value: object) -> int:
        """Return the time in Unix seconds."""
        return timestamp(value) // self.per_second


def build_of(found: Record, repo: str, clock: Clock) -> Build:
    """Return the build from its JSON. Raise ServerError when it is not a build."""
    if not integer(found.get("number")):
        raise ServerError(Message("the server's answer is not a build of {repo}; check `server` and `repo`", repo=repo))
    error = text(found.get("error"))
    return Build(
        repo=repo,
        number=integer(found.get("number")),
        state=state(found.get("status")),
        jobs=tuple(without_stopped(_job(stage, clock)) for stage in records(found.get("stages"))),
        errors=(error,) if error else (),
        event=text(found.get("event")),
        commit=text(found.get("after")),
        branch=text(found.get("target")),
        ref=text(found.get("ref")),
        started=clock.seconds(found.get("started")),
        finished=clock.seconds(found.get("finished")),
    )


def _job(stage: Record, clock: Clock) -> Job:
    number = integer(stage.get("number"))
    error = text(stage.get("error"))
    ignored = stage.get("errignore") is True
    steps = (_step(step, number, clock, ignored=ignored) for step in records(stage.get("steps")))
    return Job(
        number=number,
        name=text(stage.get("name")),
        state=state(stage.get("status")),
        steps=with_memory_error(steps, error),
        error=error,
        ignored=ignored,
        started=clock.seconds(stage.get("started")),
        finished=clock.seconds(stage.get("stopped")),
    )


def _step(step: Record, stage: int, clock: Clock, *, ignored: bool) -> Step:
    step_state = state(step.get("status"))
    number = integer(step.get("number"))
    name = text(step.get("name"))
    return Step(
        number=number,
        name=name,
        state=step_state,
        key=f"{stage}/{number}",
        exit_code=exit_code(step_state, integer(step.get("exit_code"))),
        error=text(step.get("error")),
        kind=StepKind.SERVICE
        if step.get("detached") is True
        else StepKind.CLONE
        if name == "clone"
        else StepKind.COMMANDS,
        awaited="image" in step and step.get("detached") is not True,  # both are returned since 2.2
        ignored=ignored or step.get("errignore") is True,
        started=clock.seconds(step.get("started")),
        finished=clock.seconds(step.get("stopped")),
    )


def with_current(jobs: Sequence[Job], context: BuildContext) -> tuple[Job, ...]:
    """Return the jobs with our own stage and step marked, by number; on Kubernetes the step by name only."""
    return tuple(
        replace(job, current=True, steps=tuple(replace(step, current=_is_current(step, context)) for step in job.steps))
        if context.job and job.number == context.job
        else job
        for job in jobs
    )


def _is_current(step: Step, context: BuildContext) -> bool:
    return step.number == context.step if context.step else bool(context.step_name) and step.name == context.step_name


def read_log(client: ApiClient, logs: str, streams: str, job: Job, step: Step) -> RawLog:
    """Return the log of a step; `logs` and `streams` are the paths of its log and of its live stream.

    A log is stored before its step is reported as ended. So a missing log is requested only once more, and for a
    step that still runs the live stream is the only source.
    """
    return log_or_reason(
        step,
        lambda: _live(client, streams) if step.state is State.RUNNING else _stored(client, logs, streams, job, step),
    )


def _stored(client: ApiClient, logs: str, streams: str, job: Job, step: Step) -> RawLog:
    pauses = () if step.state is State.ERROR else (1,)
    entries, _ = read_until(lambda: stored_entries(client, logs, LogEntry), is_stored, client.deadline, pauses)
    if entries is not None:
        return finished_log(entries)
    if step.state is State.ERROR:
        return missing(NOT_STARTED)
    if not job.state.ended:
        log = _live(client, streams)
        if log.data:
            return log
    return missing(Message("the server has no log of it: never uploaded, purged, or larger than its database takes"))


def _live(client: ApiClient, streams: str) -> RawLog:
    reason = Message("read from the live stream, because the log is not stored yet; its end may be missing")
    return RawLog(joined(list(read_log_stream(client, streams, LogEntry))), complete=False, reason=reason)


def finished_log(entries: Sequence[LogEntry]) -> RawLog:
    """Return the stored log. The Docker runner may lose the last lines; a last line without a line end hints at it."""
    log = log_of(entries)
    if log.reason or not log.data or log.data.endswith(b"\n"):
        return log
    return RawLog(log.data, complete=False, reason=Message("the end may be missing: the last line is not finished"))
