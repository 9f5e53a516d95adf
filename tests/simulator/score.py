"""Judge the verdicts of histories: a confusion matrix, and the rates that have a bar."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.simulator.play import HISTORY, History, Outcome
from tests.simulator.world import Origin

NOT_MINE = frozenset({"flaky", "elsewhere", "widespread"})
"""Kinds that say that this change is not the reason."""
NOT_MINE_CAUSES = frozenset({"target_branch", "infrastructure", "known", "flaky"})
LEAST_TARGET, LEAST_FLAKY = 0.95, 0.90
OBSERVATIONS = 3
"""Observations after which a flaky failure has to be recognized."""


@dataclass(frozen=True)
class Score:
    """The figures of some histories."""

    wrong: Sequence[Outcome]
    """Failures of the change itself that were called known, flaky or not mine."""
    own: int
    target: tuple[int, int]
    """How many failures of the main branch were recognized, of how many that an ideal reader can recognize."""
    target_all: tuple[int, int]
    """The same, of all that the newest build of the main branch has, too."""
    flaky: tuple[int, int]
    """How many flaky failures were recognized, of how many that had been observed often enough in the builds that the
    plugin may read."""
    flaky_listed: tuple[int, int]
    """The same for observations in all builds that the server lists."""
    most_requests: int
    matrix: Counter[tuple[str, str]]
    builds: int
    red: int


def score(histories: Iterable[History]) -> Score:
    """Return the figures of all histories together."""
    histories = list(histories)
    outcomes = [one for history in histories for one in history.outcomes]
    own = [one for one in outcomes if one.truth.own]
    on_target = [one for one in outcomes if one.on_target]
    target = [one for one in on_target if one.decidable]
    flaky = [one for one in outcomes if len(one.observed) >= OBSERVATIONS]
    lately = [one for one in flaky if one.observed_lately >= OBSERVATIONS]
    return Score(
        wrong=[one for one in own if is_wrong(one)],
        own=len(own),
        target=(sum(one.verdict.kind == "elsewhere" for one in target), len(target)),
        target_all=(sum(one.verdict.kind == "elsewhere" for one in on_target), len(on_target)),
        flaky=(sum(map(_is_recognized_as_flaky, lately)), len(lately)),
        flaky_listed=(sum(map(_is_recognized_as_flaky, flaky)), len(flaky)),
        most_requests=max((history.most_requests for history in histories), default=0),
        matrix=Counter((row(one), one.verdict.kind) for one in outcomes),
        builds=sum(history.builds for history in histories),
        red=sum(history.red for history in histories),
    )


def is_wrong(one: Outcome) -> bool:
    """Return whether a failure of the change itself was called known, flaky or not mine."""
    if one.verdict.kind in NOT_MINE or one.verdict.cause in NOT_MINE_CAUSES:
        return True
    return one.truth.first and one.verdict.kind == "known"


def _is_recognized_as_flaky(one: Outcome) -> bool:
    """Return whether it is called flaky, or seen in other pull requests and so not of this change."""
    return one.verdict.kind in ("flaky", "widespread")


def row(one: Outcome) -> str:
    """Return the row of the matrix: what is true of the failure."""
    if one.truth.own:
        others = " and another" if len(one.truth.faults) > 1 else ""
        return f"{'new' if one.truth.first else 'own, as before'}{others}"
    origins = sorted({fault.origin for fault in one.truth.faults})
    if origins == [Origin.FLAKY]:
        often = "lately" if one.observed_lately >= OBSERVATIONS else "in the list"
        return f"flaky, seen often {often}" if len(one.observed) >= OBSERVATIONS else "flaky, seen less often"
    if origins == [Origin.TARGET]:
        return "main branch, as it is now" if one.on_target else "main branch, not in its newest build"
    return " and ".join(origins)


def table(found: Score) -> list[str]:
    """Return the confusion matrix and the rates as Markdown."""
    kinds = sorted({kind for _, kind in found.matrix})
    rows = sorted({name for name, _ in found.matrix})
    flaky = f"{_rate(found.flaky)} (bar: {LEAST_FLAKY:.0%})"
    return [
        f"| {found.builds} builds, {found.red} failed | {' | '.join(kinds)} |",
        f"|---|{'---|' * len(kinds)}",
        *(f"| {name} | {' | '.join(str(found.matrix[name, kind] or '') for kind in kinds)} |" for name in rows),
        "",
        f"Failures of the change called known, flaky or not mine: {len(found.wrong)} of {found.own} (bar: 0)",
        f"Failures of the main branch recognized: {_rate(found.target)} (bar: {LEAST_TARGET:.0%})",
        f"The same, with those that began before the first builds that can be compared: {_rate(found.target_all)}",
        f"Flaky failures recognized after {OBSERVATIONS} observations in {HISTORY} builds: {flaky}",
        f"Flaky failures recognized after {OBSERVATIONS} observations in listed builds: {_rate(found.flaky_listed)}",
        f"Requests about other builds in one run, at most: {found.most_requests} (bar: 12)",
    ]


def _rate(parts: tuple[int, int]) -> str:
    found, all_of_them = parts
    return f"{found} of {all_of_them}, {found / all_of_them:.1%}" if all_of_them else "none to recognize"
