"""Takes columns, gives a score for each row: a sum of small decision trees, walked for all rows at once.

A set of rows is a whole number with a bit a row. A tree's question splits it by two bit operations, and the scores are
summed column-wise as well: plane p holds bit p of every row's sum. A few hundred trees over two thousand rows take
milliseconds without any library for numbers.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from plugin.extract.built_in_data import FOLDER
from plugin.extract.features import Features

Tree: TypeAlias = "int | Sequence[Any]"
"""A leaf's points, or: place of the question, tree for no, tree for yes."""

_LEAF_BITS = 8


@dataclass(frozen=True, slots=True)
class Ranker:
    """What `python -m tools.quality.train` learnt."""

    features: tuple[str, ...]
    trees: tuple[Tree, ...]
    """Leaves are 0..255."""
    zero: int
    """The sum of points that stands for even odds."""
    scale: float
    """Points to the unit of log-odds."""

    def scores(self, features: Features) -> list[float]:
        """Log-odds for each row that the line explains the failure."""
        if not features.rows:
            return []
        everything = (1 << features.rows) - 1
        answers = [features[feature] for feature in self.features]
        sums: list[int] = []
        for tree in self.trees:
            planes = [0] * _LEAF_BITS
            _walk(tree, everything, answers, planes)
            _add(sums, planes)
        return [(points - self.zero) / self.scale for points in _rows(sums, features.rows)]

    def reasons(self, features: Features, row: int) -> list[tuple[str, float]]:
        """Questions, and by how much lower (in log-odds) the row's score would be with the other answer.

        First those that were answered with yes, then (`not ` before them) the denied; the weightiest first.
        """
        share: defaultdict[tuple[bool, str], float] = defaultdict(float)
        for tree in self.trees:
            asked = self._answers(tree, features, row)
            points = self._leaf(tree, features, row)
            for place, (yes, otherwise) in asked.items():
                share[not yes, self.features[place]] += points - self._leaf(otherwise, features, row)
        ordered = sorted(share.items(), key=lambda one: (one[0][0], -abs(one[1])))
        return [("not " * denied + name, points / self.scale) for (denied, name), points in ordered if points]

    def _answers(self, node: Tree, features: Features, row: int) -> dict[int, tuple[bool, Tree]]:
        """The questions that a tree asks of a row, each with its answer and where the other one would have led."""
        asked: dict[int, tuple[bool, Tree]] = {}
        while not isinstance(node, int):
            place, no, yes = node
            answer = bool(features[self.features[place]] >> row & 1)
            asked[place] = (answer, no if answer else yes)
            node = yes if answer else no
        return asked

    def _leaf(self, node: Tree, features: Features, row: int) -> int:
        while not isinstance(node, int):
            place, no, yes = node
            node = yes if features[self.features[place]] >> row & 1 else no
        return node


@cache
def built_in_ranker() -> Ranker:
    """The one that comes with the program."""
    return from_json((FOLDER / "ranker.json").read_bytes())


def from_json(text: str | bytes) -> Ranker:
    data = json.loads(text)
    return Ranker(tuple(data["features"]), tuple(data["trees"]), data["zero"], data["scale"])


def _walk(node: Tree, rows: int, answers: list[int], planes: list[int]) -> None:
    if not isinstance(node, int):
        place, otherwise, then = node
        yes = rows & answers[place]
        if yes:
            _walk(then, yes, answers, planes)
        no = rows ^ yes
        if no:
            _walk(otherwise, no, answers, planes)
        return
    plane = 0
    while node:
        if node & 1:
            planes[plane] |= rows
        node >>= 1
        plane += 1


def _add(sums: list[int], planes: list[int]) -> None:
    """`sums` += `planes`, for all rows: a ripple-carry adder."""
    carry = 0
    for place, plane in enumerate(planes):
        if place == len(sums):
            sums.append(0)
        half = sums[place] ^ plane
        carry, sums[place] = sums[place] & plane | half & carry, half ^ carry
    place = len(planes)
    while carry:
        if place == len(sums):
            sums.append(0)
        carry, sums[place] = sums[place] & carry, sums[place] ^ carry
        place += 1


def _rows(sums: list[int], rows: int) -> list[int]:
    """The planes turned into one sum a row."""
    width = f"0{rows}b"
    features = zip(*(format(plane, width) for plane in reversed(sums)), strict=True)
    return [int("".join(bits), 2) for bits in features][::-1]
