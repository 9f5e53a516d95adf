"""Ranker: scores of rows as a sum of small decision trees, evaluated for all rows at once.

A set of rows is an integer with a bit for each row. A node splits it with two bit operations, and scores are summed in
bit planes: plane p has bit p of every row's sum. A few hundred trees over two thousand rows take milliseconds without a
numeric library.
"""

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

from plugin import compiled_data
from plugin.extract.documents import FOLDER
from plugin.extract.features import Features
from plugin.frozen import frozen

Tree: TypeAlias = "int | Sequence[Any]"
"""The points of a leaf, or: index of the feature, tree for no, tree for yes."""

_LEAF_BITS = 8


@frozen
class Ranker:
    """Trees that `python -m tools.quality.train` learned."""

    features: tuple[str, ...]
    trees: tuple[Tree, ...]
    """Leaves are 0..255."""
    zero: int
    """Sum of points at even odds."""
    scale: float
    """Points for one unit of log-odds."""

    def scores(self, features: Features) -> list[float]:
        """Return for each row the log-odds that the line explains the failure."""
        if not features.rows:
            return []
        everything = (1 << features.rows) - 1
        columns = [features[feature] for feature in self.features]
        sums: list[int] = []
        for tree in self.trees:
            planes = [0] * _LEAF_BITS
            _walk(tree, everything, columns, planes)
            _add(sums, planes)
        return [(points - self.zero) / self.scale for points in _rows(sums, features.rows)]

    def reasons(self, features: Features, row: int) -> list[tuple[str, float]]:
        """Return features, and how much lower (in log-odds) the row's score would be with the opposite value.

        Features that the row has come first, then those that it lacks, with the prefix `not `. Within both, the largest
        difference comes first.
        """
        share: defaultdict[tuple[bool, str], float] = defaultdict(float)
        for tree in self.trees:
            values = self._values(tree, features, row)
            points = self._leaf(tree, features, row)
            for place, (yes, otherwise) in values.items():
                share[not yes, self.features[place]] += points - self._leaf(otherwise, features, row)
        ordered = sorted(share.items(), key=lambda one: (one[0][0], -abs(one[1])))
        return [("not " * denied + name, points / self.scale) for (denied, name), points in ordered if points]

    def _values(self, node: Tree, features: Features, row: int) -> dict[int, tuple[bool, Tree]]:
        """Return the features on a row's path, each with its value and the subtree of the opposite value."""
        values: dict[int, tuple[bool, Tree]] = {}
        while not isinstance(node, int):
            place, no, yes = node
            value = bool(features[self.features[place]] >> row & 1)
            values[place] = (value, no if value else yes)
            node = yes if value else no
        return values

    def _leaf(self, node: Tree, features: Features, row: int) -> int:
        while not isinstance(node, int):
            place, no, yes = node
            node = yes if features[self.features[place]] >> row & 1 else no
        return node


@cache
def built_in_ranker() -> Ranker:
    """Return the ranker that is shipped."""
    return from_json(compiled_data.read(os.path.join(FOLDER, "ranker.json")))


def from_json(text: str | bytes) -> Ranker:
    """Return the ranker that `tools.quality.train` wrote."""
    data = json.loads(text)
    return Ranker(tuple(data["features"]), tuple(data["trees"]), data["zero"], data["scale"])


def _walk(node: Tree, rows: int, columns: list[int], planes: list[int]) -> None:
    if not isinstance(node, int):
        place, otherwise, then = node
        yes = rows & columns[place]
        if yes:
            _walk(then, yes, columns, planes)
        no = rows ^ yes
        if no:
            _walk(otherwise, no, columns, planes)
        return
    plane = 0
    while node:
        if node & 1:
            planes[plane] |= rows
        node >>= 1
        plane += 1


def _add(sums: list[int], planes: list[int]) -> None:
    """Add `planes` to `sums` in place, for all rows: a ripple-carry adder."""
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
    """Return the sum of each row from the planes."""
    width = f"0{rows}b"
    columns = zip(*(format(plane, width) for plane in reversed(sums)), strict=True)
    return [int("".join(bits), 2) for bits in columns][::-1]
