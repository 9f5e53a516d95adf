"""Wording of states, exit codes, durations, categories and verdicts, shared by the formats."""

from collections.abc import Iterable

from plugin.model.build import State
from plugin.model.excerpt import Category, Excerpt
from plugin.model.message import Message
from plugin.model.report import Failure, JobSummary, Report
from plugin.model.tests import ReportedTest, StepTests
from plugin.render.verdict_phrases import conclusion
from plugin.text.hidden_lines import note_on_hidden
from plugin.text.language import N_, _, ngettext, translated
from plugin.text.shorten import shorten
from plugin.text.state_words import OUTCOMES, describe_exit_code, outcome_of

_LONGEST_ID = 60
"""Characters of a pattern's id in the note beside a title."""


SHOWN_TESTS = 5
"""Tests of a step's reports that views show; the JSON report lists all."""

_CATEGORIES: dict[Category, str] = {
    "code": N_("a compiler error or a crash"),
    "test": N_("a failing test"),
    "lint": N_("a style or lint error"),
    "dependency": N_("a dependency that cannot be resolved"),
    "infrastructure": N_("an infrastructure problem, not your code"),
    "resource": N_("a lack of memory, disk or other resources"),
    "timeout": N_("something took too long"),
    "configuration": N_("a configuration error"),
    "unknown": "",
}
"""Text after "Looks like"."""

_KINDS: dict[Category, str] = {
    "code": N_("compiler error or crash"),
    "test": N_("failing test"),
    "lint": N_("style or lint error"),
    "dependency": N_("unresolved dependency"),
    "infrastructure": N_("infrastructure error"),
    "resource": N_("lack of memory, disk or other resources"),
    "timeout": N_("timeout"),
    "configuration": N_("configuration error"),
    "unknown": "",
}
"""Titles that quote nothing."""


def category(excerpt: Excerpt | None) -> str:
    """Return the text after "looks like"; empty if nothing is known."""
    known = _CATEGORIES[excerpt.category] if excerpt else ""
    return _(known) if known else ""


def kind(failure: Failure) -> str:
    """Return a title that quotes neither the log nor another message: the kind of failure, else how it ended."""
    if failure.tests and failure.tests.failed:
        return _tests(failure.tests)
    known = _KINDS[failure.excerpt.category] if failure.excerpt else ""
    return Message(known) if known else _ended(failure)


def outcome(failure: Failure) -> str:
    """Return how the step ended and how long it ran: `failed (exit code 1) after 3 s`."""
    ended = _ended(failure)
    if failure.seconds is None:
        return translated(ended)
    return _("{ended} after {duration}", ended=ended, duration=duration(failure.seconds))


def says_more(failure: Failure) -> bool:
    """Return whether the outcome says more than that the step failed, which views say anyway."""
    known = failure.exit_code is not None or failure.seconds is not None
    return known or failure.state is not State.FAILURE


def notes(report: Report) -> tuple[str, ...]:
    """Return the notes, without those that the title of a failure contains."""
    return tuple(note for note in report.notes if not any(note in failure.title for failure in report.failures))


def outcome_in(failure: Failure, jobs: str) -> str:
    """Return the outcome with the jobs in which the step failed like this, if `jobs` names any."""
    return _("{outcome} in {jobs}", outcome=outcome(failure), jobs=jobs) if jobs else outcome(failure)


def _ended(failure: Failure) -> str:
    return describe_exit_code(failure.exit_code) or Message(OUTCOMES[failure.state])


def duration(seconds: int) -> str:
    """Return the duration in words: `3 s`, `2 min 5 s`, `1 h 12 min`."""
    if seconds < 60:
        return _("{seconds} s", seconds=seconds)
    if seconds < 3600:
        return _("{minutes} min {seconds} s", minutes=seconds // 60, seconds=seconds % 60)
    return _("{hours} h {minutes} min", hours=seconds // 3600, minutes=seconds % 3600 // 60)


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
    name = shorten(excerpt.pattern or "", _LONGEST_ID)
    return _("(pattern `{name}` from {origin})", name=name, origin=excerpt.pattern_origin)


def tests(failure: Failure) -> str:
    """Return what the test reports of the step say: `3 of 120 tests failed, 1 passed on retry`; empty without any."""
    found = failure.tests
    if not found or not (found.failed or found.flaky):
        return ""
    return translated(_tests(found))


def _tests(found: StepTests) -> Message:
    failed = Message.counted(
        "{failed:,} of {number:,} test failed",
        "{failed:,} of {number:,} tests failed",
        found.total,
        failed=len(found.failed),
    )
    flaky = Message.counted(
        "{number:,} flaky test passed on retry", "{number:,} flaky tests passed on retry", len(found.flaky)
    )
    if found.failed and found.flaky:
        return Message("{failed}, {flaky}", failed=failed, flaky=flaky)
    return failed if found.failed else flaky


def shown_tests(failure: Failure, most: int = SHOWN_TESTS) -> tuple[tuple[str, str], ...]:
    """Return the title and the message of the first tests that failed, then of the flaky ones."""
    found = (*failure.tests.failed, *failure.tests.flaky) if failure.tests else ()
    return tuple((_test_title(test), test.message) for test in found[:most])


def more_tests(failure: Failure, most: int = SHOWN_TESTS) -> str:
    """Return the count of the failed and flaky tests that are not shown: `and 3 more`; empty if there are none."""
    more = len(failure.tests.failed) + len(failure.tests.flaky) - most if failure.tests else 0
    return _("and {number:,} more", number=more) if more > 0 else ""


def more_failed_steps(number: int) -> str:
    """Return the count of the failed steps that are not shown: `and 3 more failed steps`."""
    return ngettext("and {number:,} more failed step", "and {number:,} more failed steps", number)


def _test_title(test: ReportedTest) -> str:
    place = f"{test.file}:{test.line}" if test.file and test.line else test.file
    where = f" ({place})" if place and place not in test.title else ""
    flaky = _(" (flaky)") if test.outcome == "flaky" else ""
    return f"{test.title or _('a test without a name')}{where}{flaky}"


def hidden(failure: Failure) -> tuple[str, ...]:
    """Return one note for each origin of `ignore` that matched lines of the log."""
    return tuple(translated(note_on_hidden(lines)) for lines in failure.excerpt.hidden) if failure.excerpt else ()


def place(failure: Failure) -> str:
    """Return the name of what failed: the step, else the job, else the build itself."""
    return failure.step or failure.job or _("the build itself")


def job_of(failure: Failure, report: Report) -> str:
    """Return the job's name if a reader needs it: the step has one and the build has several."""
    return failure.job if failure.step and (len(report.jobs) > 1 or failure.axes) else ""


def build_name(report: Report) -> str:
    """Return `Build 3`, or `Build` if there is only a log."""
    return _("Build {number}", number=report.number) if report.number else _("Build")


def summary(report: Report) -> str:
    """Return the build's name and its result: `Build 3 failed in 2 steps`."""
    result = headline(report)
    return f"{build_name(report)} {result}" if report.number else _("Build {outcome}", outcome=result)


def headline(report: Report) -> str:
    """Return the text after the build's name: `failed in 2 steps`."""
    steps = len(report.failures)
    if report.failures and all(failure.step for failure in report.failures):
        return ngettext("failed in {number:,} step", "failed in {number:,} steps", steps)
    if report.failures and report.reason:
        return _("failed, cause unknown")
    outcome = except_left_out(outcome_of(report.state), report.state, report.jobs)
    newer = superseded(report)
    return _("{outcome}, {reason}", outcome=outcome, reason=newer) if newer else outcome


def superseded(report: Report) -> str:
    """Return `superseded by build 9` of a build that was canceled for a newer one, else an empty text."""
    known = report.superseded_by and report.state is State.CANCELED
    return _("superseded by build {number}", number=report.superseded_by) if known else ""


def except_left_out(outcome: str, state: State, jobs: Iterable[JobSummary]) -> str:
    """Return the outcome; of a success, also that a step failed which settings leave out of the report."""
    left_out = state is State.SUCCESS and any(job.left_out_failed for job in jobs)
    return _("{outcome}, except for steps that settings leave out", outcome=outcome) if left_out else outcome


def passed(report: Report) -> str:
    """Return how many jobs passed beside those that did not: `290 others passed`; empty if there are none."""
    jobs = [job for job in report.jobs if not job.reporter or job.result is not State.SUCCESS]
    number = sum(job.result is State.SUCCESS for job in jobs)
    return others_passed(number) if 0 < number < len(jobs) else ""


def others_passed(number: int) -> str:
    """Return how many jobs passed beside those that are shown: `290 others passed`."""
    return ngettext("{number:,} other passed", "{number:,} others passed", number)


def without_verdict(report: Report) -> tuple[JobSummary, ...]:
    """Return the other jobs that neither passed nor failed: running, waiting, stopped or unknown."""
    verdicts = (State.SUCCESS, State.SKIPPED)
    return tuple(job for job in report.jobs if not (job.current or job.result.failed or job.result in verdicts))


def progress(job: JobSummary) -> str:
    """Return the progress of a job: `is still running (2 of 5 steps ended)`."""
    outcome = outcome_of(job.result)
    if not job.steps or job.result.ended:
        return outcome
    done = ngettext(
        "{ended:,} of {number:,} step ended", "{ended:,} of {number:,} steps ended", job.steps, ended=job.finished_steps
    )
    return _("{outcome} ({details})", outcome=outcome, details=done)


def log_remark(failure: Failure) -> str:
    """Return why the log is missing or incomplete; empty for a complete log and for a failure without a step."""
    if not failure.step:
        return ""
    if failure.excerpt is None:
        return _("No log available: {reason}.", reason=failure.log.reason or _("it is empty"))
    if failure.log.complete:
        return ""
    return _("The log is incomplete: {reason}.", reason=failure.log.reason or _("the server truncated it"))
