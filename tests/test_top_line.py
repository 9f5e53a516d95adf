"""The loss of the ranker's second model, which only learning uses."""

import pytest

np = pytest.importorskip("numpy", reason="numpy belongs to the requirements of training")

from tools.quality.top_line import TopLine  # noqa: E402 — needs numpy


def test_one_line_of_the_label_is_enough() -> None:
    loss = TopLine([3], np.array([True, True, False]), np.ones(3))
    first, _ = loss(np.array([9.0, 0.0, 0.0]), None)
    assert abs(first).max() < 0.01  # a second line of the label need not rise as well


def test_another_line_that_leads_is_pushed_down_and_the_label_up() -> None:
    loss = TopLine([3, 2], np.array([True, False, False, True, False]), np.ones(5))
    first, second = loss(np.array([0.0, 2.0, 0.0, 3.0, 0.0]), None)
    assert first[1] > first[2] > 0 > first[0]
    assert first[:3].sum() == pytest.approx(0)
    assert (second > 0).all()


def test_the_first_derivative_is_that_of_the_loss() -> None:
    cause, scores, step = np.array([True, False, True, False]), np.array([0.3, 1.2, -0.5, 0.1]), 1e-6

    def loss(at: object) -> float:
        odds = np.exp(at)
        return float(-10 * np.log(odds[cause].sum() / odds.sum()))

    measured = [(loss(scores + step * unit) - loss(scores - step * unit)) / (2 * step) for unit in np.eye(4)]
    first, _ = TopLine([4], cause, np.ones(4))(scores, None)
    assert first == pytest.approx(measured, abs=1e-4)
