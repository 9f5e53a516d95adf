"""Takes a Report, gives the sections of the pull request's comment: one for each unit, each in several lengths."""

from collections.abc import Iterable
from dataclasses import replace

from plugin.model.build import State
from plugin.model.comment import BUILD, UNREAD, Section
from plugin.model.report import Failure, JobSummary, Report
from plugin.render import phrases
from plugin.render.grouping import group_key
from plugin.render.markdown_blocks import failure_section, join, title_line
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.state_words import OUTCOMES, SIGNS

_STATES = {
    State.SUCCESS: "green",
    State.RUNNING: "running",
    State.PENDING: "running",
    **{state: state.value for state in (State.UNKNOWN, State.CANCELED, State.DECLINED, State.BLOCKED, State.SKIPPED)},
}
"""The words for the state of a section without a failure, the first two as version 0.1 wrote them."""
_OF_BUILD = (State.UNKNOWN, State.CANCELED, State.DECLINED, State.BLOCKED, State.SKIPPED)
"""States of a build that its jobs may not show."""

LADDER = (60, 40, 20, 10, 5, 2, 0)
"""Lines of log for each failed step, from the richest text to the last that tells a step's story."""
_OPEN = 38
"""Lines of comment that a reader meets before opening a fold, as far as that can be."""
_OPEN_EACH = 30
"""Rows of log of them, for a single failure."""
_LONGEST_NAME = 200
_LEAST_ROWS = 3
"""Rows for each of many failures where nothing can be folded; else the fold has them."""
_AROUND = 6
"""Lines around each failure's log."""

_Story = tuple[str, str, tuple[str, ...]]
"""A section's state, headline and texts."""


def sections(report: Report, *, plain: bool) -> tuple[Section, ...]:
    """The build's own section if no job shows its state, then one for each unit. `plain`: without HTML."""
    failures = _by_job(report.failures)
    told: dict[tuple[object, ...], str] = {}
    jobs = tuple(_section(job, failures.get(job.number, []), report, told, plain=plain) for job in report.jobs)
    if 0 in failures or (report.state in _OF_BUILD and _STATES[report.state] not in {job.state for job in jobs}):
        return _of_build(report, failures.get(0, []), plain=plain), *jobs
    return jobs


def _of_build(report: Report, failures: list[Failure], *, plain: bool) -> Section:
    build = JobSummary(0, "build", report.state, False, 0, 0, report.url, report.state)  # noqa: FBT003 — not the own job
    section = _section(build, failures, report, {}, plain=plain)
    return replace(section, key=BUILD if report.jobs or (failures and not report.reason) else UNREAD)


def _by_job(failures: Iterable[Failure]) -> dict[int, list[Failure]]:
    grouped: dict[int, list[Failure]] = {}
    for failure in failures:
        grouped.setdefault(failure.job_number, []).append(failure)
    return grouped


def _section(
    job: JobSummary, failures: list[Failure], report: Report, told: dict[tuple[object, ...], str], *, plain: bool
) -> Section:
    """`told` has the units whose stories were told before this one, by what those say."""
    state, headline, texts = _red(failures, report, told, plain=plain) if failures else _calm(job, report)
    return Section(
        key=str(job.number),
        name=job.name[:_LONGEST_NAME],
        state=state,
        finished_steps=job.finished_steps,
        current=job.current,
        headline=headline,
        texts=texts,
        failed=tuple(phrases.place(failure)[:_LONGEST_NAME] for failure in failures),
    )


def _calm(job: JobSummary, report: Report) -> _Story:
    """What there is to say of a job, or of the build itself, that has no failure."""
    said = OUTCOMES[job.result] if job.current or not job.number else phrases.progress(job)
    unexplained = report.reason and job.result is State.UNKNOWN
    why = f": {escape_markdown(report.reason)}" if unexplained else ""
    text = f"{SIGNS[job.result]} **{escape_markdown(job.name)}** {said}{why}"
    state = "green" if job.result is State.SKIPPED and job.number else _STATES.get(job.result, "unknown")
    return state, said, (text,)


def _red(failures: list[Failure], report: Report, told: dict[tuple[object, ...], str], *, plain: bool) -> _Story:
    first, *others = failures
    more = f" (and {len(others)} more)" if others else ""
    same_as = told.setdefault(tuple(map(group_key, failures)), first.job)
    again = same_as != first.job
    rich = (_again(failures, same_as),) if again else _stories(failures, report, plain=plain)
    texts = dict.fromkeys((*rich, _titles(failures, report), _names(failures, report)))
    return "red", title_line((first,), report) + more, tuple(texts)


def _stories(failures: list[Failure], report: Report, *, plain: bool) -> Iterable[str]:
    """All that there is to tell, with ever fewer lines of the log."""
    share = _OPEN // len(report.failures)
    room = max(min(share, _LEAST_ROWS) if plain else 0, min(share - _AROUND, _OPEN_EACH))
    for lines in LADDER:
        yield join(
            *(
                failure_section((one,), report, heading="####", lines=lines, room=room, fold=not plain)
                for one in failures
            )
        )


def _again(failures: list[Failure], same_as: str) -> str:
    """The legs of a matrix often fail alike; then the first one's story is enough."""
    names = ", ".join(escape_markdown(phrases.place(one)) for one in failures)
    logs = " · ".join(f"{escape_markdown(phrases.place(one))} {link('log', one.url)}" for one in failures if one.url)
    return join(f"#### ❌ {names} in {inline_code(failures[0].job, 80)}, just as in {inline_code(same_as, 80)}", logs)


def _titles(failures: list[Failure], report: Report) -> str:
    return "\n".join(f"- ❌ {title_line((one,), report)}" for one in failures)


def _names(failures: list[Failure], report: Report) -> str:
    names = ", ".join(f"**{escape_markdown(phrases.place(one), 40)}**" for one in failures)
    return f"❌ {names} {inline_code(phrases.job_of(failures[0], report), 40)}".rstrip()
