"""`python -m quality.train`: learns plugin/extract/ranker.json from the corpus and the project's own logs.

`--folds 5` trains without each fifth of the projects and writes what is predicted for them (cross-validation);
`--without SOURCE` leaves a source out, predicts it, and changes nothing.
"""

import argparse
import json
import pickle
import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np

from plugin.extract.catalogue import built_in
from plugin.extract.columns import FAR, OFTEN, Columns, signs
from plugin.extract.trees import Ranker
from plugin.extract.view import view
from quality.cases import ROOT, Case, as_step, corpus, own

RANKER = ROOT / "plugin" / "extract" / "ranker.json"
NEIGHBOURS = ("", "^1", "^2", "^4", "^8", "_1", "_2", "_4", "_8")
OTHERS_OF_A_LOG = 600
PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 24,
    "min_data_in_leaf": 30,
    "min_sum_hessian_in_leaf": 0.5,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 3,
    "num_threads": 2,
    "seed": 7,
    "verbose": -1,
}
TREES = 300


def questions() -> list[str]:
    """All that may be asked of a line."""
    names = [*signs()[0], "cause", "symptom"]
    return [
        *(name + where for name in names for where in NEIGHBOURS),
        *(f"{place}<{lines}" for place in ("end", "mark", "command") for lines in FAR),
        "mark",
        "command",
        *(f"seen>{times}" for times in OFTEN),
    ]


@dataclass
class Sample:
    """Rows of one log, for training."""

    project: str
    source: str
    answers: np.ndarray
    right: np.ndarray
    weight: np.ndarray


def sample(case: Case, asked: Sequence[str]) -> Sample | None:
    seen = view(case.log)
    columns = Columns(seen, built_in())
    right = [number in case.right for number in seen.numbers]
    positive = [row for row, is_right in enumerate(right) if is_right]
    negative = [row for row, number in enumerate(seen.numbers) if not right[row] and number not in case.neutral]
    if not positive or not negative:
        return None
    chance = random.Random(zlib.crc32(case.id.encode()))
    positive = chance.sample(positive, min(len(positive), 200))
    near = [row for row in negative if min(positive) - 12 <= row <= max(positive) + 12][:100]
    negative = [*near, *chance.sample(negative, min(len(negative), OTHERS_OF_A_LOG))]
    rows = np.array([*positive, *negative])
    size = (columns.rows + 7) // 8
    answers = np.empty((len(rows), len(asked)), dtype=np.uint8)
    for place, question in enumerate(asked):
        bits = np.frombuffer(columns[question].to_bytes(size, "little"), dtype=np.uint8)
        answers[:, place] = np.unpackbits(bits, bitorder="little")[rows]
    weight = np.concatenate(
        [np.full(len(positive), len(positive) ** -0.6), np.full(len(negative), 4 * len(negative) ** -0.8)]
    )
    return Sample(case.project, case.source, answers, np.arange(len(rows)) < len(positive), weight)


def samples(cases: Iterable[Case], asked: Sequence[str]) -> list[Sample]:
    found = []
    for case in cases:
        for variant in {one.id: one for one in (case, as_step(case))}.values():
            if variant.truth and (one := sample(variant, asked)):
                found.append(one)
    return found


def learn(learnt_from: Sequence[Sample], asked: Sequence[str]) -> Ranker:
    data = lightgbm.Dataset(
        np.concatenate([one.answers for one in learnt_from]),
        np.concatenate([one.right for one in learnt_from]).astype(float),
        weight=np.concatenate([one.weight for one in learnt_from]),
        params={"verbose": -1, "max_bin": 3, "min_data_in_bin": 1},
    )
    model = lightgbm.train(PARAMETERS, data, TREES).dump_model()
    used: dict[str, int] = {}
    raw = [_tree(info["tree_structure"], asked, used) for info in model["tree_info"]]
    scale = 255 / max(_highest(tree) - _lowest(tree) for tree in raw)
    zero = 0.0
    trees = []
    for tree in raw:
        low = _lowest(tree)
        trees.append(_rounded(tree, low, scale))
        zero -= low * scale
    return Ranker(tuple(used), tuple(trees), round(zero), scale)


def _tree(node: dict, asked: Sequence[str], used: dict[str, int]):  # type: ignore[no-untyped-def, type-arg]
    if "leaf_value" in node:
        return float(node["leaf_value"])
    place = used.setdefault(asked[node["split_feature"]], len(used))
    no, yes = _tree(node["left_child"], asked, used), _tree(node["right_child"], asked, used)
    return (place, no, yes)


def _lowest(node) -> float:  # type: ignore[no-untyped-def]
    return node if isinstance(node, float) else min(_lowest(node[1]), _lowest(node[2]))


def _highest(node) -> float:  # type: ignore[no-untyped-def]
    return node if isinstance(node, float) else max(_highest(node[1]), _highest(node[2]))


def _rounded(node, low: float, scale: float):  # type: ignore[no-untyped-def]
    if isinstance(node, float):
        return round((node - low) * scale)
    return (node[0], _rounded(node[1], low, scale), _rounded(node[2], low, scale))


def fold_of(project: str, folds: int) -> int:
    return zlib.crc32(project.encode()) % folds


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folds", type=int, default=0)
    arguments.add_argument("--without", default="")
    arguments.add_argument(
        "--keep", type=Path, default=Path("/tmp/ex"), help="folder for cached answers and predictions"
    )
    given = arguments.parse_args()
    asked = questions()
    cases = [*corpus(), *own()]
    cache = given.keep / "samples.pickle"
    if cache.exists():
        found = pickle.loads(cache.read_bytes())
    else:
        found = samples(cases, asked)
        cache.write_bytes(pickle.dumps(found))
    if given.folds:
        for fold in range(given.folds):
            rest = [one for one in found if fold_of(one.project, given.folds) != fold]
            (given.keep / f"ranker.{fold}of{given.folds}.json").write_text(written(learn(rest, asked)))
            print("fold", fold, flush=True)
    elif given.without:
        rest = [one for one in found if not one.source.startswith(given.without)]
        (given.keep / f"ranker.without-{given.without}.json").write_text(written(learn(rest, asked)))
    else:
        RANKER.write_text(written(learn(found, asked)))


def written(ranker: Ranker) -> str:
    data = {"questions": ranker.questions, "zero": ranker.zero, "scale": round(ranker.scale, 4), "trees": ranker.trees}
    return json.dumps(data, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    main()
