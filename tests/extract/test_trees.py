"""Scores of rows, by trees of questions."""

import pytest

from plugin.extract.catalogue import Catalogue, built_in
from plugin.extract.columns import Columns
from plugin.extract.trees import Ranker, from_json, ranker
from plugin.extract.view import view

LOG = b"all is well\nerror: bad\nerror: and long enough to be no short line\n"
TREES = Ranker(
    questions=("error", "short"),
    trees=((0, 10, (1, 200, 255)), (0, 0, 100)),
    zero=110,
    scale=10.0,
)


def test_a_row_has_the_sum_of_its_leaves() -> None:
    scores = TREES.scores(Columns(view(LOG), Catalogue(())))
    assert scores == [pytest.approx(score) for score in (-10.0, 24.5, 19.0)]


def test_no_rows_no_scores() -> None:
    assert TREES.scores(Columns(view(b""), Catalogue(()))) == []


def test_a_row_is_told_by_the_answers_that_moved_its_score() -> None:
    columns = Columns(view(LOG), Catalogue(()))
    (name, weight), *rest = TREES.reasons(columns, 1)
    assert name == "error"
    assert weight > rest[0][1] > 0
    assert rest[0][0] == "short"
    assert TREES.reasons(columns, 0)[0][0] == "not error"


def test_a_ranker_is_read_from_json() -> None:
    text = '{"questions":["error","short"],"zero":110,"scale":10.0,"trees":[[0,10,[1,200,255]],[0,0,100]]}'
    assert from_json(text) == TREES


def test_columns_give_what_walking_the_trees_gives_for_every_row() -> None:
    model = ranker()
    columns = Columns(view(b"+ make test\n" + b"running 3 tests\n\nFAIL cart\n    at cart.js:3:1\n" * 9), built_in())

    def walked(row: int) -> int:
        points = 0
        for tree in model.trees:
            node = tree
            while not isinstance(node, int):
                node = node[2] if columns[model.questions[node[0]]] >> row & 1 else node[1]
            points += node
        return points

    expected = [(walked(row) - model.zero) / model.scale for row in range(columns.rows)]
    assert model.scores(columns) == [pytest.approx(score) for score in expected]
