"""The report: everything about a build that a reader may see."""

from collections.abc import Mapping

from plugin.frozen import field, frozen
from plugin.model.build import State
from plugin.model.excerpt import Category, Excerpt
from plugin.model.tests import StepTests
from plugin.model.verdict import Conclusion, FailureVerdict, Verdict, VerdictKind

SCHEMA_VERSION = 1

_BY_CAUSE: tuple[Category, ...] = (
    "configuration",
    "infrastructure",
    "dependency",
    "code",
    "resource",
    "timeout",
    "test",
    "lint",
    "unknown",
)
"""Categories of causes: what fails early, or may make other steps fail, comes first."""


@frozen
class LogSummary:
    """Facts about the log that an excerpt was taken from."""

    lines: int
    bytes: int
    complete: bool
    reason: str
    """Why the log is missing or cut; empty when it is whole."""


@frozen
class SourceLocation:
    """A line of a file of the repository that a log names."""

    path: str
    """Relative to the root of the repository, with forward slashes."""
    line: int
    column: int | None = None
    known: bool = True
    """Whether the repository is known to have the file, so that a link to it works."""
    line_known: bool = True
    """Whether the file is known to have the line."""
    text: str = field(default="", compare=False)
    """The line of the log that names it, clean and redacted."""


@frozen
class Failure:
    """A failed step, or a job or build that failed without a failed step (then `step` is empty)."""

    job: str
    """The job's display name: its name, else its matrix values, else `#2`."""
    job_number: int
    """0 for a failure of the build itself."""
    axes: tuple[tuple[str, str], ...]
    step: str
    state: State
    exit_code: int | None
    error: str
    """The server's error message, redacted."""
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
    locations: tuple[SourceLocation, ...] = ()
    """Lines of the repository's files that the log names, most important first."""
    step_number: int = 0
    """The step's number within the job; 0 without a step."""
    verdict: FailureVerdict | None = None
    """What earlier builds, changed lines and known issues show about it; None where nothing was looked up."""

    @property
    def rank(self) -> int:
        """Place in an order by cause: a failure with a smaller one may explain those with a greater one.

        First the build, then a job that could not run, then known causes by category, then the unknown ones.
        A step without a known cause that was stopped comes last: most likely another failure stopped it.
        """
        if not self.step:
            return 1 if self.job_number else 0
        if self.excerpt and self.excerpt.pattern:
            return 2 + _BY_CAUSE.index(self.excerpt.category)
        stopped = self.state in (State.KILLED, State.CANCELED)
        return 2 + len(_BY_CAUSE) + (2 if stopped else 0 if self.excerpt else 1)


@frozen
class StepSummary:
    """A step, failed or not, for the timeline. Times are Unix seconds, 0 where the server sent none."""

    name: str
    state: State
    started: int = 0
    finished: int = 0
    url: str = ""
    current: bool = False
    """This program runs in it."""
    ignored: bool = False
    """Its failure does not count."""


@frozen
class JobSummary:
    """A job, failed or not, for the comment's sections, the timeline and the green report."""

    number: int
    name: str
    state: State
    current: bool
    steps: int
    finished_steps: int
    """Number of its steps that had ended, our own step and its copies not counted."""
    url: str
    result: State
    """The job's state as far as it is known; for our own job, the state of its other steps."""
    left_out_failed: bool = False
    """A step failed that settings leave out of the report."""
    reporter: bool = False
    """It does nothing but run this program."""
    started: int = 0
    """Unix seconds, 0 where the server sent none; the same for `finished`."""
    finished: int = 0
    timeline: tuple[StepSummary, ...] = ()
    """Its steps in the pipeline's order, our own included."""


@frozen
class Report:
    """The result of all stages before rendering."""

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
    """URL of a file in the forge at this commit, with the fields `{path}` and `{line}`, or empty."""
    started: int
    jobs: tuple[JobSummary, ...]
    verdict: Verdict | None
    """What earlier builds show about a failed one; None where none were read or they show nothing."""
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]
    """What could not be done and why, redacted."""
    conclusion: Conclusion | None = None
    """Whose failure it is; None where nothing was looked up."""
    superseded_by: int = 0
    """Number of the newer build of the same pull request for which this one was canceled; 0 if there is none."""
    reason: str = ""
    """Why the state, or the cause of a failure, is unknown and what fixes that; also one of the notes."""

    @property
    def retryable(self) -> bool:
        """Whether the same commit may pass when it is built again: every failure is flaky, infrastructure or known so.

        Where a known issue names an action, that decides.
        """
        flaky = self.verdict is not None and self.verdict.kind is VerdictKind.FLAKY
        return (flaky or bool(self.failures)) and all(_may_pass_again(one, flaky=flaky) for one in self.failures)


def _may_pass_again(failure: Failure, *, flaky: bool) -> bool:
    issue = failure.verdict.known_issue if failure.verdict else None
    if issue and issue.counts and issue.action:
        return issue.action == "retry"
    return flaky or (failure.excerpt is not None and failure.excerpt.category == "infrastructure")


@frozen
class AnalyzedLog:
    """The result of reading one failed step's log. The log itself is not kept, it may be large."""

    log: LogSummary
    excerpt: Excerpt | None
    """None where the log has no line at all."""
    locations: tuple[SourceLocation, ...] = ()
    """Lines of the repository's files that the excerpt names, most important first."""


AnalyzedLogs = Mapping[tuple[int, int], AnalyzedLog]
"""By job number and step number."""
