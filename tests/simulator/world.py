"""A repository whose builds fail for known causes: the main branch, pull requests, flaky tests, outages.

Its builds are those of two jobs: `check` runs the steps lint and build, `test` runs unit and integration. A step that
follows a failed one of its job does not run.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit
from tests.simulator.mutator import vary
from tests.simulator.pool import Failure

JOBS: Mapping[str, tuple[str, ...]] = {"check": ("lint", "build"), "test": ("unit", "integration")}
STEPS = tuple(step for steps in JOBS.values() for step in steps)
FLAKY = (0.02, 0.10, 0.40)
"""How often the flaky tests of a repository fail."""
_MOST_OPEN = 5
_CASCADE = b"""+ tar -xf dist/app.tar
tar: dist/app.tar: Cannot open: No such file or directory
tar: Error is not recoverable: exiting now
"""


class Origin(StrEnum):
    """Whose failure it is."""

    OWN = "own"
    """The pull request, or the commit on the main branch, brought it."""
    TARGET = "target"
    """The main branch has it."""
    FLAKY = "flaky"
    OUTAGE = "outage"
    CASCADE = "cascade"
    """Another failed step of this build caused it."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with the code or with what surrounds it."""

    step: str
    failure: Failure
    origin: Origin


@dataclass(frozen=True)
class FailedStep:
    """The truth about a failed step of a build."""

    step: str
    faults: tuple[Fault, ...]
    """All that failed in it, as its log shows."""
    first: bool
    """None of its own faults was there in an earlier build of the branch or pull request."""

    @property
    def own(self) -> bool:
        return any(fault.origin is Origin.OWN for fault in self.faults)


@dataclass(frozen=True)
class Played:
    """One build and the truth about it."""

    build: TrueBuild
    failed: Mapping[str, FailedStep]
    """By step."""
    current: int
    """Number of the job in which the plugin runs, from 1."""

    def passed(self, step: str) -> bool:
        """Return whether the step ran and passed."""
        (found,) = (one for job in self.build.jobs for one in job.steps if one.name == step)
        return found.fate is Fate.ENDED and not found.failed


@dataclass
class _Branch:
    """The main branch or a pull request."""

    pull: int
    faults: list[Fault] = field(default_factory=list)
    base: list[Fault] = field(default_factory=list)
    """The faults that the main branch had when the pull request was based on it."""
    commit: str = ""
    seen: set[Fault] = field(default_factory=set)


class World:
    """One repository. `builds` yields what happens to it; the same seed yields the same."""

    def __init__(
        self, families: Mapping[str, tuple[Failure, ...]], outages: tuple[Failure, ...], seed: int, *, merges: bool
    ):
        """Prepare the repository.

        With `merges`, the server builds the merge of a pull request with the main branch, as Drone does.
        """
        self._chance = random.Random(seed)  # noqa: S311 — the same seed makes the same history
        self._merges = merges
        chosen = self._chance.sample(sorted(families), len(STEPS))
        self._families = {step: families[name] for step, name in zip(STEPS, chosen, strict=True)}
        self._outages = outages
        self._main = _Branch(0)
        self._pulls: list[_Branch] = []
        self._number = 0
        self._last_pull = 0
        self._flaky = {Fault(step, self._pick(step), Origin.FLAKY): p for step, p in zip(STEPS[1:], FLAKY, strict=True)}
        self._outage: tuple[Fault, int] | None = None
        self._again: _Branch | None = None

    @property
    def flaky(self) -> Mapping[Fault, float]:
        return self._flaky

    def builds(self, count: int) -> Iterator[Played]:
        """Yield `count` builds, each as the plugin sees it while it runs."""
        for _ in range(count):
            yield self._next()

    # What happens

    def _next(self) -> Played:
        self._weather()
        chance = self._chance
        branch, self._again = self._again, None
        if not branch:
            event = chance.random()
            if event < 0.25:
                branch = self._push()
            elif event < 0.45 or not self._pulls:
                branch = self._open()
            elif event < 0.55:
                branch = self._force_push()
            else:
                branch = self._commit()
        played = self._build(branch)
        if played.failed and chance.random() < 0.3:
            self._again = branch  # somebody builds the same commit again
        return played

    def _weather(self) -> None:
        """Begin or end an outage, which hits one step of every build."""
        if self._outage:
            fault, left = self._outage
            self._outage = (fault, left - 1) if left else None
        elif self._chance.random() < 0.01:
            step = self._chance.choice(STEPS)
            self._outage = (
                Fault(step, self._chance.choice(self._outages), Origin.OUTAGE),
                self._chance.randrange(4, 9),
            )

    def _push(self) -> _Branch:
        """Push to the main branch: break it, fix it, or change nothing that matters."""
        main, chance = self._main, self._chance
        if main.faults and chance.random() < 0.4:
            main.faults.remove(chance.choice(main.faults))
        elif chance.random() < (0.05 if main.faults else 0.2):
            self._break(main)
        return self._new_commit(main)

    def _open(self) -> _Branch:
        self._last_pull += 1
        pull = _Branch(self._last_pull, base=list(self._main.faults))
        if self._chance.random() < 0.3:
            self._break(pull)
        self._pulls.append(pull)
        if len(self._pulls) > _MOST_OPEN:
            self._pulls.pop(self._chance.randrange(_MOST_OPEN))
        return self._new_commit(pull)

    def _commit(self) -> _Branch:
        """Push to a pull request: fix something, break something, or break again what was fixed."""
        pull, chance = self._chance.choice(self._pulls), self._chance
        if pull.faults and chance.random() < 0.6:
            pull.faults.remove(chance.choice(pull.faults))
        elif chance.random() < 0.2 and (
            fixed := [
                one
                for one in pull.seen - {*pull.faults}
                if one.origin is Origin.OWN and one.failure not in self._elsewhere(pull)
            ]
        ):
            pull.faults.append(chance.choice(sorted(fixed, key=lambda one: one.failure.id)))
        elif chance.random() < 0.25:
            self._break(pull)
        return self._new_commit(pull)

    def _force_push(self) -> _Branch:
        """Replace the commits of a pull request and base it on the main branch of now."""
        pull = self._chance.choice(self._pulls)
        pull.base = list(self._main.faults)
        pull.faults = [one for one in pull.faults if self._chance.random() < 0.5]
        return self._new_commit(pull)

    def _break(self, branch: _Branch) -> None:
        """Add a fault, sometimes two, that no other branch has."""
        for _ in range(1 if self._chance.random() < 0.85 else 2):
            step = self._chance.choice(STEPS)
            taken = self._elsewhere(branch) | {one.failure for one in (*branch.faults, *branch.seen)}
            free = [one for one in self._families[step] if one not in taken]
            if free:
                branch.faults.append(Fault(step, self._chance.choice(free), Origin.OWN))

    def _elsewhere(self, branch: _Branch) -> set[Failure]:
        """Return the failures that come from elsewhere now: nothing shows whose a failure is that two changes bring."""
        others = [one for one in (self._main, *self._pulls) if one is not branch]
        based_on = [] if self._merges else [fault for one in (branch, *others) for fault in one.base]
        return {
            one.failure for one in (*self._flaky, *based_on, *(fault for other in others for fault in other.faults))
        }

    def _new_commit(self, branch: _Branch) -> _Branch:
        branch.commit = f"{self._chance.getrandbits(160):040x}"
        return branch

    def _pick(self, step: str) -> Failure:
        return self._chance.choice(self._families[step])

    # Builds

    def _build(self, branch: _Branch) -> Played:
        self._number += 1
        active = self._active(branch)
        current = 2 if self._chance.random() < 0.5 else 1
        jobs, failed = [], {}
        for number, (name, steps) in enumerate(JOBS.items(), 1):
            done: list[TrueStep] = []
            for step in steps:
                faults = self._visible([one for one in active if one.step == step])
                if any(one.failed for one in done):
                    done.append(TrueStep(step, fate=Fate.PASSED))
                elif faults:
                    failed[step] = self._truth(step, faults, branch)
                    done.append(TrueStep(step, code=1, log=self._log(faults)))
                elif step == "integration" and "build" in failed:
                    failed[step] = FailedStep(
                        step, (Fault(step, Failure("", "cascade", ()), Origin.CASCADE),), first=False
                    )
                    done.append(TrueStep(step, code=2, log=_CASCADE))
                else:
                    done.append(TrueStep(step))
            own = (TrueStep("summary", fate=Fate.RUNNING, kind="plugin"),) if number == current else ()
            fate = Fate.RUNNING if own else Fate.ENDED
            jobs.append(TrueUnit(name, (TrueStep("clone", kind="clone"), *done, *own), fate))
        branch.seen |= {fault for one in failed.values() for fault in one.faults}
        pull = branch.pull
        build = TrueBuild(
            self._number,
            tuple(jobs),
            event="pull_request" if pull else "push",
            source=f"change-{pull}" if pull else "",
            pull=pull,
            commit=branch.commit,
        )
        return Played(build, failed, current)

    def _active(self, branch: _Branch) -> list[Fault]:
        """Return the faults that hit this build."""
        of_target = (self._main.faults if self._merges else branch.base) if branch.pull else []
        flaky = [fault for fault, probability in self._flaky.items() if self._chance.random() < probability]
        outage = [self._outage[0]] if self._outage else []
        return [*branch.faults, *(replace(one, origin=Origin.TARGET) for one in of_target), *flaky, *outage]

    def _visible(self, faults: list[Fault]) -> tuple[Fault, ...]:
        """Return the faults that the log shows.

        An outage ends a step before anything else can fail, and so does each failure of a family whose logs are those
        of whole jobs. Others show together, as with `make --keep-going`.
        """
        if outage := [one for one in faults if one.origin is Origin.OUTAGE]:
            return tuple(outage)
        if len(faults) > 1 and any(one.failure.of_whole_job for one in faults):
            return (self._chance.choice(faults),)
        return tuple(faults)

    def _truth(self, step: str, faults: tuple[Fault, ...], branch: _Branch) -> FailedStep:
        own = [one for one in faults if one.origin is Origin.OWN]
        return FailedStep(step, faults, first=bool(own) and not any(one in branch.seen for one in own))

    def _log(self, faults: tuple[Fault, ...]) -> bytes:
        """Return the log of a step in which all of these failed in one command, as with `make --keep-going`."""
        logs = [vary(self._chance.choice(one.failure.logs), self._chance) for one in faults]
        self._chance.shuffle(logs)
        others = (line for log in logs[1:] for line in log.split(b"\n") if not line.startswith(b"+ "))
        return b"\n".join((logs[0], *others)).rstrip(b"\n") + b"\n"  # a log that ends within a line may be cut


def ended(build: TrueBuild, *, purged: bool) -> TrueBuild:
    """Return the build after its end; the server may have purged its logs."""
    jobs = []
    for job in build.jobs:
        steps = (
            replace(step, purged=purged, fate=Fate.ENDED if step.fate is Fate.RUNNING else step.fate)
            for step in job.steps
        )
        jobs.append(replace(job, steps=tuple(steps), fate=Fate.ENDED))
    return replace(build, jobs=tuple(jobs))
