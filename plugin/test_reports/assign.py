"""Read the test reports of the own job, and assign each to the step that wrote it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from plugin.model.build import Build, Job, Step, failure_counts
from plugin.model.message import Message, either
from plugin.model.tests import FAILED, ReportedTest, StepTests
from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.find import Finder
from plugin.test_reports.formats import read

_MOST_TESTS = 500_000
_MOST_LISTED = 20_000
"""Failed and flaky tests of a step that are kept, each."""
_NAMED = 3
"""Files that a note names."""


@dataclass(slots=True)
class _Tests:
    reports: list[str] = field(default_factory=list)
    total: int = 0
    failed: list[ReportedTest] = field(default_factory=list)
    flaky: list[ReportedTest] = field(default_factory=list)

    def add(self, path: str, tests: Iterable[ReportedTest]) -> None:
        """Add the tests of a report; nothing of it counts where it turns out to be unusable."""
        total = 0
        failed: list[ReportedTest] = []
        flaky: list[ReportedTest] = []
        for test in islice(tests, _MOST_TESTS):
            total += 1
            kept = failed if test.outcome in FAILED else flaky if test.outcome == "flaky" else None
            if kept is not None and len(kept) < _MOST_LISTED:
                kept.append(test)
        self.reports.append(path)
        self.total += total
        self.failed = [*self.failed, *failed][:_MOST_LISTED]
        self.flaky = [*self.flaky, *flaky][:_MOST_LISTED]

    def result(self) -> StepTests:
        return StepTests(tuple(self.reports), self.total, tuple(self.failed), tuple(self.flaky))


def tests_of(
    build: Build, workspace: str, patterns: Iterable[str]
) -> tuple[Mapping[tuple[int, int], StepTests], tuple[str, ...]]:
    """Return the tests by job number and step number of the failed steps of the own job, and notes for the reader.

    Only the own job is known to share this workspace. A report belongs to the step that was running when it was
    written; where several were, it belongs to none. `patterns` are globs, see `find`.
    """
    job = next((job for job in build.jobs if job.current), None)
    if job is None or not any(map(failure_counts, job.steps)):
        return {}, ()
    finder = Finder(workspace, patterns)
    began = _start(job)
    stale: list[str] = []
    notes: list[str] = []
    tests: defaultdict[tuple[int, int], _Tests] = defaultdict(_Tests)
    for report in finder.reports(began):
        if report.written < began:
            stale.append(report.path)
            continue
        step, several = _writer(job, report.written)
        if several:
            notes.append(
                Message(
                    "test report {path} may be of step {several}; it was left out", path=report.path, several=several
                )
            )
        if step is None:
            continue
        try:
            if report.reason:
                raise UnusableReportError(report.reason)
            tests[job.number, step.number].add(report.path, read(report.content))
        except UnusableReportError as error:
            notes.append(Message("test report {path} was not read: {error}", path=report.path, error=error))
    notes += _about(stale)
    return {key: found.result() for key, found in tests.items() if found.reports}, (*finder.notes, *notes)


def _start(job: Job) -> float:
    """Return when the job started, as far as the server says; 0 if it does not."""
    return min((time for time in (job.started, *(step.started for step in job.steps)) if time), default=0)


def _writer(job: Job, written: float) -> tuple[Step | None, str]:
    """Return the failed step that was running when a file was written; the names of several, where it was not alone.

    Servers round times down to a second. A step without times may have run at any time.
    """
    running = [step for step in job.steps if not step.current and _ran_at(step, written)]
    failed = [step for step in running if failure_counts(step)]
    if failed and len(running) > 1:
        return None, either(step.name for step in running)
    return (failed[0] if failed else None), ""


def _ran_at(step: Step, moment: float) -> bool:
    if not step.started:
        return failure_counts(step)
    return step.started <= moment and (not step.finished or moment < step.finished + 1)


def _about(stale: list[str]) -> list[str]:
    if not stale:
        return []
    more = Message(" and {number:,} more", number=len(stale) - _NAMED) if len(stale) > _NAMED else ""
    return [
        Message(
            "test reports older than this job were left out: {names}{more}", names=", ".join(stale[:_NAMED]), more=more
        )
    ]
