"""The events on a CI server, independent of any API: each fake translates them into that of its generation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

START = 1_700_000_000
"""Start time of every build, in Unix seconds."""


class Fate(Enum):
    """The outcome of a step or a job."""

    ENDED = "ended"
    RUNNING = "running"
    WAITING = "its turn has not come"
    PASSED = "passed over, because of the state of the build"
    NO_START = "its container could not be started"
    OOM = "killed for its memory"
    CANCELED = "canceled by a person while it ran"
    NEVER_RUN = "canceled before it ran"
    BLOCKED = "waits for a person's approval"
    DECLINED = "refused by a person"


@dataclass(frozen=True)
class TrueStep:
    name: str
    code: int = 0
    fate: Fate = Fate.ENDED
    log: str | bytes | None = None
    """None: `+ NAME` and one more line."""
    why: str = ""
    """The container engine's message for `NO_START`."""
    ignored: bool = False
    """`failure: ignore`"""
    kind: str = "commands"
    detached: bool = False
    """`detach: true`; like a service, it ends with its job."""
    together: bool = False
    """Runs at the same time as the step before: `group:` of Drone 0.8."""
    late: int = 0
    """Number of reads that get no log, or only its first line."""
    began: int = 0
    ended: int = 0
    """Seconds after the start of the build; 0 for any time that fits."""
    stored: bool = True
    """Its log reaches the server."""
    purged: bool = False

    @property
    def failed(self) -> bool:
        return not (self.ignored or self.ends_with_job) and (
            self.fate in (Fate.NO_START, Fate.OOM, Fate.CANCELED)
            or (self.fate is Fate.ENDED and self.code not in (0, 78))
        )

    @property
    def ends_with_job(self) -> bool:
        """Return whether the end of the job ends it, as no step waits for it and it did not fail on its own before."""
        return (self.detached or self.kind == "service") and self.code in (0, 137, 143, -1)

    @property
    def ran(self) -> bool:
        return self.fate in (Fate.ENDED, Fate.OOM, Fate.CANCELED, Fate.RUNNING)

    @property
    def text(self) -> bytes:
        if self.log is None:
            return f"+ {self.name}\n{'failed' if self.failed else 'fine'}: {self.name}\n".encode()
        return self.log.encode() if isinstance(self.log, str) else self.log


@dataclass(frozen=True)
class TrueUnit:
    name: str = "default"
    steps: tuple[TrueStep, ...] = ()
    fate: Fate = Fate.RUNNING
    axes: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    """Why it could not be set up."""

    @property
    def over(self) -> bool:
        return self.fate in (Fate.ENDED, Fate.CANCELED, Fate.NEVER_RUN, Fate.PASSED)

    @property
    def failed(self) -> bool:
        return bool(self.error) or any(step.failed for step in self.steps)


@dataclass(frozen=True)
class TrueBuild:
    number: int = 42
    jobs: tuple[TrueUnit, ...] = ()
    event: str = "push"
    branch: str = "main"
    source: str = ""
    """The branch of a pull request."""
    pull: int = 0
    commit: str = "9fceb02d0ae598e95dc970b74767f19372d61af8"
    environment: str = ""
    """The target of a promotion, rollback or deployment."""
    error: str = ""
    """Why it could not be planned: a pipeline file that cannot be read."""
    warnings: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        return all(job.over for job in self.jobs)

    @property
    def failed(self) -> bool:
        return bool(self.error) or any(job.failed for job in self.jobs)

    @property
    def fate(self) -> Fate:
        """Return the outcome of the build: blocked or declined when one of its jobs is."""
        for fate in (Fate.BLOCKED, Fate.DECLINED):
            if any(job.fate is fate for job in self.jobs):
                return fate
        return Fate.ENDED if self.over else Fate.RUNNING

    def step(self, job: int, step: int) -> TrueStep | None:
        """Return a step by the numbers of job and step, both from 1."""
        steps = self.jobs[job - 1].steps if 0 < job <= len(self.jobs) else ()
        return steps[step - 1] if 0 < step <= len(steps) else None

    @property
    def ref(self) -> str:
        return f"refs/pull/{self.pull}/head" if self.pull else f"refs/heads/{self.branch}"

    @property
    def refspec(self) -> str:
        return f"{self.source}:{self.branch}" if self.pull else ""


def build(*steps: TrueStep, **more: object) -> TrueBuild:
    """Return a build of one job that runs these steps after the clone, and this program last."""
    return TrueBuild(jobs=(job(*steps),), **more)  # type: ignore[arg-type]


def job(*steps: TrueStep, current: bool = True, **more: object) -> TrueUnit:
    last = (TrueStep("summary", fate=Fate.RUNNING, kind="plugin"),) if current else ()
    return TrueUnit(steps=(TrueStep("clone", kind="clone"), *steps, *last), **more)  # type: ignore[arg-type]


def green(number: int, *steps: TrueStep, **more: object) -> TrueBuild:
    """Return an earlier build that passed."""
    done = job(*steps, TrueStep("summary", kind="plugin"), current=False, fate=Fate.ENDED)
    return TrueBuild(number=number, jobs=(done,), **more)  # type: ignore[arg-type]
