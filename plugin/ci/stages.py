"""Reads the API of Drone 1 and 2, which Harness kept in part: a build has stages, a stage has steps with logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from plugin.ci.build import Build, Kind, Log, State, Step, Unit
from plugin.ci.chunks import Chunk, joined, log_of
from plugin.ci.fields import Record, moment, records, text, whole
from plugin.ci.live import live
from plugin.ci.states import exit_code, state, told_of_memory
from plugin.ci.stored import NOT_STARTED, is_there, missing, patiently, stored, told
from plugin.ci.teardown import without_stopped
from plugin.errors import ServerError

if TYPE_CHECKING:
    from plugin.rest import Rest
    from plugin.where import Where


@dataclass(frozen=True, slots=True)
class Clock:
    """How a server writes times."""

    per_second: int

    def seconds(self, value: object) -> int:
        """Unix seconds."""
        return moment(value) // self.per_second


def build_of(found: Record, repo: str, clock: Clock) -> Build:
    """The build of its JSON. Raises ServerError when it is none."""
    if not whole(found.get("number")):
        raise ServerError(f"the server's answer is not a build of {repo}; check `server` and `repo`")
    error = text(found.get("error"))
    return Build(
        repo=repo,
        number=whole(found.get("number")),
        state=state(found.get("status")),
        units=tuple(without_stopped(_unit(stage, clock)) for stage in records(found.get("stages"))),
        errors=(error,) if error else (),
        event=text(found.get("event")),
        commit=text(found.get("after")),
        branch=text(found.get("target")),
        ref=text(found.get("ref")),
        started=clock.seconds(found.get("started")),
        finished=clock.seconds(found.get("finished")),
    )


def _unit(stage: Record, clock: Clock) -> Unit:
    number = whole(stage.get("number"))
    error = text(stage.get("error"))
    ignored = stage.get("errignore") is True
    steps = (_step(step, number, clock, ignored=ignored) for step in records(stage.get("steps")))
    return Unit(
        number=number,
        name=text(stage.get("name")),
        state=state(stage.get("status")),
        steps=told_of_memory(steps, error),
        error=error,
        ignored=ignored,
        started=clock.seconds(stage.get("started")),
        finished=clock.seconds(stage.get("stopped")),
    )


def _step(step: Record, stage: int, clock: Clock, *, ignored: bool) -> Step:
    now = state(step.get("status"))
    number = whole(step.get("number"))
    name = text(step.get("name"))
    return Step(
        number=number,
        name=name,
        state=now,
        key=f"{stage}/{number}",
        exit_code=exit_code(now, whole(step.get("exit_code"))),
        error=text(step.get("error")),
        kind=Kind.SERVICE if step.get("detached") is True else Kind.CLONE if name == "clone" else Kind.COMMANDS,
        awaited="image" in step and step.get("detached") is not True,  # since 2.2 both are told
        ignored=ignored or step.get("errignore") is True,
        started=clock.seconds(step.get("started")),
        finished=clock.seconds(step.get("stopped")),
    )


def with_own(units: Sequence[Unit], where: Where) -> tuple[Unit, ...]:
    """The units with our own marked: the stage by its number, the step by its number or (kube) only by its name."""
    return tuple(
        replace(unit, own=True, steps=tuple(replace(step, own=_is_own(step, where)) for step in unit.steps))
        if where.unit and unit.number == where.unit
        else unit
        for unit in units
    )


def _is_own(step: Step, where: Where) -> bool:
    return step.number == where.step if where.step else bool(where.step_name) and step.name == where.step_name


def read_log(rest: Rest, logs: str, streams: str, unit: Unit, step: Step) -> Log:
    """The log of a step; `logs` and `streams` are the paths of its log and of its live stream.

    A log is stored before its step is reported as ended. So one that is missing is asked for once more only, and
    what the live stream replays is all that a step that still runs can give.
    """
    return told(
        step, lambda: _live(rest, streams) if step.state is State.RUNNING else _stored(rest, logs, streams, unit, step)
    )


def _stored(rest: Rest, logs: str, streams: str, unit: Unit, step: Step) -> Log:
    pauses = () if step.state is State.ERROR else (1,)
    chunks, _ = patiently(lambda: stored(rest, logs, Chunk), is_there, rest.budget, pauses)
    if chunks is not None:
        return finished_log(chunks)
    if step.state is State.ERROR:
        return missing(NOT_STARTED)
    if not unit.state.ended:
        log = _live(rest, streams)
        if log.data:
            return log
    return missing("the server has no log of it: never uploaded, purged, or larger than its database takes")


def _live(rest: Rest, streams: str) -> Log:
    reason = "read from the live stream, because the log is not stored yet; its end may be missing"
    return Log(joined(list(live(rest, streams, Chunk))), complete=False, reason=reason)


def finished_log(chunks: Sequence[Chunk]) -> Log:
    """The stored log; the docker runner may lose the last lines, and a last line without an end hints at it."""
    log = log_of(chunks)
    if log.reason or not log.data or log.data.endswith(b"\n"):
        return log
    return Log(log.data, complete=False, reason="the end may be missing: the last line is not finished")
