"""Learn rankers that have never seen the logs on which they are then measured."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from plugin.extract.ranker import Ranker, from_json
from tools.quality.cases import Case
from tools.quality.train import as_json, learn

FOLDS = 5
SOURCES: Mapping[str, Callable[[Case], bool]] = {
    "whole jobs of GitHub Actions, learnt without any": lambda case: case.ci == "github-actions",
    "own logs of steps, learnt without any": lambda case: case.source == "own",
}
"""Kinds of logs that the other logs know nothing of."""


class Rankers:
    """Learns a ranker when it is asked for, and keeps it in a folder."""

    def __init__(self, cases: Sequence[Case], folder: Path) -> None:
        self._cases = cases
        self._folder = folder
        self._known: dict[str, Ranker] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def by_project(self, case: Case) -> Ranker:
        """The ranker that was learnt without a fifth of the projects, the case's among them."""
        fold = _fold(case)
        return self._kept(f"fold-{fold}-of-{FOLDS}", lambda other: _fold(other) == fold)

    def without(self, source: str) -> Callable[[Case], Ranker]:
        """The ranker that was learnt without one of SOURCES."""
        return lambda _: self._kept(source.replace(" ", "-"), SOURCES[source])

    def _kept(self, name: str, left_out: Callable[[Case], bool]) -> Ranker:
        if name not in self._known:
            place = self._folder / f"{name}.json"
            if not place.exists():
                place.write_text(as_json(learn([case for case in self._cases if not left_out(case)])), "utf-8")
            self._known[name] = from_json(place.read_bytes())
        return self._known[name]


def _fold(case: Case) -> int:
    return zlib.crc32(case.project.encode()) % FOLDS
