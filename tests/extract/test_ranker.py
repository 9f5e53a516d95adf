"""Scores of rows by decision trees."""

import pytest

from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import Catalogue
from plugin.extract.features import Features
from plugin.extract.pattern_files import built_in
from plugin.extract.ranker import Ranker, built_in_ranker, from_json

LOG = b"all is well\nerror: bad\nerror: and long enough to be no short line\n"
TREES = Ranker(
    features=("error", "short"),
    trees=((0, 10, (1, 200, 255)), (0, 0, 100)),
    zero=110,
    scale=10.0,
)


def test_a_row_has_the_sum_of_its_leaves() -> None:
    scores = TREES.scores(Features(choose_candidates(LOG), Catalogue(())))
    assert scores == [pytest.approx(score) for score in (-10.0, 24.5, 19.0)]


def test_an_empty_log_has_no_scores() -> None:
    assert TREES.scores(Features(choose_candidates(b""), Catalogue(()))) == []


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        pytest.param(1, [("error", 34.5), ("short", 5.5)], id="two that were answered with yes"),
        pytest.param(2, [("error", 29.0), ("not short", -5.5)], id="the denied come last"),
    ],
)
def test_a_reason_is_the_difference_to_the_opposite_value(row: int, reasons: list[tuple[str, float]]) -> None:
    found = TREES.reasons(Features(choose_candidates(LOG), Catalogue(())), row)
    assert [(name, round(weight, 6)) for name, weight in found] == reasons


def test_a_ranker_is_read_from_json() -> None:
    text = '{"features":["error","short"],"zero":110,"scale":10.0,"trees":[[0,10,[1,200,255]],[0,0,100]]}'
    assert from_json(text) == TREES


def test_scores_by_bit_planes_equal_those_of_walking_the_trees() -> None:
    model = built_in_ranker()
    features = Features(
        choose_candidates(b"+ make test\n" + b"running 3 tests\n\nFAIL cart\n    at cart.js:3:1\n" * 9), built_in()
    )

    def walked(row: int) -> int:
        points = 0
        for tree in model.trees:
            node = tree
            while not isinstance(node, int):
                node = node[2] if features[model.features[node[0]]] >> row & 1 else node[1]
            points += node
        return points

    expected = [(walked(row) - model.zero) / model.scale for row in range(features.rows)]
    assert model.scores(features) == [pytest.approx(score) for score in expected]
