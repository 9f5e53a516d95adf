"""Scores of the lines shown of a log, by the rules of the corpus' own scorer."""

from pathlib import Path

import pytest

from tools.quality.cases import Case, as_step, project_logs
from tools.quality.score import BUDGETS, figures, marks

CASE = Case(
    id="one",
    source="made",
    project="made",
    ci="drone",
    path=Path("unread.log"),
    truth=frozenset({4, 5}),
    alternatives=(frozenset({9}),),
    unjudged=frozenset({6}),
)


@pytest.mark.parametrize(
    ("shown", "hit", "first", "mrr", "recall", "f1"),
    [
        pytest.param([4, 5], 1, 1, 1, 1, 1, id="all and nothing else"),
        pytest.param([1, 4], 1, 0, 0.5, 0.5, 0.5, id="half of it, second"),
        pytest.param([9], 1, 1, 1, 1, 1, id="what says the same elsewhere"),
        pytest.param([4, 6], 1, 1, 1, 0.5, 2 / 3, id="neither right nor wrong"),
        pytest.param([1, 2], 0, 0, 0, 0, 0, id="nothing"),
        pytest.param([], 0, 0, 0, 0, 0, id="nothing shown"),
    ],
)
def test_scores_of_the_lines_shown(
    shown: list[int], hit: float, first: float, mrr: float, recall: float, f1: float
) -> None:
    scores = marks(CASE, shown)
    assert (scores.hit, scores.first, scores.mrr, scores.recall) == (hit, first, mrr, recall)
    assert scores.f1 == pytest.approx(f1)


def test_figures_are_means_over_logs() -> None:
    right, wrong = dict.fromkeys(BUDGETS, (4,)), dict.fromkeys(BUDGETS, (1,))
    assert figures([(CASE, right), (CASE, wrong)])["first"] == 0.5


def test_a_whole_job_cut_to_a_step_keeps_its_truth() -> None:
    text = b'$ git clone\ndone\n$ make test\nok\nFAIL: cart\nThe command "make test" exited with 2.\nDone.\n'
    step = as_step(Case("job", "made", "made", "travis", Path("unread.log"), frozenset({5}), text=text))
    assert (step.log, step.truth) == (b"+ make test\nok\nFAIL: cart\n", frozenset({3}))


def test_labels_of_own_logs_are_within_the_log() -> None:
    outside = [
        case.id for case in project_logs() if not 1 <= min(case.truth) <= max(case.truth) <= case.log.count(b"\n") + 1
    ]
    assert outside == []
