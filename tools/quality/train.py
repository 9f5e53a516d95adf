"""`python -m tools.quality.train`: learns plugin/extract/ranker.json from the corpus and the project's own logs."""

import json
import random
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import built_in
from plugin.extract.features import FAR, OFTEN, SHAPES, Features, expressions
from plugin.extract.ranker import Ranker, Tree
from tools.quality.cases import CORPUS, ROOT, Case, as_step, corpus, own

RANKER = ROOT / "plugin" / "extract" / "ranker.json"

NEIGHBOURS = ("", "^1", "^2", "^4", "^8", "_1", "_2", "_4", "_8", "~", "/")
OF_A_SECTION = ("cause", "symptom", "exit-mark", "exit-code", "error-leads", "fail-capital", "some-failed", "stopped")
TELLING = ("cause", "symptom", "error-leads", "error-class-leads", "fail-capital", "block-heading", "some-failed")

ASKED = 500
"""Questions that the trees may ask: those that matter most to a few quick trees that may ask everything."""
TREES = 200
QUICK_TREES = 60
QUICK_SHARE = 3
"""The quick trees see every third log only."""
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.08,
    "num_leaves": 24,
    "min_data_in_leaf": 30,
    "min_sum_hessian_in_leaf": 0.5,
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
QUICK = {**PARAMETERS, "learning_rate": 0.15, "bagging_fraction": 0.5}

_RIGHT_ROWS, _NEAR_ROWS, _OTHER_ROWS = 200, 80, 250  # of one log
_LEAF = 255

_Node = float | tuple[int, Any, Any]


@dataclass(frozen=True)
class Sample:
    """Some rows of one log: what the questions say of them, which are right, what each weighs."""

    case: Case
    answers: npt.NDArray[np.uint8]
    right: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]


def features() -> list[str]:
    """All that may be asked of a line."""
    names = [*expressions(), *SHAPES, "cause", "symptom"]
    return [
        *(name + where for name in names for where in NEIGHBOURS),
        *(f"{name}@" for name in OF_A_SECTION),
        *(f"{place}<{lines}" for place in ("end", "mark", "command") for lines in FAR),
        *(f"{which}.{name}<{lines}" for which in ("first", "last") for name in TELLING for lines in (1, 4, 16, 64)),
        *(f"seen>{times}" for times in OFTEN),
        "mark",
        "block",
    ]


def samples(cases: Iterable[Case]) -> Iterator[Sample]:
    """Each case as it is, and as the step of a Drone build."""
    asked = features()
    for case in cases:
        for variant in {one.id: one for one in (case, as_step(case))}.values():
            if variant.truth and (one := _sample(variant, asked)):
                yield one


def _sample(case: Case, asked: Sequence[str]) -> Sample | None:
    looked_at = choose_candidates(case.log)
    right = [row for row, number in enumerate(looked_at.numbers) if number in case.right]
    wrong = [row for row, number in enumerate(looked_at.numbers) if number not in case.right | case.escape_markdown]
    if not right or not wrong:
        return None
    chance = random.Random(zlib.crc32(case.id.encode()))
    right = chance.sample(right, min(len(right), _RIGHT_ROWS))
    near = [row for row in wrong if min(right) - 12 <= row <= max(right) + 12][:_NEAR_ROWS]
    wrong = [*near, *chance.sample(wrong, min(len(wrong), _OTHER_ROWS))]
    rows = np.array([*right, *wrong])
    columns = Features(looked_at, built_in())
    answers = np.stack([_answers(columns, feature)[rows] for feature in asked], axis=1)
    weight = np.concatenate(
        [np.full(len(right), len(right) ** -0.6), np.full(len(wrong), 4 * len(wrong) ** -0.8)]
    )  # a log counts for little more when it has many lines
    return Sample(case, answers, np.arange(len(rows)) < len(right), weight)


def _answers(columns: Features, feature: str) -> npt.NDArray[np.uint8]:
    packed = np.frombuffer(columns[feature].to_bytes((columns.rows + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, bitorder="little")


def learn(learnt_from: Sequence[Sample]) -> Ranker:
    """The trees, after a choice of what they may ask."""
    gain = _boosted(learnt_from[::QUICK_SHARE], range(len(features())), QUICK, QUICK_TREES).feature_importance("gain")
    chosen = sorted(int(place) for place in np.argsort(-gain, kind="stable")[:ASKED])
    return _as_ranker(_boosted(learnt_from, chosen, PARAMETERS, TREES), [features()[place] for place in chosen])


def _boosted(
    learnt_from: Sequence[Sample], chosen: Sequence[int], parameters: dict[str, Any], trees: int
) -> lightgbm.Booster:
    data = lightgbm.Dataset(
        np.concatenate([one.answers[:, list(chosen)] for one in learnt_from]),
        np.concatenate([one.right for one in learnt_from]).astype(float),
        weight=np.concatenate([one.weight for one in learnt_from]),
        params={"verbose": -1, "max_bin": 3, "min_data_in_bin": 1},
    )
    return lightgbm.train(parameters, data, trees)


def _as_ranker(model: lightgbm.Booster, asked: Sequence[str]) -> Ranker:
    used: dict[str, int] = {}
    raw = [_tree(info["tree_structure"], asked, used) for info in model.dump_model()["tree_info"]]
    lows = [_extreme(tree, min) for tree in raw]
    scale = _LEAF / max(_extreme(tree, max) - low for tree, low in zip(raw, lows, strict=True))
    trees = tuple(_in_points(tree, low, scale) for tree, low in zip(raw, lows, strict=True))
    return Ranker(tuple(used), trees, round(-sum(lows) * scale), scale)


def _tree(node: dict[str, Any], asked: Sequence[str], used: dict[str, int]) -> _Node:
    if "leaf_value" in node:
        return float(node["leaf_value"])
    place = used.setdefault(asked[node["split_feature"]], len(used))
    return (place, _tree(node["left_child"], asked, used), _tree(node["right_child"], asked, used))


def _extreme(node: _Node, of: Callable[..., float]) -> float:
    return node if isinstance(node, float) else of(_extreme(node[1], of), _extreme(node[2], of))


def _in_points(node: _Node, low: float, scale: float) -> Tree:
    if isinstance(node, float):
        return round((node - low) * scale)
    return (node[0], _in_points(node[1], low, scale), _in_points(node[2], low, scale))


def as_json(ranker: Ranker) -> str:
    data = {"features": ranker.features, "zero": ranker.zero, "scale": round(ranker.scale, 4), "trees": ranker.trees}
    return json.dumps(data, separators=(",", ":")) + "\n"


def main() -> None:
    if not CORPUS.exists():
        sys.exit(
            f"{CORPUS} is not there: a ranker learnt from the own logs alone would be worse than the committed one"
        )
    found = list(samples((*corpus(), *own())))
    RANKER.write_text(as_json(learn(found)), encoding="utf-8")
    print(f"{RANKER.relative_to(ROOT)}: learnt from {len(found)} logs and parts of logs")


if __name__ == "__main__":
    main()
