"""Wording of states, exit codes, durations, categories and verdicts, shared by the formats."""

from collections.abc import Iterable

from plugin.model.build import State
from plugin.model.excerpt import Category
from plugin.model.report import Failure, JobSummary, Report
from plugin.model.tests import ReportedTest
from plugin.render.verdict_phrases import conclusion
from plugin.text.shorten import shorten
from plugin.text.state_words import OUTCOMES, describe_exit_code

_LONGEST_ID = 60
"""Characters of a pattern's id in the note beside a title."""


SHOWN_TESTS = 5
"""Tests of a step's reports that views show; the JSON report lists all."""

CATEGORIES: dict[Category, str] = {
    "code": "a compiler error or a crash",
    "test": "a failing test",
    "lint": "a style or lint error",
    "dependency": "a dependency that cannot be resolved",
    "infrastructure": "an infrastructure problem, not your code",
    "resource": "a lack of memory, disk or other resources",
    "timeout": "something took too long",
    "configuration": "a configuration error",
    "unknown": "",
}
"""Text after "Looks like"."""

_KINDS: dict[Category, str] = {
    "code": "compiler error or crash",
    "test": "failing test",
    "lint": "style or lint error",
    "dependency": "unresolved dependency",
    "infrastructure": "infrastructure error",
    "resource": "lack of memory, disk or other resources",
    "timeout": "timeout",
    "configuration": "configuration error",
    "unknown": "",
}
"""Titles that quote nothing."""


def kind(failure: Failure) -> str:
    """Return a title that quotes neither the log nor another message: the kind of failure, else how it ended."""
    if failure.tests and failure.tests.failed:
        return tests(failure)
    known = _KINDS[failure.excerpt.category] if failure.excerpt else ""
    return known or describe_exit_code(failure.exit_code) or OUTCOMES[failure.state]


def outcome(failure: Failure) -> str:
    """Return how the step ended and how long it ran: `failed (exit code 1) after 3 s`."""
    ended = describe_exit_code(failure.exit_code) or OUTCOMES[failure.state]
    return f"{ended} after {duration(failure.seconds)}" if failure.seconds is not None else ended


def duration(seconds: int) -> str:
    """Return the duration in words: `3 s`, `2 min 5 s`, `1 h 12 min`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def count(number: int, noun: str) -> str:
    """Return the number and the noun: `1 line`, `1,204 lines`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def verdict(report: Report) -> str:
    """Return the conclusion about the build in one line of plain text; empty if nothing is known."""
    return str(conclusion(report))


def origin(failure: Failure) -> str:
    """Return the note beside a title whose pattern is untrusted: "(pattern `our-linter` from FILE)".

    A pattern is untrusted if a pull request could have written it.
    """
    excerpt = failure.excerpt
    if not excerpt or not excerpt.pattern_origin:
        return ""
    return f"(pattern `{shorten(excerpt.pattern or '', _LONGEST_ID)}` from {excerpt.pattern_origin})"


def tests(failure: Failure) -> str:
    """Return what the test reports of the step say: `3 of 120 tests failed, 1 passed on retry`; empty without any."""
    found = failure.tests
    if not found or not (found.failed or found.flaky):
        return ""
    failed = f"{len(found.failed):,} of {count(found.total, 'test')} failed" if found.failed else ""
    flaky = f"{count(len(found.flaky), 'flaky test')} passed on retry" if found.flaky else ""
    return ", ".join(filter(None, (failed, flaky)))


def shown_tests(failure: Failure, most: int = SHOWN_TESTS) -> tuple[tuple[str, str], ...]:
    """Return the title and the message of the first tests that failed, then of the flaky ones."""
    found = (*failure.tests.failed, *failure.tests.flaky) if failure.tests else ()
    return tuple((_test_title(test), test.message) for test in found[:most])


def more_tests(failure: Failure, most: int = SHOWN_TESTS) -> str:
    """Return the count of the failed and flaky tests that are not shown: `and 3 more`; empty if there are none."""
    more = len(failure.tests.failed) + len(failure.tests.flaky) - most if failure.tests else 0
    return f"and {more:,} more" if more > 0 else ""


def _test_title(test: ReportedTest) -> str:
    place = f"{test.file}:{test.line}" if test.file and test.line else test.file
    where = f" ({place})" if place and place not in test.title else ""
    return f"{test.title or 'a test without a name'}{where}{' (flaky)' if test.outcome == 'flaky' else ''}"


def hidden(failure: Failure) -> tuple[str, ...]:
    """Return one note for each origin of `ignore` that matched lines of the log."""
    return tuple(lines.note for lines in failure.excerpt.hidden) if failure.excerpt else ()


def place(failure: Failure) -> str:
    """Return the name of what failed: the step, else the job, else the build itself."""
    return failure.step or failure.job or "the build itself"


def job_of(failure: Failure, report: Report) -> str:
    """Return the job's name if a reader needs it: the step has one and the build has several."""
    return failure.job if failure.step and (len(report.jobs) > 1 or failure.axes) else ""


def build_name(report: Report) -> str:
    """Return `Build 3`, or `Build` if there is only a log."""
    return f"Build {report.number}" if report.number else "Build"


def headline(report: Report) -> str:
    """Return the text after the build's name: `failed in 2 steps`."""
    steps = len(report.failures)
    if report.failures and all(failure.step for failure in report.failures):
        return f"failed in {count(steps, 'step')}"
    if report.failures and report.reason:
        return "failed, cause unknown"
    outcome = except_left_out(OUTCOMES[report.state], report.state, report.jobs)
    return f"{outcome}, {superseded(report)}" if superseded(report) else outcome


def superseded(report: Report) -> str:
    """Return `superseded by build 9` of a build that was canceled for a newer one, else an empty text."""
    known = report.superseded_by and report.state is State.CANCELED
    return f"superseded by build {report.superseded_by}" if known else ""


def except_left_out(outcome: str, state: State, jobs: Iterable[JobSummary]) -> str:
    """Return the outcome; of a success, also that a step failed which settings leave out of the report."""
    left_out = state is State.SUCCESS and any(job.left_out_failed for job in jobs)
    return f"{outcome}, except for steps that settings leave out" if left_out else outcome


def passed(report: Report) -> str:
    """Return how many jobs passed beside those that did not: `290 others passed`; empty if there are none."""
    jobs = [job for job in report.jobs if not job.reporter or job.result is not State.SUCCESS]
    number = sum(job.result is State.SUCCESS for job in jobs)
    return f"{count(number, 'other')} passed" if 0 < number < len(jobs) else ""


def without_verdict(report: Report) -> tuple[JobSummary, ...]:
    """Return the other jobs that neither passed nor failed: running, waiting, stopped or unknown."""
    verdicts = (State.SUCCESS, State.SKIPPED)
    return tuple(job for job in report.jobs if not (job.current or job.result.failed or job.result in verdicts))


def progress(job: JobSummary) -> str:
    """Return the progress of a job: `is still running (2 of 5 steps ended)`."""
    done = f" ({job.finished_steps} of {count(job.steps, 'step')} ended)" if job.steps and not job.result.ended else ""
    return f"{OUTCOMES[job.result]}{done}"


def log_remark(failure: Failure) -> str:
    """Return why the log is missing or incomplete; empty for a complete log and for a failure without a step."""
    if not failure.step:
        return ""
    if failure.excerpt is None:
        return f"No log available: {failure.log.reason or 'it is empty'}."
    return "" if failure.log.complete else f"The log is incomplete: {failure.log.reason or 'the server truncated it'}."
