"""Tests of the rows of an excerpt: what is shown first, omission marks and their counts, collapsed repeats."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin.model.excerpt import Block, BlockKind, Excerpt, Line
from plugin.render.excerpt_rows import LEFT_OUT, Row, causes, rows

MARK = re.compile(r"… (?:same line )?([\d,]+) (?:lines?|more times) …")


def excerpt(*lines: tuple[int, str], cause: tuple[int, ...] = (), total: int = 0) -> Excerpt:
    ranked = (*cause, *(number for number, _ in lines if number not in cause))
    shown = tuple(Line(number, text, "cause" if number in cause else "context") for number, text in lines)
    return Excerpt(ranked, shown, "title", total_lines=total or lines[-1][0])


def in_blocks(total: int, *blocks: tuple[BlockKind, tuple[int, ...]]) -> Excerpt:
    lines = {number: Line(number, f"line {number}", "context") for _, numbers in blocks for number in numbers}
    return Excerpt(
        tuple(lines),
        tuple(lines[number] for number in sorted(lines)),
        "title",
        total_lines=total,
        blocks=tuple(Block(kind, tuple(lines[number] for number in numbers)) for kind, numbers in blocks),
    )


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    numbers = sorted(draw(st.sets(st.integers(1, 60), min_size=1)))
    lines = tuple(
        Line(number, draw(st.sampled_from("ab")), draw(st.sampled_from(["cause", "context"]))) for number in numbers
    )
    ranked = tuple(draw(st.permutations(numbers)))
    first = draw(st.integers(1, len(lines)))
    start = draw(st.integers(0, len(lines) - first))
    blocks = (
        Block("cause", lines[start : start + first]),
        Block("failure", lines[:start]),
        Block("context", lines[start + first :]),
    )
    return Excerpt(
        ranked,
        lines,
        "title",
        total_lines=numbers[-1] + draw(st.integers(0, 9)),
        blocks=tuple(block for block in blocks if block.lines),
    )


def text(found: tuple[Row, ...]) -> list[str]:
    return [row.text for row in found]


def test_the_cause_comes_first_then_other_failures_then_the_rest() -> None:
    found = in_blocks(90, ("cause", (40, 41)), ("failure", (60,)), ("context", (20,)), ("context", (80,)))
    shown = rows(found)
    assert text(shown.first) == ["… 39 lines …", "line 40", "line 41", "… 18 lines …", "line 60", "… 30 lines …"]
    assert text(shown.rest) == ["… 19 lines …", "line 20", "… 56 lines …", "line 80", "… 10 lines …"]


def test_a_failure_above_the_cause_is_marked_as_such() -> None:
    found = in_blocks(46, ("cause", (40, 41)), ("failure", (20,)))
    assert text(rows(found).first) == [
        "… 39 lines …", "line 40", "line 41", "… further up in the log …", "line 20", "… 26 lines …",
    ]  # fmt: skip


def test_the_likeliest_of_the_other_failures_comes_first() -> None:
    found = in_blocks(90, ("cause", (40,)), ("failure", (70,)), ("failure", (60,)))
    shown = text(rows(found).first)
    assert [line for line in shown if line.startswith("line")] == ["line 40", "line 70", "line 60"]


def test_a_failure_right_above_the_cause_stays_there() -> None:
    found = in_blocks(46, ("cause", (40, 41)), ("failure", (38, 39)))
    assert text(rows(found).first) == ["… 37 lines …", "line 38", "line 39", "line 40", "line 41", "… 5 lines …"]


def test_a_failure_two_lines_above_the_cause_stays_there() -> None:
    found = replace(in_blocks(46, ("cause", (40, 41)), ("failure", (38,))), between={39: ""})
    assert text(rows(found).first) == ["… 37 lines …", "line 38", "", "line 40", "line 41", "… 5 lines …"]


def test_a_long_failure_right_above_the_cause_moves_it_down_only_if_the_title_names_it() -> None:
    found = in_blocks(46, ("cause", (40, 41)), ("failure", (36, 37, 38, 39)))
    assert text(rows(found).first)[:4] == ["… 39 lines …", "line 40", "line 41", "… further up in the log …"]
    named = rows(replace(found, title_line=36)).first
    assert text(named) == ["… 35 lines …", *(f"line {number}" for number in range(36, 42)), "… 5 lines …"]


def test_short_gaps_are_filled() -> None:
    found = replace(
        in_blocks(20, ("cause", (4, 5)), ("failure", (9,)), ("context", (6, 8, 14))),
        between={7: "line 7", **{number: f"line {number}" for number in (15, 16, 17)}},
    )
    shown = rows(found)
    assert text(shown.first) == ["… 3 lines …", *(f"line {number}" for number in range(4, 10)), "… 11 lines …"]
    assert text(shown.rest) == ["… 7 lines …", "line 14", "… 6 lines …"]


def test_a_short_gap_is_filled_only_where_there_is_room() -> None:
    found = in_blocks(9, ("cause", (4,)), ("failure", (7,)), ("context", (5, 6)))
    assert text(rows(found, room=6).first) == ["… 3 lines …", "line 4", "line 5", "line 6", "line 7", "… 2 lines …"]
    assert text(rows(found, room=5).first) == ["… 3 lines …", "line 4", "… 2 lines …", "line 7", "… 2 lines …"]


def test_the_ends_of_the_log_are_shown_if_they_are_short() -> None:
    found = replace(
        in_blocks(9, ("cause", (5,)), ("context", (3,))), between={1: "one", 2: "two", 4: "four", 9: "nine"}
    )
    assert text(rows(found).rest) == ["one", "two", "line 3", "four", "… 4 lines …"]


def test_one_line_above_and_below_the_cause_is_shown_instead_of_a_mark() -> None:
    found = in_blocks(3, ("cause", (2,)), ("context", (1, 3)))
    assert text(rows(found).first) == ["line 1", "line 2", "line 3"]


def test_the_rest_names_what_was_shown_above_it() -> None:
    found = in_blocks(6, ("cause", (3, 4)), ("context", (1, 2)), ("context", (5, 6)))
    assert text(rows(found).rest) == ["line 1", "line 2", "… shown above …", "line 5", "line 6"]


def test_lines_without_room_in_the_first_part_are_in_the_rest() -> None:
    found = in_blocks(4, ("cause", (1, 2, 3, 4)))
    shown = rows(found, room=3)
    assert text(shown.first) == ["line 1", "line 2", "… 2 lines …"]
    assert text(shown.rest) == ["line 3", "line 4"]


def test_a_budget_keeps_the_best_lines_of_the_cause() -> None:
    found = replace(in_blocks(6, ("cause", (2, 3, 4)), ("context", (6,))), ranked=(4, 2, 3, 6))
    shown = rows(found, 2)
    assert [row.number for row in shown.first if row.text.startswith("line")] == [2, 4]
    assert shown.rest == ()


def test_omission_marks_count_the_omitted_lines() -> None:
    shown = rows(excerpt((215, "a"), (217, "b"), cause=(217,), total=3000)).first
    assert shown == (
        Row(0, "… 214 lines …"),
        Row(215, "a"),
        Row(216, "…"),
        Row(217, "b", cause=True),
        Row(0, "… 2,783 lines …"),
    )


def test_a_single_blank_line_is_shown_and_another_omitted_line_is_marked() -> None:
    found = Excerpt(
        (1, 3, 5), tuple(Line(n, f"line {n}", "context") for n in (1, 3, 5)), "t", between={2: ""}, total_lines=5
    )
    assert [(row.number, row.text) for row in rows(found).first][1:4:2] == [(2, ""), (4, LEFT_OUT)]


def test_a_whole_log_has_no_mark() -> None:
    assert rows(excerpt((1, "a"), (2, "b"))).first == (Row(1, "a"), Row(2, "b"))


def test_repeats_fold_with_a_count() -> None:
    shown = rows(excerpt(*((number, "retry") for number in range(1, 6)), (6, "gave up"))).first
    assert shown == (Row(1, "retry"), Row(0, "… same line 4 more times …"), Row(6, "gave up"))


def test_a_pair_does_not_fold() -> None:
    assert rows(excerpt((1, "retry"), (2, "retry"))).first == (Row(1, "retry"), Row(2, "retry"))


def test_equal_causes_do_not_fold() -> None:
    shown = rows(excerpt(*((number, "error") for number in range(1, 6)), cause=(1, 2, 3, 4, 5))).first
    assert [row.number for row in shown] == [1, 2, 3, 4, 5]


def test_equal_lines_that_are_not_adjacent_do_not_fold() -> None:
    assert [row.number for row in rows(excerpt((1, "a"), (4, "a"), (7, "a"))).first] == [1, 0, 4, 0, 7]


def test_causes_come_best_first() -> None:
    found = excerpt((4, "a"), (5, "b"), (6, "c"), cause=(6, 4))
    assert [line.number for line in causes(found)] == [6, 4]


def test_no_lines() -> None:
    assert rows(replace(excerpt((1, "a")), lines=())).first == ()
    assert rows(excerpt((1, "a")), 0).first == ()


@given(excerpts(), st.none() | st.integers(0, 70), st.none() | st.integers(0, 30))
def test_no_line_is_shown_twice_and_none_is_lost(found: Excerpt, most: int | None, room: int | None) -> None:
    shown = rows(found, most, room)
    assert room is None or len(shown.first) <= room
    numbers = {line.number for line in found.lines}
    named = [row.number for row in (*shown.first, *shown.rest) if row.number and row.text not in ("", LEFT_OUT)]
    assert len(named) == len(set(named))
    assert numbers.issuperset(named)
    folded = sum(count(row) for row in (*shown.first, *shown.rest) if "same line" in row.text)
    assert len(named) + folded == len(numbers) if most is None else len(named) + folded <= max(0, most)


@given(excerpts(), st.none() | st.integers(0, 70))
def test_a_mark_counts_the_lines_between_its_neighbors(found: Excerpt, most: int | None) -> None:
    place = 0
    for row in rows(found, most).first:
        place = 0 if "further up" in row.text else row.number or place + count(row)
        assert not row.number or row.text == LEFT_OUT or row.number in {line.number for line in found.lines}
    assert not rows(found, most).first or place == found.total_lines


@given(excerpts(), st.none() | st.integers(0, 70))
def test_every_line_of_the_log_is_in_the_rest_or_counted_or_above(found: Excerpt, most: int | None) -> None:
    shown = rows(found, most)
    above = [row for row in shown.first if row.number and row.text != LEFT_OUT]
    above_folded = sum(count(row) for row in shown.first if "same line" in row.text)
    lines = [row for row in shown.rest if row.number]
    counted = sum(map(count, shown.rest))
    assert not shown.rest or len(above) + above_folded + len(lines) + counted == found.total_lines
    assert [row.number for row in lines] == sorted(row.number for row in lines)


def count(row: Row) -> int:
    match = MARK.match(row.text)
    return int(match[1].replace(",", "")) if match and not row.number else 0
