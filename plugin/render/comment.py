"""Sections of the pull request comment for a Report: one for each job, each in several lengths."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from plugin.model.build import State
from plugin.model.comment import BUILD, UNREAD, Section
from plugin.model.report import Failure, JobSummary, Report
from plugin.render import phrases
from plugin.render.grouping import group_failures
from plugin.render.markdown_blocks import failure_section, join, title_line
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.state_words import OUTCOMES, SIGNS

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
"""Log lines for each failed step, from the longest text to the shortest that still has details."""
_OPEN = 38
"""Comment lines visible before a fold is opened, where possible."""
_OPEN_EACH = 30
"""Log rows among them for a single failure."""
_LONGEST_NAME = 200
_LEAST_ROWS = 3
"""Rows for each of many failures on forges without folds."""
_AROUND = 6
"""Comment lines around the log of each failure."""

_SectionContent = tuple[str, str, tuple[str, ...]]
"""State, headline and texts of a section."""


def sections(report: Report, *, plain: bool) -> tuple[Section, ...]:
    """Return a section for the build if no job shows its state, then one for each job. `plain` avoids HTML."""
    failures = _by_job(report.failures)
    jobs = tuple(_section(job, failures.get(job.number, []), report, plain=plain) for job in report.jobs)
    if 0 in failures or (report.state in _OF_BUILD and _STATES[report.state] not in {job.state for job in jobs}):
        return _of_build(report, failures.get(0, []), plain=plain), *jobs
    return jobs


def _of_build(report: Report, failures: list[Failure], *, plain: bool) -> Section:
    build = JobSummary(0, "build", report.state, False, 0, 0, report.url, report.state)  # noqa: FBT003 — not the own job
    section = _section(build, failures, report, plain=plain)
    return replace(section, key=BUILD if report.jobs or (failures and not report.reason) else UNREAD)


def _by_job(failures: Iterable[Failure]) -> dict[int, list[Failure]]:
    grouped: dict[int, list[Failure]] = {}
    for failure in failures:
        grouped.setdefault(failure.job_number, []).append(failure)
    return grouped


def _section(job: JobSummary, failures: list[Failure], report: Report, *, plain: bool) -> Section:
    """Return the section of a job."""
    state, headline, texts = (
        _with_failures(failures, report, plain=plain) if failures else _without_failures(job, report)
    )
    return Section(
        key=str(job.number),
        name=job.name[:_LONGEST_NAME],
        state=state,
        finished_steps=job.finished_steps,
        current=job.current,
        headline=headline,
        texts=texts,
        failed=tuple(phrases.place(failure)[:_LONGEST_NAME] for failure in failures),
        keys=tuple(dict.fromkeys(failure.key for failure in failures if failure.key)),
    )


def _without_failures(job: JobSummary, report: Report) -> _SectionContent:
    """Return the content for a job, or for the build itself, without a failure."""
    headline = OUTCOMES[job.result] if job.current or not job.number else phrases.progress(job)
    headline = phrases.except_left_out(headline, job.result, (job,))
    unexplained = report.reason and job.result is State.UNKNOWN
    why = f": {escape_markdown(report.reason)}" if unexplained else ""
    text = f"{SIGNS[job.result]} **{escape_markdown(job.name)}** {headline}{why}"
    state = "green" if job.result is State.SKIPPED and job.number else _STATES.get(job.result, "unknown")
    return state, headline, (text,)


def _with_failures(failures: list[Failure], report: Report, *, plain: bool) -> _SectionContent:
    first, *others = failures
    more = f" (and {len(others)} more)" if others else ""
    texts = dict.fromkeys(
        (*_details(failures, report, plain=plain), _titles(failures, report), _names(failures, report))
    )
    return "red", title_line((first,), report) + more, tuple(texts)


def _details(failures: list[Failure], report: Report, *, plain: bool) -> Iterable[str]:
    """Yield the full text of the failures with fewer and fewer log lines.

    A failure that several jobs share is an entry in the section of the first one; the others refer to it, because
    another copy of this step may replace a section alone.
    """
    group_of = {id(member): group for group in group_failures(report.failures) for member in group}
    described = [group_of[id(failure)] for failure in failures if group_of[id(failure)][0] is failure]
    firsts = [(failure, group_of[id(failure)][0]) for failure in failures]
    elsewhere = [(failure, first) for failure, first in firsts if first.job_number != failure.job_number]
    share = _OPEN // len(report.failures)
    room = max(min(share, _LEAST_ROWS) if plain else 0, min(share - _AROUND, _OPEN_EACH))
    for lines in LADDER:
        yield join(
            *(
                failure_section(group, report, heading="####", lines=lines, room=room, fold=not plain)
                for group in described
            ),
            *_references(elsewhere),
        )


def _references(failures: Iterable[tuple[Failure, Failure]]) -> Iterator[str]:
    """Yield, for each job that has the same failures, a heading that refers to it and links to the own logs."""
    by_job: dict[str, list[Failure]] = {}
    for failure, first in failures:
        by_job.setdefault(first.job, []).append(failure)
    for same_as, members in by_job.items():
        names = ", ".join(escape_markdown(phrases.place(member)) for member in members)
        logs = (f"{escape_markdown(phrases.place(one))} {link('log', one.url)}" for one in members if one.url)
        where = inline_code(members[0].job, 80)
        yield join(f"#### ❌ {names} in {where}, same as in {inline_code(same_as, 80)}", " · ".join(logs))


def _titles(failures: list[Failure], report: Report) -> str:
    return "\n".join(f"- ❌ {title_line((failure,), report)}" for failure in failures)


def _names(failures: list[Failure], report: Report) -> str:
    names = ", ".join(f"**{escape_markdown(phrases.place(failure), 40)}**" for failure in failures)
    return f"❌ {names} {inline_code(phrases.job_of(failures[0], report), 40)}".rstrip()
