"""The report of a build, composed from the build and the excerpts of its failed steps."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType

from plugin.fingerprint.fingerprint import SIGNALS, comparable_key, fingerprint_of_signal, fingerprint_of_tests
from plugin.frozen import replace
from plugin.model.build import Build, Job, State, Step, StepKind, copy_names, culprits
from plugin.model.build_state import Result, failed_without_step, job_state, result
from plugin.model.excerpt import Excerpt
from plugin.model.message import Message, mapped
from plugin.model.report import (
    AnalyzedLog,
    AnalyzedLogs,
    Failure,
    JobSummary,
    LogSummary,
    Report,
    StepSummary,
)
from plugin.model.tests import ReportedTest, StepTests
from plugin.model.verdict import Conclusion, FailureVerdict, Verdict
from plugin.text.shorten import cut
from plugin.text.state_words import describe_exit_code


def compose(
    build: Build,
    logs: AnalyzedLogs,
    *,
    server: str,
    environment: str = "",
    unread: str = "",
    pull_request: int | None = None,
    source_url: str = "",
    verdict: Verdict | None = None,
    conclusion: Conclusion | None = None,
    notes: Iterable[str] = (),
    tests: Mapping[tuple[int, int], StepTests] = MappingProxyType({}),
    verdicts: Mapping[tuple[int, int], FailureVerdict] = MappingProxyType({}),
    hide: Callable[[str], str] = str,
) -> Report:
    """Return the report of a build. `hide` redacts every text that comes from the server, the runner or an error.

    `environment` is the build's status by the environment. Where the server was not read, `unread` says why, and
    `build` contains only what the environment says.
    """
    hide = _kept_messages(_shortened(hide))
    outcome = result(None if unread else build, environment, unread)
    outcome = replace(outcome, reason=hide(outcome.reason))
    failures = (
        *(_build_failure(build, hide(error)) for error in build.errors),
        *(_job_failure(build, job, hide) for job in failed_without_step(build)),
        *(
            _with_verdict(
                _with_tests(_step_failure(job, step, logs.get(_id(job, step)), hide), tests.get(_id(job, step)), hide),
                verdicts.get(_id(job, step)),
                hide,
            )
            for job, step in culprits(build)
        ),
    )
    if outcome.state is State.FAILURE and not failures:
        state = build.state if build.state.failed else State.FAILURE
        failures = (_build_failure(build, _cause(build, outcome), state),)
    return Report(
        server=server,
        repo=hide(build.repo),
        number=build.number,
        state=outcome.state,
        event=hide(build.event),
        commit=build.commit[:_LONGEST],
        branch=hide(build.branch),
        pull_request=pull_request,
        url=build.url,
        source_url=source_url,
        started=build.started,
        jobs=tuple(_job_summary(job, build, hide) for job in build.jobs),
        verdict=replace(verdict, branch=hide(verdict.branch)) if verdict and failures else None,
        conclusion=conclusion if failures else None,
        failures=tuple(sorted(failures, key=lambda failure: failure.rank)),
        notes=_notes(outcome.reason, map(hide, notes)),
        reason=outcome.reason,
        superseded_by=build.superseded_by,
    )


def _id(job: Job, step: Step) -> tuple[int, int]:
    return job.number, step.number


def _cause(build: Build, outcome: Result) -> str:
    """Return the title of a failure about which only the state of the build is known."""
    if outcome.reason:
        return Message("cause unknown: {reason}", reason=outcome.reason)
    return _unexplained(build.state)


def _unexplained(state: State) -> Message:
    return Message("ended as {state}, and the server does not say why", state=state.value)


def _notes(reason: str, notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for note in (reason, *notes) if note))


def _shortened(hide: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function that redacts, then shortens: in this order no part of a secret is left."""

    def shortened(text: str) -> str:
        return cut(hide(text), _LONGEST)

    return shortened


def _kept_messages(hide: Callable[[str], str]) -> Callable[[str], str]:
    """Return the function for texts some of which are messages: of these it changes the fields."""
    return partial(mapped, change=hide)


_LONGEST = 2_000
"""Characters of a name or message in a report; a server may send megabytes."""


def _build_failure(build: Build, error: str, state: State = State.ERROR) -> Failure:
    return Failure(
        job="",
        job_number=0,
        axes=(),
        step="",
        state=state,
        exit_code=None,
        error=error,
        seconds=None,
        url=build.url,
        excerpt=None,
        log=LogSummary(0, 0, complete=False, reason=Message("it belongs to no step, so there is no log")),
        title=error,
    )


def _job_failure(build: Build, job: Job, hide: Callable[[str], str]) -> Failure:
    error = hide(job.error)
    return Failure(
        job=hide(job_label(job)),
        job_number=job.number,
        axes=_axes(job, hide),
        step="",
        state=job.state,
        exit_code=None,
        error=error,
        seconds=_seconds(job.started, job.finished),
        url=job.url or build.url,
        excerpt=None,
        log=LogSummary(0, 0, complete=False, reason=Message("no step of this job failed, so there is no log to show")),
        title=error or _unexplained(job.state),
    )


def _step_failure(job: Job, step: Step, analyzed: AnalyzedLog | None, hide: Callable[[str], str]) -> Failure:
    unread = LogSummary(0, 0, complete=False, reason=Message("its log was not read in time"))
    log = analyzed.log if analyzed else unread
    excerpt = analyzed.excerpt if analyzed else None
    error = hide(step.error or step.suspect)
    return Failure(
        job=hide(job_label(job)),
        job_number=job.number,
        axes=_axes(job, hide),
        step=hide(step.name),
        state=State.ERROR if step.suspect else step.state,
        exit_code=step.exit_code,
        error=error,
        seconds=_seconds(step.started, step.finished),
        url=step.url,
        excerpt=excerpt,
        log=replace(log, reason=hide(log.reason)),
        title=_title(step, error, excerpt),
        step_number=step.number,
        key=_key(job, step, excerpt),
        locations=tuple(one for one in analyzed.locations if one.path == hide(one.path)) if analyzed else (),
    )


def _key(job: Job, step: Step, excerpt: Excerpt | None) -> str:
    """Return the failure's key: by its log, else by the command that a signal ended."""
    key = comparable_key(job, step, excerpt)
    if key or not excerpt or step.exit_code not in SIGNALS:
        return key
    return fingerprint_of_signal(step.exit_code, excerpt.command, step.name, job.axes.items())


def _with_tests(failure: Failure, found: StepTests | None, hide: Callable[[str], str]) -> Failure:
    """Return the failure with its tests, which name it and identify it where its log does neither."""
    if not found:
        return failure
    found = replace(
        found,
        reports=tuple(map(hide, found.reports)),
        failed=tuple(_hidden(test, hide) for test in found.failed),
        flaky=tuple(_hidden(test, hide) for test in found.flaky),
    )
    if found.failed and not (failure.excerpt and failure.excerpt.pattern):
        failure = replace(failure, title=_title_of(found))
    key = failure.key or fingerprint_of_tests(test.title for test in found.failed)
    return replace(failure, tests=found, key=key)


def _with_verdict(failure: Failure, found: FailureVerdict | None, hide: Callable[[str], str]) -> Failure:
    return replace(failure, verdict=found.hidden(hide)) if found else failure


def _hidden(test: ReportedTest, hide: Callable[[str], str]) -> ReportedTest:
    class_name, name, message, file = map(hide, (test.class_name, test.name, test.message, test.file))
    return replace(test, class_name=class_name, name=name, message=message, file=file)


def _title_of(tests: StepTests) -> str:
    """Return the first failed test with its message, and how many more failed."""
    first, more = tests.failed[0], len(tests.failed) - 1
    cause = first.message
    title = (
        Message("{test}: {cause}", test=first.title, cause=cause)
        if cause
        else Message("{test} failed", test=first.title)
    )
    return Message("{title} (and {number:,} more failed tests)", title=title, number=more) if more else title


def _title(step: Step, error: str, excerpt: Excerpt | None) -> str:
    """Return the title: of a known pattern, else the runner's message, else the likeliest line, else the exit code."""
    if excerpt and excerpt.pattern:
        return excerpt.title
    meaning = describe_exit_code(step.exit_code)
    line = excerpt.title if excerpt and step.exit_code not in SIGNALS else ""
    if line.startswith(_TRACE) and meaning:
        line = Message("{command}: {meaning}", command=line.removeprefix(_TRACE), meaning=meaning)
    return error or line or meaning or Message("ended as {state}", state=step.state.value)


_TRACE = "+ "
"""Start of a line in which a shell prints a command before it runs it."""


def job_label(job: Job) -> str:
    """Return the job's display name: its name and matrix values, else its number."""
    axes = ", ".join(f"{key}={value}" for key, value in sorted(job.axes.items()))
    return f"{job.name} ({axes})" if job.name and axes else job.name or axes or f"#{job.number}"


def _axes(job: Job, hide: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((hide(key), hide(value)) for key, value in sorted(job.axes.items()))


def _seconds(started: int, finished: int) -> int | None:
    return finished - started if 0 < started <= finished else None


def _job_summary(job: Job, build: Build, hide: Callable[[str], str]) -> JobSummary:
    copies = copy_names(build)
    steps = [step for step in job.steps if step.name not in copies]
    return JobSummary(
        number=job.number,
        name=hide(job_label(job)),
        state=job.state,
        current=job.current,
        steps=len(steps),
        finished_steps=sum(step.state.ended for step in steps),
        url=job.url,
        result=job_state(job, build),
        left_out_failed=any(step.left_out and step.failed for step in job.steps),
        reporter=job.current and all(step.kind is StepKind.CLONE for step in steps),
        started=job.started,
        finished=job.finished,
        timeline=tuple(_step_summary(step, hide) for step in job.steps),
    )


def _step_summary(step: Step, hide: Callable[[str], str]) -> StepSummary:
    return StepSummary(
        name=hide(step.name),
        state=State.ERROR if step.suspect else step.state,
        started=step.started,
        finished=step.finished,
        url=step.url,
        current=step.current,
        ignored=step.ignored,
    )
