"""Takes a Report, gives the sections of the pull request's comment: one for each unit, each in several lengths."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from plugin.ci.build import State
from plugin.render import words
from plugin.render.alike import likeness
from plugin.render.blocks import join, story, title_line
from plugin.render.neutral import code, link, neutral
from plugin.report import Failure, Report, UnitFacts

__all__ = ["Section", "neutral", "sections"]

BUILD = "0"
UNREAD = "?"
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


@dataclass(frozen=True, slots=True)
class Section:
    """What one unit has to say in the comment."""

    key: str
    """The unit's number, stable over builds; BUILD for the build itself, UNREAD for one of which no job is known."""
    name: str
    """As a person reads it; not neutral."""
    state: str
    """red, green, running, unknown, canceled, declined, blocked or skipped."""
    settled: int
    """How many of the unit's steps had ended; of two views of a build the more settled is the truer."""
    own: bool
    """This very program runs in it."""
    headline: str
    """One line of neutral Markdown for the comment's head: the failed step and its title."""
    texts: tuple[str, ...]
    """Markdown from richest to barest; each stands alone, closes what it opens and names every failed step.

    Of a red section the last has the steps' names only, the last but one their titles.
    """
    failed: tuple[str, ...] = ()
    """Names of the failed steps as the pipeline has them, not neutral."""


def sections(report: Report, *, plain: bool) -> tuple[Section, ...]:
    """The build's own section if no job shows its state, then one for each unit. `plain`: without HTML."""
    failures = _by_unit(report.failures)
    told: dict[tuple[object, ...], str] = {}
    jobs = tuple(_section(unit, failures.get(unit.number, []), report, told, plain=plain) for unit in report.units)
    if 0 in failures or (report.state in _OF_BUILD and _STATES[report.state] not in {job.state for job in jobs}):
        return _of_build(report, failures.get(0, []), plain=plain), *jobs
    return jobs


def _of_build(report: Report, failures: list[Failure], *, plain: bool) -> Section:
    build = UnitFacts(0, "build", report.state, False, 0, 0, report.url, report.state)  # noqa: FBT003 — not the own job
    section = _section(build, failures, report, {}, plain=plain)
    return replace(section, key=BUILD if report.units or (failures and not report.reason) else UNREAD)


def _by_unit(failures: Iterable[Failure]) -> dict[int, list[Failure]]:
    grouped: dict[int, list[Failure]] = {}
    for failure in failures:
        grouped.setdefault(failure.unit_number, []).append(failure)
    return grouped


def _section(
    unit: UnitFacts, failures: list[Failure], report: Report, told: dict[tuple[object, ...], str], *, plain: bool
) -> Section:
    """`told` has the units whose stories were told before this one, by what those say."""
    state, headline, texts = _red(failures, report, told, plain=plain) if failures else _calm(unit, report)
    return Section(
        key=str(unit.number),
        name=unit.name[:_LONGEST_NAME],
        state=state,
        settled=unit.settled,
        own=unit.own,
        headline=headline,
        texts=texts,
        failed=tuple(words.place(failure)[:_LONGEST_NAME] for failure in failures),
    )


def _calm(unit: UnitFacts, report: Report) -> _Story:
    """What there is to say of a job, or of the build itself, that has no failure."""
    said = words.OUTCOMES[unit.result] if unit.own or not unit.number else words.progress(unit)
    unexplained = report.reason and unit.result is State.UNKNOWN
    why = f": {neutral(report.reason)}" if unexplained else ""
    text = f"{words.SIGNS[unit.result]} **{neutral(unit.name)}** {said}{why}"
    state = "green" if unit.result is State.SKIPPED and unit.number else _STATES.get(unit.result, "unknown")
    return state, said, (text,)


def _red(failures: list[Failure], report: Report, told: dict[tuple[object, ...], str], *, plain: bool) -> _Story:
    first, *others = failures
    more = f" (and {len(others)} more)" if others else ""
    same_as = told.setdefault(tuple(map(likeness, failures)), first.unit)
    again = same_as != first.unit
    rich = (_again(failures, same_as),) if again else _stories(failures, report, plain=plain)
    texts = dict.fromkeys((*rich, _titles(failures, report), _names(failures, report)))
    return "red", title_line((first,), report) + more, tuple(texts)


def _stories(failures: list[Failure], report: Report, *, plain: bool) -> Iterable[str]:
    """All that there is to tell, with ever fewer lines of the log."""
    share = _OPEN // len(report.failures)
    room = max(min(share, _LEAST_ROWS) if plain else 0, min(share - _AROUND, _OPEN_EACH))
    for lines in LADDER:
        yield join(*(story((one,), report, heading="####", lines=lines, room=room, fold=not plain) for one in failures))


def _again(failures: list[Failure], same_as: str) -> str:
    """The legs of a matrix often fail alike; then the first one's story is enough."""
    names = ", ".join(neutral(words.place(one)) for one in failures)
    logs = " · ".join(f"{neutral(words.place(one))} {link('log', one.url)}" for one in failures if one.url)
    return join(f"#### ❌ {names} in {code(failures[0].unit, 80)}, just as in {code(same_as, 80)}", logs)


def _titles(failures: list[Failure], report: Report) -> str:
    return "\n".join(f"- ❌ {title_line((one,), report)}" for one in failures)


def _names(failures: list[Failure], report: Report) -> str:
    names = ", ".join(f"**{neutral(words.place(one), 40)}**" for one in failures)
    return f"❌ {names} {code(words.unit_of(failures[0], report), 40)}".rstrip()
