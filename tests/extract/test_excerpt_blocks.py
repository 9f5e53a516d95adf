"""Blocks: what a reader sees first grows around the best lines and stays small."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from plugin.extract.excerpt_blocks import BlockPolicy, as_blocks, grow_blocks
from plugin.model.excerpt import Line

LOW = -9.0
POLICY = BlockPolicy(margin=3.0, growth=1.5, above=2, gap=1, longest=12, blocks=3, rows=15)


def grown(
    *scores: float, numbers: tuple[int, ...] = (), blank: tuple[int, ...] = (), most: int = 60
) -> list[list[int]]:
    """Return the blocks of a log with these scores, followed by lines that are never shown: it is not a short one."""
    numbered = numbers or tuple(range(1, len(scores) + 1))
    hidden = range(numbered[-1] + 10, numbered[-1] + 10 + POLICY.longest)
    found = grow_blocks([*scores, *[-inf] * len(hidden)], [*numbered, *hidden], set(blank), most, POLICY)
    return [list(block) for block in found]


def test_a_block_grows_over_neighbors_that_are_nearly_as_good() -> None:
    assert grown(LOW, 4.0, 5.0, 4.0, 1.9, LOW) == [[1, 2, 3]]


def test_a_block_grows_over_one_line_of_any_score() -> None:
    assert grown(5.0, LOW, 4.0, LOW, LOW, 4.0)[0] == [0, 1, 2]


def test_a_block_grows_over_a_blank_line() -> None:
    assert grown(5.0, -inf, 4.0, blank=(1,)) == [[0, 1, 2]]


def test_a_block_does_not_grow_over_a_hidden_line() -> None:
    assert grown(5.0, -inf, 4.0) == [[0], [2]]


def test_a_block_does_not_grow_over_lines_that_are_no_candidates() -> None:
    assert grown(5.0, 4.0, numbers=(1, 40)) == [[0], [1]]


def test_the_line_that_a_block_started_from_is_among_its_first_three() -> None:
    assert grown(4.9, 4.9, 4.9, 4.9, 5.0)[0] == [2, 3, 4]


def test_a_block_has_twelve_lines_at_most() -> None:
    assert len(grown(*[5.0] * 40)[0]) == 12


def test_other_failures_follow_the_cause_best_first() -> None:
    assert grown(3.0, LOW, LOW, 5.0, LOW, LOW, 4.0, LOW, LOW, 2.5) == [[3], [6], [0]]


def test_a_line_far_below_the_best_starts_no_block() -> None:
    assert grown(5.0, LOW, LOW, 1.9) == [[0]]


def test_blocks_that_one_line_divides_become_one() -> None:
    assert grown(5.0, LOW, 3.0) == [[0, 1, 2]]


def test_nothing_is_put_above_the_cause() -> None:
    assert grown(3.0, LOW, 5.0) == [[2], [0]]


@given(
    st.lists(st.one_of(st.just(-inf), st.floats(-10, 10)), max_size=60),
    st.sets(st.integers(0, 59)),
    st.integers(0, 20),
)
def test_blocks_keep_to_their_limits(scores: list[float], blank: set[int], most: int) -> None:
    blank = {row for row in blank if row < len(scores) and scores[row] == -inf}
    found = grow_blocks(scores, range(1, len(scores) + 1), blank, most, POLICY)
    rows = [row for block in found for row in block]
    assert len(rows) == len(set(rows)) <= min(most, POLICY.rows)
    assert len(found) <= POLICY.blocks
    assert all(scores[row] > -inf or row in blank for row in rows)
    best = max(scores, default=-inf)
    assert bool(rows) == (best > -inf and most > 0)
    assert not rows or scores.index(best) in [row for row in found[0] if row not in blank][:3]


def test_quoted_source_stays_with_the_message_above_it() -> None:
    scores = [LOW, 5.0, *[LOW] * 12]
    assert grow_blocks(scores, range(1, 15), (), 60, POLICY, attached={2, 3, 5}) == [range(1, 4)]


def test_quoted_source_does_not_make_a_block_too_long() -> None:
    scores = [5.0, *[LOW] * 30]
    assert grow_blocks(scores, range(1, 32), (), 60, POLICY, attached=range(1, 31)) == [range(POLICY.longest)]


def test_what_is_in_no_block_is_context_in_reading_order() -> None:
    lines = {row: Line(row + 1, f"line {row + 1}", "context") for row in (0, 2, 3, 6)}
    blocks = as_blocks([range(3, 4), range(1)], lines)
    assert [(block.kind, [line.number for line in block.lines]) for block in blocks] == [
        ("cause", [4]), ("failure", [1]), ("context", [3]), ("context", [7]),
    ]  # fmt: skip


def test_a_log_as_short_as_a_block_is_shown_without_marks_of_gaps() -> None:
    assert grow_blocks([-9.0, -9.0, 5.0, -9.0], [1, 2, 3, 4], (), 15) == [range(4)]


def test_the_best_line_of_a_short_log_is_among_the_first_three() -> None:
    scores = [-9.0] * 6 + [5.0]
    assert grow_blocks(scores, range(1, 8), (), 15) == [range(4, 7)]


def test_no_line_of_a_short_log_is_in_two_blocks() -> None:
    assert grow_blocks([0.0, 0.0, 0.0, 2.0], range(1, 5), (), 15, POLICY) == [range(1, 4), range(1)]


def test_a_block_below_a_hidden_line_of_a_short_log_stays() -> None:
    assert grow_blocks([5.0, -inf, 4.0], range(1, 4), (), 15, POLICY) == [range(1), range(2, 3)]


def test_blank_lines_of_a_short_log_do_not_count_as_lines_above_the_best() -> None:
    assert grow_blocks([-9.0, -inf, -9.0, 5.0], range(1, 5), {1}, 15) == [range(4)]
