"""Takes a Report, gives the sections of the pull request's comment: one for each unit, each in several lengths."""

from collections.abc import Iterable
from dataclasses import dataclass

from plugin.ci.build import State
from plugin.render import words
from plugin.render.alike import likeness
from plugin.render.blocks import join, story, title_line
from plugin.render.neutral import code, link, neutral
from plugin.report import Failure, Report, UnitFacts

__all__ = ["Section", "neutral", "sections"]

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
    """The unit's number, `0` for the build itself; stable over builds."""
    name: str
    """As a person reads it; not neutral."""
    state: str
    """red, green, or running: no verdict yet, or none to come because the unit was canceled."""
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
    """The build's own section if it failed as a whole, then one for each unit. `plain`: without HTML."""
    failures = _by_unit(report.failures)
    build = UnitFacts(number=0, name="build", state=report.state, own=False, steps=0, settled=0, url=report.url)
    units = (build, *report.units) if 0 in failures else report.units
    told: dict[tuple[object, ...], str] = {}
    return tuple(_section(unit, failures.get(unit.number, []), report, told, plain=plain) for unit in units)


def _by_unit(failures: Iterable[Failure]) -> dict[int, list[Failure]]:
    grouped: dict[int, list[Failure]] = {}
    for failure in failures:
        grouped.setdefault(failure.unit_number, []).append(failure)
    return grouped


def _section(
    unit: UnitFacts, failures: list[Failure], report: Report, told: dict[tuple[object, ...], str], *, plain: bool
) -> Section:
    """`told` has the units whose stories were told before this one, by what those say."""
    state, headline, texts = _red(failures, report, told, plain=plain) if failures else _calm(unit)
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


def _calm(unit: UnitFacts) -> _Story:
    """The own unit is running as long as this program does, and good if all its other steps are."""
    done = unit.own and unit.alone
    green = done or unit.state in (State.SUCCESS, State.SKIPPED)
    said = words.OUTCOMES[State.SUCCESS] if done else words.progress(unit)
    sign = "✅" if green else "⏳"
    return "green" if green else "running", said, (f"{sign} **{neutral(unit.name)}** {said}",)


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
