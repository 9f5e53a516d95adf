"""All that a reader may be told of a build: takes a build and the excerpts of its failed steps, gives a Report."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from plugin.build_state import Result, failed_without_step, job_state, result
from plugin.ci.build import Build, State, Step, Unit, culprits
from plugin.extract.excerpt import Excerpt
from plugin.verdict import Verdict

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What is known of the log that an excerpt was taken from."""

    lines: int
    bytes: int
    complete: bool
    reason: str
    """Why the log is missing or cut; empty when it is whole."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed step, or a unit or build that failed before it had one (then `step` is empty)."""

    unit: str
    """The unit as a person reads it: its name, else its matrix values, else `#2`."""
    unit_number: int
    """0 for a failure of the build itself."""
    axes: tuple[tuple[str, str], ...]
    step: str
    state: State
    exit_code: int | None
    error: str
    """The server's own words, redacted."""
    seconds: int | None
    """How long the step ran."""
    url: str
    excerpt: Excerpt | None
    """None where no log could be read."""
    log: LogFacts
    title: str
    """One line that names the cause: the excerpt's title, else what is known without a log."""


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit, failed or not, for the comment's sections and the green report."""

    number: int
    name: str
    state: State
    own: bool
    steps: int
    settled: int
    """How many of its steps had ended (own step left out)."""
    url: str
    result: State
    """As far as it is known; of the own unit, what its other steps say."""


@dataclass(frozen=True, slots=True)
class Report:
    """The product of everything before rendering."""

    server: str
    repo: str
    number: int
    state: State
    """As `build_state.result` decides it."""
    event: str
    commit: str
    branch: str
    pull_request: int | None
    url: str
    source_url: str
    """Address of a file in the forge at this commit with `{path}` and `{line}` to fill in, or empty."""
    started: int
    units: tuple[UnitFacts, ...]
    verdict: Verdict | None
    """What earlier builds say of a red one; None where they were not met or say nothing."""
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    """What could not be done and why, redacted."""
    reason: str = ""
    """Why the state, or the cause of a failure, is unknown and what mends that; one of the notes, too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one failed step; the log itself is let go, it may be large."""

    log: LogFacts
    excerpt: Excerpt | None
    """None where the log gave no line at all."""


Readings = Mapping[tuple[int, int], Reading]
"""By unit number and step number."""


def compose(
    build: Build,
    readings: Readings,
    *,
    server: str,
    environment: str = "",
    unread: str = "",
    pull_request: int | None = None,
    source_url: str = "",
    verdict: Verdict | None = None,
    notes: Iterable[str] = (),
    hide: Callable[[str], str] = str,
) -> Report:
    """Return the report of a build. `hide` redacts every text that the server, the runner or an error wrote.

    `environment` is the environment's word for the build's state. Where the server was not read, `unread` says why,
    and `build` holds no more than the environment tells.
    """
    hide = _shortened(hide)
    found = result(None if unread else build, environment, unread)
    found = replace(found, reason=hide(found.reason))
    failures = (
        *(_build_failure(build, hide(error)) for error in build.errors),
        *(_unit_failure(build, unit, hide) for unit in failed_without_step(build)),
        *(_step_failure(unit, step, readings.get((unit.number, step.number)), hide) for unit, step in culprits(build)),
    )
    if found.state is State.FAILURE and not failures:
        state = build.state if build.state.failed else State.FAILURE
        failures = (_build_failure(build, _cause(build, found), state),)
    return Report(
        server=server,
        repo=hide(build.repo),
        number=build.number,
        state=found.state,
        event=hide(build.event),
        commit=build.commit[:_LONGEST],
        branch=hide(build.branch),
        pull_request=pull_request,
        url=build.url,
        source_url=source_url,
        started=build.started,
        units=tuple(_facts(unit, build, hide) for unit in build.units),
        verdict=replace(verdict, branch=hide(verdict.branch)) if verdict and failures else None,
        failures=tuple(sorted(failures, key=_most_telling_first)),
        notes=_notes(found.reason, map(hide, notes)),
        reason=found.reason,
    )


def _cause(build: Build, found: Result) -> str:
    """Return the title of a failure of which no more is known than that the build failed."""
    if found.reason:
        return f"cause unknown: {found.reason}"
    return f"ended as {build.state}, and the server does not say why"


def _notes(reason: str, notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for note in (reason, *notes) if note))


def _shortened(hide: Callable[[str], str]) -> Callable[[str], str]:
    """Redact first, so that a cut leaves no part of a secret."""

    def shortened(text: str) -> str:
        hidden = hide(text)
        return hidden if len(hidden) <= _LONGEST else hidden[: _LONGEST - 1] + "…"

    return shortened


_LONGEST = 2_000
"""Characters of a name or message in a report; a server may send megabytes."""


def _most_telling_first(failure: Failure) -> tuple[bool, bool]:
    """A failure with a known cause before one without, one with a log before one without; else the pipeline's order."""
    return (failure.excerpt is None or failure.excerpt.pattern is None, failure.excerpt is None)


def _build_failure(build: Build, error: str, state: State = State.ERROR) -> Failure:
    return Failure(
        unit="",
        unit_number=0,
        axes=(),
        step="",
        state=state,
        exit_code=None,
        error=error,
        seconds=None,
        url=build.url,
        excerpt=None,
        log=LogFacts(0, 0, complete=False, reason="it belongs to no step, so there is no log"),
        title=error,
    )


def _unit_failure(build: Build, unit: Unit, hide: Callable[[str], str]) -> Failure:
    error = hide(unit.error)
    return Failure(
        unit=hide(unit_name(unit)),
        unit_number=unit.number,
        axes=_axes(unit, hide),
        step="",
        state=unit.state,
        exit_code=None,
        error=error,
        seconds=_seconds(unit.started, unit.finished),
        url=unit.url or build.url,
        excerpt=None,
        log=LogFacts(0, 0, complete=False, reason="no step of this unit failed, so there is no log to show"),
        title=error or f"ended as {unit.state}, and the server does not say why",
    )


def _step_failure(unit: Unit, step: Step, reading: Reading | None, hide: Callable[[str], str]) -> Failure:
    log = reading.log if reading else LogFacts(0, 0, complete=False, reason="its log was not read in time")
    excerpt = reading.excerpt if reading else None
    error = hide(step.error or step.suspect)
    return Failure(
        unit=hide(unit_name(unit)),
        unit_number=unit.number,
        axes=_axes(unit, hide),
        step=hide(step.name),
        state=State.ERROR if step.suspect else step.state,
        exit_code=step.exit_code,
        error=error,
        seconds=_seconds(step.started, step.finished),
        url=step.url,
        excerpt=excerpt,
        log=replace(log, reason=hide(log.reason)),
        title=_title(step, error, excerpt),
    )


def _title(step: Step, error: str, excerpt: Excerpt | None) -> str:
    """A known pattern knows best, then the runner's own words, then the likeliest line, then the exit code."""
    if excerpt and excerpt.pattern:
        return excerpt.title
    return error or (excerpt.title if excerpt else "") or exit_meaning(step.exit_code) or f"ended as {step.state}"


def exit_meaning(exit_code: int | None) -> str:
    """What an exit code says by itself, in words; empty for 0 and None. By the shells' and Docker's convention."""
    if not exit_code:
        return ""
    meaning = {
        126: "could not be started",
        127: "command not found",
        130: "interrupted",
        134: "aborted",
        137: "killed, or out of memory",
        139: "crashed with a segmentation fault",
        143: "terminated",
        255: "failed, or could not be started",
    }.get(exit_code, "failed")
    return f"{meaning} (exit code {exit_code})"


def unit_name(unit: Unit) -> str:
    """The unit as a person reads it: its name and matrix values, else its number."""
    axes = ", ".join(f"{key}={value}" for key, value in sorted(unit.axes.items()))
    return f"{unit.name} ({axes})" if unit.name and axes else unit.name or axes or f"#{unit.number}"


def _axes(unit: Unit, hide: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((hide(key), hide(value)) for key, value in sorted(unit.axes.items()))


def _seconds(started: int, finished: int) -> int | None:
    return finished - started if 0 < started <= finished else None


def _facts(unit: Unit, build: Build, hide: Callable[[str], str]) -> UnitFacts:
    steps = [step for step in unit.steps if not step.own]
    return UnitFacts(
        number=unit.number,
        name=hide(unit_name(unit)),
        state=unit.state,
        own=unit.own,
        steps=len(steps),
        settled=sum(step.state.ended for step in steps),
        url=unit.url,
        result=job_state(unit, build),
    )


def of_log(name: str, excerpt: Excerpt, *, size: int, exit_code: int | None = None) -> Report:
    """The report of one log that belongs to no build; `size` in bytes."""
    step = Step(number=1, name=name, state=State.FAILURE, key="", exit_code=exit_code)
    reading = Reading(LogFacts(excerpt.total_lines, size, complete=True, reason=""), excerpt if size else None)
    report = compose(
        Build("", 0, State.FAILURE, units=(Unit(1, "", State.FAILURE, steps=(step,)),)), {(1, 1): reading}, server=""
    )
    return replace(report, units=(), failures=tuple(replace(one, unit="") for one in report.failures))
