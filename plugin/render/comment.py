"""Sections of the pull request comment for a Report: one for each job, with the details of its failures."""

from functools import partial

from plugin.frozen import replace
from plugin.model.build import State
from plugin.model.comment import BUILD, UNREAD, Entry, Section
from plugin.model.report import Failure, JobSummary, Report
from plugin.render import phrases
from plugin.render.grouping import FailureGroup, group_failures
from plugin.render.localize import localized
from plugin.render.log_links import log_link
from plugin.render.markdown_blocks import cause, details, linked_verdict, title_line
from plugin.text.escape import escape_markdown, link
from plugin.text.language import _
from plugin.text.shorten import LONGEST_TEXT
from plugin.text.state_words import OUTCOMES, SIGNS, outcome_of

_STATES = {
    State.SUCCESS: "green",
    State.RUNNING: "running",
    State.PENDING: "running",
    **{state: state.value for state in (State.UNKNOWN, State.CANCELED, State.DECLINED, State.BLOCKED, State.SKIPPED)},
}
"""State names of sections without a failure. "green" and "running" are those that version 0.1 wrote."""
_OF_BUILD = (State.UNKNOWN, State.CANCELED, State.DECLINED, State.BLOCKED, State.SKIPPED)
"""Build states that may be missing from the states of the jobs."""

LADDER = (60, 40, 20, 10, 5, 2, 0)
"""Log lines for each failed step, from the longest text to the shortest."""
_OPEN = ((1, 25), (4, 30), (20, 40))
"""For up to so many failures, the lines of the comment that are visible before the first fold."""
_ROWS = 30
"""Rows of a log before the fold in the details that are folded themselves."""
_LEAST_ROWS = 3
_MOST_OPEN = 4
"""Failures that have details on a forge without folds; if there are more, only the first one has."""
_MOST_FOLDED = 60
"""Failures that have details on a forge with folds; more would hardly fit."""
_TESTS = ((1, 5), (4, 3), (20, 0))
"""For up to so many failures, the tests that are listed for each."""
_LONGEST_CAUSE = ((1, LONGEST_TEXT), (20, 140))
"""For up to so many failures, the characters of a title in the list; the details have it whole."""
_LONGEST_NAME = 200


def sections(report: Report, *, plain: bool) -> tuple[Section, ...]:
    """Return a section for the build if no job shows its state, then one for each job. `plain` avoids HTML.

    A job that does nothing but run this program is left out, unless it is the only one.
    """
    report = localized(report)
    entries = _entries(report, plain=plain)
    jobs = tuple(
        _section(job, entries.get(job.number, []), report) for job in report.jobs if not _is_reporter(job, report)
    )
    build = entries.get(0, [])
    if build or (report.state in _OF_BUILD and _STATES[report.state] not in {job.state for job in jobs}):
        return _of_build(report, build), *jobs
    return jobs


def conclusion(report: Report) -> str:
    """Return what the heading says beside the result, in Markdown on one line; empty for nothing."""
    return linked_verdict(report) or phrases.superseded(report)


def _is_reporter(job: JobSummary, report: Report) -> bool:
    return job.reporter and job.result is State.SUCCESS and len(report.jobs) > 1


_FailureEntries = list[tuple[Failure, Entry]]


def _of_build(report: Report, entries: _FailureEntries) -> Section:
    build = JobSummary(0, _("build"), report.state, False, 0, 0, report.url, report.state)  # noqa: FBT003 — not the own job
    section = _section(build, entries, report)
    return replace(section, key=BUILD if report.jobs or (entries and not report.reason) else UNREAD)


def _section(job: JobSummary, entries: _FailureEntries, report: Report) -> Section:
    """Return the section of a job."""
    failures = [failure for failure, _ in entries]
    state, headline, text = _with_failures(failures, report) if failures else _without_failures(job, report)
    return Section(
        key=str(job.number),
        name=job.name[:_LONGEST_NAME],
        state=state,
        finished_steps=job.finished_steps,
        current=job.current,
        headline=headline,
        texts=(text,),
        failed=tuple(phrases.place(failure)[:_LONGEST_NAME] for failure in failures),
        keys=tuple(dict.fromkeys(failure.key for failure in failures if failure.key)),
        entries=tuple(entry for _, entry in entries),
    )


def _without_failures(job: JobSummary, report: Report) -> tuple[str, str, str]:
    """Return state, headline and text for a job, or for the build itself, without a failure."""
    words = outcome_of(job.result) if job.current or not job.number else phrases.progress(job)
    words = phrases.except_left_out(words, job.result, (job,))
    unexplained = report.reason and job.result is State.UNKNOWN
    why = _(": {reason}", reason=escape_markdown(report.reason)) if unexplained else ""
    text = f"{SIGNS[job.result]} **{escape_markdown(job.name)}** {words}{why}"
    # An outcome without details is a fact that copies compare, in English like all hidden data.
    headline = OUTCOMES[job.result] if words == outcome_of(job.result) else words
    state = "green" if job.result is State.SKIPPED and job.number else _STATES.get(job.result, "unknown")
    return state, headline, text


def _with_failures(failures: list[Failure], report: Report) -> tuple[str, str, str]:
    first, *others = failures
    more = _(" (and {number:,} more)", number=len(others)) if others else ""
    return "red", title_line((first,), report) + more, ""


def _entries(report: Report, *, plain: bool) -> dict[int, _FailureEntries]:
    """Return the failures by job number, each with its entry.

    A failure that several jobs share has its details in the entry of the first one.
    """
    groups = group_failures(report.failures)
    entries: dict[int, _FailureEntries] = {}
    for place, group in enumerate(groups):
        texts = _details(group, place, len(groups), report, plain=plain)
        for failure in group:
            entry = _entry(failure, report, texts if failure is group[0] else (), _limit(_LONGEST_CAUSE, len(groups)))
            entries.setdefault(failure.job_number, []).append((failure, entry))
    return entries


def _entry(failure: Failure, report: Report, texts: tuple[str, ...], longest: int) -> Entry:
    """Return the entry. A failure without a step has no log, so its line has a link to the job's page."""
    elsewhere = not failure.step and failure.url and failure.url != report.url
    page = f" · {link(_('page'), failure.url)}" if elsewhere else ""
    return Entry(
        rank=failure.rank,
        step=phrases.place(failure)[:_LONGEST_NAME],
        job=phrases.job_of(failure, report)[:_LONGEST_NAME],
        cause=cause(failure, report, longest) + page,
        url=log_link(failure, report) if failure.step else "",
        key=failure.key,
        texts=texts,
    )


def _details(group: FailureGroup, place: int, failures: int, report: Report, *, plain: bool) -> tuple[str, ...]:
    """Return the details with fewer and fewer log lines."""
    if place and ((plain and failures > _MOST_OPEN) or place >= _MOST_FOLDED):
        return ()
    tests = _limit(_TESTS, failures)
    longest = _limit(_LONGEST_CAUSE, failures)
    detailed = partial(details, group[0], report, tests=tests, longest=longest)
    without_log = detailed(lines=0)
    room = _room(without_log, failures) if not place else _LEAST_ROWS if plain else _ROWS
    texts = (detailed(lines=lines, room=room, fold=not plain) for lines in LADDER)
    return tuple(filter(None, dict.fromkeys(texts)))


def _room(details_without_log: str, failures: int) -> int:
    """Return the number of rows of the first failure's log that are visible before the first fold."""
    listed = min(failures, _OPEN[-1][0]) + (failures > _OPEN[-1][0])
    around = 3 + listed + (2 if failures > 1 else 0) + _lines(details_without_log) + 4
    return max(_LEAST_ROWS, _limit(_OPEN, failures) - around)


def _limit(steps: tuple[tuple[int, int], ...], failures: int) -> int:
    return next((limit for most, limit in steps if failures <= most), steps[-1][1])


def _lines(text: str) -> int:
    return text.count("\n") + 2 if text else 0
