"""Builds of a repository as a server would show them, and a reader that keeps a budget."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from plugin.model.build import Build, EarlierBuild, Job, State, Step
from plugin.model.excerpt import FailureIdentity
from plugin.verdict.facts import FailureFacts, Known, Read, ReadBuild, ReadComment, ReadList, ReadLog
from plugin.verdict.history import wanted

RED, GREEN = State.FAILURE, State.SUCCESS
NUMBER = 50


def facts(cause: str, *, complete: bool = True) -> FailureFacts:
    """Return the facts of a failure; `cause` is its tests, or its lines if it has spaces, or empty if it is generic."""
    if not cause:
        return FailureFacts(complete=complete)
    stated = tuple(cause.split("+"))
    identity = FailureIdentity((), stated) if " " in cause else FailureIdentity(stated, ())
    return FailureFacts(f"v1:{cause}", identity, complete=complete)


@dataclass(frozen=True)
class Past:
    """An earlier build: a step that is red with a cause, or green, and maybe another red step."""

    number: int
    cause: str | None = None
    """Cause of the failed step `test`; None if it passed, `-` if it did not run, empty for a generic cause."""
    branch: str = "main"
    pull: int = 0
    commit: str = ""
    other: bool = False
    """Another step failed."""
    purged: bool = False
    """Its logs are gone."""
    state: State | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        test = State.SUCCESS if self.cause is None else State.SKIPPED if self.cause == "-" else State.FAILURE
        lint = State.FAILURE if self.other or self.cause == "-" else State.SUCCESS
        return (Step(1, "lint", lint, "1"), Step(2, "test", test, "2"))

    @property
    def listed(self) -> EarlierBuild:
        red = any(step.failed for step in self.steps)
        return EarlierBuild(
            self.number,
            self.state or (RED if red else GREEN),
            self.branch,
            "pull_request" if self.pull else "push",
            self.commit or f"c{self.number}",
            f"refs/pull/{self.pull}/head" if self.pull else f"refs/heads/{self.branch}",
        )

    @property
    def build(self) -> Build:
        one = self.listed
        jobs = (Job(1, "ci", one.state, self.steps),)
        return Build(
            "o/r", one.number, one.state, jobs, event=one.event, commit=one.commit, branch=one.branch, ref=one.ref
        )


def pull(number: int, cause: str | None = None, *, of: int = 7, **more: object) -> Past:
    return Past(number, cause, pull=of, **more)  # type: ignore[arg-type]


def push(number: int, cause: str | None = None, **more: object) -> Past:
    return Past(number, cause, **more)  # type: ignore[arg-type]


FAILURE = (1, 2)


def red(now: Past, *, complete: bool = True) -> Known:
    """Return what is known of a failed build before anything earlier is read."""
    return Known(now.build, {FAILURE: facts(now.cause or "", complete=complete)}, default_branch="main")


@dataclass
class Reader:
    """Reads what is wanted, at most `budget` times."""

    past: Sequence[Past]
    budget: int = 12
    comment: tuple[int, frozenset[str]] | None = None
    reads: list[Read] = field(default_factory=list)

    def read(self, known: Known) -> Known:
        known = replace(known, has_comment=self.comment is not None)
        while len(self.reads) < self.budget and (reads := wanted(known)):
            known = self._read(reads[0], known)
        return known

    def _read(self, read: Read, known: Known) -> Known:
        self.reads.append(read)
        past = {one.number: one for one in self.past}
        match read:
            case ReadList():
                return replace(known, listed=[one.listed for one in self.past])
            case ReadComment():
                return replace(known, commented=dict([self.comment] if self.comment else []))
            case ReadBuild(number):
                return replace(known, builds={**known.builds, number: past[number].build})
            case ReadLog(number, job, step):
                one = past[number]
                found = None if one.purged else facts(one.cause or "")
                return replace(known, logs={**known.logs, (number, job, step): found})
