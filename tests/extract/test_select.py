"""Selection of the rows to show by their scores."""

from math import inf

import pytest

from plugin.extract.select import SelectionPolicy, demote_repeats, ranked, short_gaps, without_small_gaps

RULE = SelectionPolicy(fall=3.0, fall_more=1.0, least=2, bridge=1)


@pytest.mark.parametrize(
    ("scores", "budget", "rows"),
    [
        pytest.param([], 30, [], id="nothing to show"),
        pytest.param([1.0], 0, [], id="no budget"),
        pytest.param([0.0, 2.0, 1.0], 30, [1, 2, 0], id="best first"),
        pytest.param([1.0, 1.0, 1.0], 30, [0, 1, 2], id="of equals the upper one"),
        pytest.param([5.0, 1.0, 4.0, 0.0], 2, [0, 2], id="no more than the budget"),
        pytest.param([5.0, -9.0, -9.0, 4.0], 30, [0, 3], id="what falls far below the best is left out"),
        pytest.param([5.0, -9.0, -9.0, -8.0, -9.0], 30, [0, 3], id="but so many are shown in any case"),
        pytest.param([5.0, -9.0, 4.0], 30, [0, 2, 1], id="a gap in a block is bridged, and comes last"),
        pytest.param([5.0, -inf, 4.0], 30, [0, 2], id="what must not be shown bridges nothing"),
        pytest.param([-inf, -inf], 30, [], id="nothing that may be shown"),
    ],
)
def test_ranked_rows_for_a_budget(scores: list[float], budget: int, rows: list[int]) -> None:
    assert ranked(scores, budget, RULE) == rows


def test_a_larger_budget_includes_lower_scores() -> None:
    scores = [0.0, -9.0, -9.0, -3.5, -9.0, -9.0, -1.0]
    assert 3 not in ranked(scores, 30, RULE)
    assert 3 in ranked(scores, 60, RULE)


def test_a_repeated_line_ranks_below_a_different_one() -> None:
    thin = demote_repeats([5.0, 4.9, 4.8, 4.7], ["same", "same", "same", "other"], {}, SelectionPolicy(again=1.0))
    assert ranked(thin, 2, RULE) == [0, 3]


def test_a_repeat_of_a_line_far_above_is_demoted() -> None:
    forms = ["cause", *range(20), "cause", "other"]
    scores = [4.0, *[-9.0] * 20, 5.0, 3.5]
    thin = demote_repeats(scores, forms, {}, SelectionPolicy(repeat_penalty=2.0, far=10, again=0.0))
    assert ranked(thin, 2, RULE) == [0, 22]


def test_a_repeat_nearby_is_not_demoted() -> None:
    assert demote_repeats([4.0, -9.0, 5.0], ["a", "b", "a"], {}, SelectionPolicy(far=10, again=0.0)) == [4.0, -9.0, 5.0]


def test_a_blank_row_within_a_block_is_shown_and_one_beside_it_is_not() -> None:
    assert ranked([5.0, -inf, 4.0, -inf], 30, RULE, {1, 3}) == [0, 2, 1]


def test_many_lines_of_one_pattern_leave_room_for_others() -> None:
    scores = [5.0] * 40 + [3.0]
    thin = demote_repeats(
        scores, range(41), dict.fromkeys(range(40), "one"), SelectionPolicy(of_a_pattern=1.0, free_of_a_pattern=4)
    )
    assert ranked(thin, 30, SelectionPolicy())[:4] == [0, 1, 2, 3]
    assert 40 in ranked(thin, 30, SelectionPolicy())


def test_rows_without_a_score_are_never_shown() -> None:
    assert demote_repeats([-inf, 1.0], ["a", "a"], {}, SelectionPolicy()) == [-inf, 1.0]


@pytest.mark.parametrize(
    ("ranking", "budget", "expected"),
    [
        pytest.param([5, 7], 9, [5, 7, 6], id="between two"),
        pytest.param([5, 8], 9, [5, 8], id="two lines are a gap"),
        pytest.param([2], 9, [2, 1], id="the first line of the log"),
        pytest.param([9], 9, [9, 10], id="the last line of the log"),
        pytest.param([3, 5], 9, [3, 5], id="a line that must not be shown"),
        pytest.param([5, 7, 6], 3, [5, 7, 6], id="no gap"),
        pytest.param([5, 9, 7], 3, [5, 9, 10], id="the last of the ranking gives way"),
        pytest.param([5, 7], 2, [5], id="a needed line is kept"),
    ],
)
def test_no_single_line_is_left_out(ranking: list[int], budget: int, expected: list[int]) -> None:
    assert without_small_gaps(ranking, {5}, budget, {1, 2, 3, 5, 6, 7, 8, 9, 10}, 10) == expected


def test_needed_lines_are_never_dropped_to_close_a_gap() -> None:
    assert without_small_gaps([5, 7], {5, 7}, 2, range(1, 10), 9) == [5, 7]


def test_short_gaps_are_between_the_lines_and_at_the_ends() -> None:
    assert list(short_gaps([9, 4, 5, 13], 14)) == [range(1, 4), range(6, 9), range(10, 13), range(14, 15)]
    assert list(short_gaps([5], 9)) == []
    assert list(short_gaps([], 2)) == []
