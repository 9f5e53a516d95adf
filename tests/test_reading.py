"""Measures of what a reader meets in an excerpt: whether the cause leads, and how much else is shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tools.quality import reading
from tools.quality.cases import SHARED, Case
from tools.quality.reading import COLUMNS, figures, table

CASE = Case(
    id="one",
    source="made",
    project="made",
    ci="drone",
    path=Path("unread.log"),
    truth=frozenset({4, 5, 6}),
    unjudged=frozenset({7}),
    core=frozenset({5}),
    same=frozenset({20}),
)


@pytest.mark.parametrize(
    ("ranked", "shown", "expected"),
    [
        pytest.param([5, 4], [4, 5], (1, 1, 1, 2, 1, 1), id="the cause leads"),
        pytest.param([4, 5], [4, 5], (0, 1, 1, 2, 1, 1), id="a wrapper leads"),
        pytest.param([20], [20], (1, 1, 1, 1, 1, 1), id="what says the same"),
        pytest.param([5], [1, 2, 4, 5], (1, 1, 0, 4, 0.5, 1), id="below the first three"),
        pytest.param([5], [5, 7], (1, 1, 1, 2, 1, 1), id="neither right nor wrong"),
        pytest.param([*range(30, 40), 5], [30], (0, 0, 0, 1, 0, 0), id="below the first ten"),
        pytest.param([], [], (0, 0, 0, 0, 0, 0), id="nothing"),
    ],
)
def test_measures_of_an_excerpt(ranked: list[int], shown: list[int], expected: tuple[float, ...]) -> None:
    found = reading.measure_excerpt(CASE, ranked, shown)
    assert (found.cause, found.hit, found.read, found.shown, found.precision, found.cause_shown) == expected


def test_figures_are_means_and_a_median() -> None:
    good, bad = reading.measure_excerpt(CASE, [5], [5]), reading.measure_excerpt(CASE, [1], [1, 2, 3])
    assert figures([good, bad, bad, good]) == (4, 0.5, 0.5, 0.5, 2, 0.5, 0.5, 0.5)


def test_ten_logs_of_one_project_count_as_one() -> None:
    good = reading.measure_excerpt(CASE, [5], [5])
    bad = reading.measure_excerpt(replace(CASE, project="other"), [1], [1])
    assert (figures([good, bad, bad, bad])[1], figures([good, bad, bad, bad])[-1]) == (0.25, 0.5)


def test_a_table_has_a_row_for_each_kind() -> None:
    assert (
        list(table({"steps": (4, 0.5, 0.5, 0.5, 2, 0.25, 1, None)}))[-1]
        == "| steps | 4 | 0.50 | 0.50 | 0.50 | 2 | 0.25 | 1.00 |  |"
    )


def test_version_0_1_has_figures_of_each_kind() -> None:
    before = json.loads(reading.VERSION_0_1.read_text("utf-8"))
    assert {len(values) for kinds in before.values() for values in kinds.values()} == {len(COLUMNS)}
    assert before.keys() == {"known", "held out"}


@pytest.mark.skipif(not SHARED.exists(), reason="the collections are not beside the checkout")
@pytest.mark.parametrize("held_out", [False, True])
def test_version_0_1_was_measured_on_the_same_cases(*, held_out: bool) -> None:
    before = json.loads(reading.VERSION_0_1.read_text("utf-8"))["held out" if held_out else "known"]
    assert {name: len(cases) for name, cases in reading.by_kind(held_out=held_out).items()} == {
        name: values[0] for name, values in before.items()
    }
