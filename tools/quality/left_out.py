"""Learn rankers that have never seen the logs on which they are then measured."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from plugin.extract.ranker import Ranker, from_json
from tools.quality.cases import Case
from tools.quality.train import learn, to_json

FOLDS = 5
SOURCES: Mapping[str, Callable[[Case], bool]] = {
    "whole jobs of GitHub Actions, learned without any": lambda case: case.ci == "github-actions",
    "own logs of steps, learned without any": lambda case: case.source == "own",
}
"""Kinds of logs that have nothing in common with the other logs."""


class Rankers:
    """Rankers that are learned on first use and kept in a folder."""

    def __init__(self, cases: Sequence[Case], folder: Path) -> None:
        self._cases = cases
        self._folder = folder
        self._known: dict[str, Ranker] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def by_project(self, case: Case) -> Ranker:
        """Return the ranker that was learned without a fifth of the projects, among them that of the case."""
        fold = _fold(case)
        return self._kept(f"fold-{fold}-of-{FOLDS}", lambda other: _fold(other) == fold)

    def without(self, source: str) -> Callable[[Case], Ranker]:
        """Return a function whose result is the ranker that was learned without one of SOURCES."""
        return lambda _: self._kept(source.replace(" ", "-"), SOURCES[source])

    def _kept(self, name: str, left_out: Callable[[Case], bool]) -> Ranker:
        if name not in self._known:
            place = self._folder / f"{name}.json"
            if not place.exists():
                place.write_text(to_json(learn([case for case in self._cases if not left_out(case)])), "utf-8")
            self._known[name] = from_json(place.read_bytes())
        return self._known[name]


def _fold(case: Case) -> int:
    return zlib.crc32(case.project.encode()) % FOLDS
