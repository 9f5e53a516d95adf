"""The report: all that a reader may see of a build."""

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.model.build import State
from plugin.model.excerpt import Excerpt
from plugin.model.tests import StepTests
from plugin.model.verdict import Verdict, VerdictKind

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class LogSummary:
    """What is known of the log that an excerpt was taken from."""

    lines: int
    bytes: int
    complete: bool
    reason: str
    """Why the log is missing or cut; empty when it is whole."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed step, or a unit or build that failed before it had one (then `step` is empty)."""

    job: str
    """The unit as a person reads it: its name, else its matrix values, else `#2`."""
    job_number: int
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
    log: LogSummary
    title: str
    """One line that names the cause: the excerpt's title, else what is known without a log."""
    key: str = ""
    """Equal for the same failure in other jobs and builds (`plugin.fingerprint`); empty where the cause is generic."""
    tests: StepTests | None = None
    """What the test reports of the step say; None where it wrote none, or none can be assigned to it."""


@dataclass(frozen=True, slots=True)
class JobSummary:
    """A unit, failed or not, for the comment's sections and the green report."""

    number: int
    name: str
    state: State
    current: bool
    steps: int
    finished_steps: int
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
    jobs: tuple[JobSummary, ...]
    verdict: Verdict | None
    """What earlier builds say of a red one; None where they were not met or say nothing."""
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    """What could not be done and why, redacted."""
    reason: str = ""
    """Why the state, or the cause of a failure, is unknown and what mends that; one of the notes, too."""

    @property
    def retryable(self) -> bool:
        """Whether the same commit may pass when it is built again: it did before, or infrastructure failed alone."""
        if self.verdict and self.verdict.kind is VerdictKind.FLAKY:
            return True
        excerpts = [failure.excerpt for failure in self.failures]
        return bool(excerpts) and all(excerpt and excerpt.category == "infrastructure" for excerpt in excerpts)


@dataclass(frozen=True, slots=True)
class AnalyzedLog:
    """What was read of one failed step; the log itself is let go, it may be large."""

    log: LogSummary
    excerpt: Excerpt | None
    """None where the log gave no line at all."""


AnalyzedLogs = Mapping[tuple[int, int], AnalyzedLog]
"""By unit number and step number."""
