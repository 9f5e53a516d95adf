"""The vocabulary for a build on any server: a build has jobs, a job has steps, a step has a log."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from plugin.frozen import field, frozen


class State(StrEnum):
    """The state of a build, a job or a step. Servers' words with the same meaning map to one state."""

    PENDING = "pending"  # also created, waiting_on_dependencies
    BLOCKED = "blocked"
    DECLINED = "declined"
    RUNNING = "running"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"  # could not be started, or the server could not run it
    KILLED = "killed"  # exit code 137 on servers that do not distinguish a kill from an exit code
    CANCELED = "canceled"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"  # the server was not read, sent no state, or one that this version does not know

    @property
    def failed(self) -> bool:
        """Return whether the state is a failure."""
        return self in (State.FAILURE, State.ERROR, State.KILLED)

    @property
    def ended(self) -> bool:
        """Return whether the state will not change."""
        return self not in (State.PENDING, State.BLOCKED, State.RUNNING, State.UNKNOWN)


class StepKind(StrEnum):
    """The purpose of a step. A service or a detached step is expected to be still running."""

    CLONE = "clone"
    COMMANDS = "commands"
    PLUGIN = "plugin"
    SERVICE = "service"


@frozen
class Step:
    """One container of a job. Times are Unix seconds, 0 where the server sent none."""

    number: int
    """1-based position among the steps of the job, or the server's own number (`pid`)."""
    name: str
    state: State
    key: str
    """How the server addresses the step's log; opaque outside the server's own file."""
    exit_code: int | None = None
    """None while the step has not ended."""
    error: str = ""
    """The error message of the server or the runner, for instance why the container could not start."""
    kind: StepKind = StepKind.COMMANDS
    awaited: bool = False
    """The job does not end before it: the server says that it is neither a service nor detached."""
    ignored: bool = False
    """Its failure does not count: `failure: ignore`, or a service that the end of its workflow stopped."""
    left_out: bool = False
    """The settings `steps` and `ignore_steps` leave it out of the report; it is ignored, too."""
    current: bool = False
    """This program runs in it."""
    suspect: str = ""
    """Why it most likely failed although its state is no failure (Drone 0.8: image not pulled); else empty."""
    started: int = 0
    finished: int = 0
    url: str = ""
    """Its web page, or empty."""
    commands: frozenset[str] = frozenset()
    """Its commands, where the server returned the pipeline's definition."""

    @property
    def failed(self) -> bool:
        """Whether the step failed, no matter whether that counts."""
        return self.state.failed or bool(self.suspect)


@frozen
class Job:
    """A part of a build that runs on its own: Drone 0.8 proc, Drone stage, Woodpecker workflow."""

    number: int
    name: str
    state: State
    steps: tuple[Step, ...] = ()
    axes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Its matrix values, by axis."""
    error: str = ""
    ignored: bool = False
    """Its failure does not count: `errignore` of a Drone stage."""
    current: bool = False
    """This program runs in it."""
    started: int = 0
    finished: int = 0
    url: str = ""


@frozen
class Build:
    """A build as the server returned it at one moment."""

    repo: str
    number: int
    state: State
    jobs: tuple[Job, ...] = ()
    errors: tuple[str, ...] = ()
    """Errors of the build itself, for instance a pipeline file that cannot be read."""
    event: str = ""
    """push, pull_request, tag, …: the server's own word."""
    commit: str = ""
    branch: str = ""
    """The branch built; for a pull request the target branch."""
    ref: str = ""
    """The Git reference built; it distinguishes the builds of different pull requests."""
    url: str = ""
    """The build's web page, or empty."""
    superseded_by: int = 0
    """Number of the newer build of the same pull request for which the server canceled this one; 0 if there is none."""
    started: int = 0
    finished: int = 0


@frozen
class EarlierBuild:
    """An earlier build, as an entry of a list of builds."""

    number: int
    state: State
    branch: str
    event: str = ""
    commit: str = ""
    ref: str = ""
    environment: str = ""
    """The target of a promotion, rollback or deployment."""
    started: int = 0
    """Unix seconds, 0 where the server sent none."""


def culprits(build: Build) -> tuple[tuple[Job, Step], ...]:
    """Return the steps whose logs explain why the build failed, in the order of the pipeline; never our own step."""
    return tuple((job, step) for job in build.jobs for step in job.steps if failure_counts(step))


def failure_counts(step: Step) -> bool:
    """Return whether the step failed and its failure makes the build fail."""
    return step.failed and not step.current and not step.ignored


def failed_left_out(build: Build) -> tuple[Step, ...]:
    """Return the steps that failed and that settings leave out of the report."""
    return tuple(step for job in build.jobs for step in job.steps if step.left_out and step.failed)


def not_run(job: Job) -> tuple[Step, ...]:
    """Return the steps that may have been skipped because a step failed that settings leave out of the report.

    Some servers show a step that is skipped as waiting until its job ends.
    """
    first = min((step.number for step in job.steps if step.left_out and step.failed), default=None)
    own = next((step.number for step in job.steps if step.current), 0)
    return tuple(
        step
        for step in job.steps
        if first is not None
        and step.number > first
        and (step.state is State.SKIPPED or (step.state is State.PENDING and step.number < own))
        and not (step.left_out or step.current)
    )


def unfinished_jobs(build: Build) -> tuple[Job, ...]:
    """Return the other jobs whose result is not known yet because they run or have not started.

    A job in which a copy of our own step runs counts as known: everything that it reports on has ended (matrix jobs,
    or stages that each end with this program). So does one in which only such a copy has not started yet.
    """
    names = copy_names(build)
    return tuple(
        job
        for job in build.jobs
        if not job.current
        and not job.state.ended
        and not any(step.name in names and step.state not in (State.PENDING, State.BLOCKED) for step in job.steps)
        and not only_a_copy_is_left(job, names)
    )


def copy_names(build: Build) -> frozenset[str]:
    """Return the name of our own step, which copies of this program in other jobs have as well; empty if unknown."""
    return frozenset(step.name for job in build.jobs if job.current for step in job.steps if step.current)


def only_a_copy_is_left(job: Job, names: Collection[str]) -> bool:
    """Return whether everything in the job has ended but a copy of this program, by its name, and services."""
    steps = [step for step in job.steps if not step.state.ended and step.kind is not StepKind.SERVICE]
    return len(steps) == 1 and steps[0].name in names and len(job.steps) > 1


def beside(build: Build) -> tuple[Step, ...]:
    """Return the steps of our own job that run at the same time as this program, which does not depend on them.

    A pending step before our own counts as well: servers that set `awaited` mark skipped steps at once.
    """
    return tuple(
        step
        for job in build.jobs
        for current in job.steps
        if current.current
        for step in job.steps
        if step.awaited and not step.current and (step.state is State.RUNNING or _waits_before(current, step))
    )


def _waits_before(current: Step, step: Step) -> bool:
    return step.state is State.PENDING and step.number < current.number


@frozen
class RawLog:
    """The log of one step as bytes, from first to last line, or the reason why it is missing."""

    data: bytes = b""
    complete: bool = True
    reason: str = ""
    """Why it is missing or cut (head cut, tail cut, still growing); empty when it is whole."""
