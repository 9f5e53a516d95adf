"""`python -m tools.quality.train`: learn plugin/extract/ranker.json from labeled logs, held-out ones excepted.

The ranker is LambdaMART (LightGBM): a log is a query, and its lines are ordered by what they say of the cause. Each log
is used twice, the second time without the patterns of tools: the catalogue was written with these logs in view, so that
a ranker that always sees its patterns relies on them, and ranks the log of an unknown tool badly.
"""

import json
import random
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import Catalogue
from plugin.extract.features import FAR, OFTEN, SHAPES, Features, expressions
from plugin.extract.pattern_files import built_in
from plugin.extract.ranker import Ranker, Tree
from tools.quality.cases import CORPUS, ROOT, Case, training_cases
from tools.quality.pattern_matches import OF_NO_TOOL

RANKER = ROOT / "plugin" / "extract" / "ranker.json"

NEIGHBORHOODS = ("", "^1", "^2", "^4", "^8", "_1", "_2", "_4", "_8", "~", "/")
OF_A_SECTION = ("cause", "symptom", "exit-mark", "exit-code", "error-leads", "fail-capital", "some-failed", "stopped")
NEIGHBOR_FEATURES = (
    "cause",
    "symptom",
    "error-leads",
    "error-class-leads",
    "fail-capital",
    "block-heading",
    "some-failed",
)

USED_FEATURES = 500
"""Number of features that the trees may use: those with the largest gain in a few quick trees that may use all."""
TREES = 120
QUICK_TREES = 60
QUICK_SHARE = 3
"""The quick trees see every third log only."""
PARAMETERS = {
    "objective": "lambdarank",
    "label_gain": [0, 1, 4],
    "lambdarank_truncation_level": 10,
    "learning_rate": 0.15,
    "num_leaves": 24,
    "min_data_in_leaf": 30,
    "min_sum_hessian_in_leaf": 1e-3,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 3,
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "seed": 7,
    "verbose": -1,
}
LOG_ODDS = 0.72
"""Scores of LambdaMART to log-odds that a line states the cause: the slope of a logistic regression on scores of logs
that were left out (Platt scaling)."""

_CAUSE, _LABELED, _OTHER = 2, 1, 0
"""Relevance of a line that states the cause, of another line of the label, and of any other line."""
_TRUE_ROWS, _NEAR_ROWS, _HARD_ROWS, _OTHER_ROWS = 120, 80, 60, 100  # of one log
_NEAR = 12
_WEIGHT_WITHOUT_TOOLS = 0.7
_LEAF = 255

_Node = float | tuple[int, Any, Any]


@dataclass(frozen=True)
class Sample:
    """Some rows of one log: their features, and how relevant each row is."""

    values: npt.NDArray[np.uint8]
    relevance: npt.NDArray[np.int8]
    weight: float


def all_features() -> list[str]:
    """All that may be names of a line."""
    names = [*expressions(), *SHAPES, "cause", "symptom"]
    return [
        *(name + where for name in names for where in NEIGHBORHOODS),
        *(f"{name}@" for name in OF_A_SECTION),
        *(f"{place}<{lines}" for place in ("end", "mark", "command") for lines in FAR),
        *(
            f"{which}.{name}<{lines}"
            for which in ("first", "last")
            for name in NEIGHBOR_FEATURES
            for lines in (1, 4, 16, 64)
        ),
        *(f"seen>{times}" for times in OFTEN),
        "mark",
        "block",
    ]


def _samples(cases: Sequence[Case], names: Sequence[str], hard: Ranker | None = None) -> list[Sample]:
    return [one for case in cases for one in _samples_of(case, names, hard)]


def _samples_of(case: Case, names: Sequence[str], hard: Ranker | None) -> Iterator[Sample]:
    """Yield the rows to learn from, with and without the patterns of tools; `hard` scores what is easily mistaken."""
    candidates = choose_candidates(case.log)
    features = Features(candidates, built_in())
    relevance = _relevance(case, candidates.numbers, candidates.lines)
    right = [row for row, value in relevance.items() if value]
    wrong = [row for row, value in relevance.items() if not value]
    if not wrong or _CAUSE not in relevance.values():
        return
    chance = random.Random(zlib.crc32(case.id.encode()))
    scores = hard.scores(features) if hard else [0.0] * features.rows
    rows = np.array(sorted({*_true_rows(relevance, right, chance), *_wrong_rows(wrong, right, scores, chance)}))
    labels = np.array([relevance[int(row)] for row in rows], dtype=np.int8)
    for known, weight in ((features, 1.0), (Features(candidates, _without_tools()), _WEIGHT_WITHOUT_TOOLS)):
        values = np.stack([_values(known, feature)[rows] for feature in names], axis=1)
        yield Sample(values, labels, weight)


@cache
def _without_tools() -> Catalogue:
    """Return the patterns that are not of one tool."""
    catalogue = built_in()
    return Catalogue(tuple(one for one in catalogue.patterns if one.place in OF_NO_TOOL), catalogue.noise)


def _relevance(case: Case, numbers: Sequence[int], lines: Sequence[bytes]) -> dict[int, int]:
    """Return the relevance of each row that can be judged."""
    right = case.right | case.same
    return {
        row: _CAUSE if number in case.cause else _LABELED if number in right else _OTHER
        for row, number in enumerate(numbers)
        if lines[row].strip() and (number in right or number not in case.unjudged)
    }


def _true_rows(relevance: dict[int, int], right: Sequence[int], chance: random.Random) -> list[int]:
    """Return at most _TRUE_ROWS labeled rows, those that state the cause before others."""
    shuffled = chance.sample(right, len(right))
    return sorted(shuffled, key=lambda row: -relevance[row])[:_TRUE_ROWS]


def _wrong_rows(
    wrong: Sequence[int], right: Sequence[int], scores: Sequence[float], chance: random.Random
) -> Collection[int]:
    """Return rows near the label, rows that look like a cause, and any others."""
    near = [row for row in wrong if min(right) - _NEAR <= row <= max(right) + _NEAR]
    chosen = set(chance.sample(near, min(len(near), _NEAR_ROWS)))
    far = [row for row in wrong if row not in chosen]
    chosen.update(sorted(far, key=lambda row: -scores[row])[:_HARD_ROWS])
    rest = [row for row in far if row not in chosen]
    return chosen.union(chance.sample(rest, min(len(rest), _OTHER_ROWS)))


def _values(columns: Features, feature: str) -> npt.NDArray[np.uint8]:
    packed = np.frombuffer(columns[feature].to_bytes((columns.rows + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, bitorder="little")


def learn(cases: Sequence[Case]) -> Ranker:
    """Return the trees, after a choice of the features that they may use."""
    everything = all_features()
    quick = _boosted(_samples(cases[::QUICK_SHARE], everything), PARAMETERS, QUICK_TREES)
    gain = quick.feature_importance("gain")
    chosen = [everything[place] for place in sorted(np.argsort(-gain, kind="stable")[:USED_FEATURES])]
    samples = _samples(cases, chosen, hard=_as_ranker(quick, everything))
    return _as_ranker(_boosted(samples, PARAMETERS, TREES), chosen)


def _boosted(samples: Sequence[Sample], parameters: dict[str, Any], trees: int) -> lightgbm.Booster:
    data = lightgbm.Dataset(
        np.concatenate([one.values for one in samples]),
        np.concatenate([one.relevance for one in samples]),
        group=[len(one.relevance) for one in samples],
        weight=np.concatenate([np.full(len(one.relevance), one.weight) for one in samples]),
        params={"verbose": -1, "max_bin": 3, "min_data_in_bin": 1},
    )
    return lightgbm.train(parameters, data, trees)


def _as_ranker(model: lightgbm.Booster, names: Sequence[str]) -> Ranker:
    used: dict[str, int] = {}
    raw = [_tree(info["tree_structure"], names, used) for info in model.dump_model()["tree_info"]]
    lows = [_extreme(tree, min) for tree in raw]
    scale = _LEAF / max(_extreme(tree, max) - low for tree, low in zip(raw, lows, strict=True))
    trees = tuple(_in_points(tree, low, scale) for tree, low in zip(raw, lows, strict=True))
    return Ranker(tuple(used), trees, round(-sum(lows) * scale), scale / LOG_ODDS)


def _tree(node: dict[str, Any], names: Sequence[str], used: dict[str, int]) -> _Node:
    if "leaf_value" in node:
        return float(node["leaf_value"])
    place = used.setdefault(names[node["split_feature"]], len(used))
    return (place, _tree(node["left_child"], names, used), _tree(node["right_child"], names, used))


def _extreme(node: _Node, of: Callable[..., float]) -> float:
    return node if isinstance(node, float) else of(_extreme(node[1], of), _extreme(node[2], of))


def _in_points(node: _Node, low: float, scale: float) -> Tree:
    if isinstance(node, float):
        return round((node - low) * scale)
    return (node[0], _in_points(node[1], low, scale), _in_points(node[2], low, scale))


def to_json(ranker: Ranker) -> str:
    """Return the text of ranker.json."""
    data = {"features": ranker.features, "zero": ranker.zero, "scale": round(ranker.scale, 4), "trees": ranker.trees}
    return json.dumps(data, separators=(",", ":")) + "\n"


def main() -> None:
    """Write ranker.json."""
    if not CORPUS.exists():
        sys.exit(
            f"{CORPUS} is not there: a ranker learned from the project's own logs alone would be worse than "
            "the committed one"
        )
    cases = list(training_cases())
    RANKER.write_text(to_json(learn(cases)), encoding="utf-8")
    print(f"{RANKER.relative_to(ROOT)}: learned from {len(cases)} logs and parts of logs")


if __name__ == "__main__":
    main()
