"""The rows of an excerpt: cut marks that count right, repeats that fold, causes that never do."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin.model.excerpt import Excerpt, Line
from plugin.render.excerpt_rows import LEFT_OUT, Row, best_lines, best_rows, causes, rows

MARK = re.compile(r"… (?:same line )?([\d,]+) (?:lines|more times) …")


def excerpt(*lines: tuple[int, str], cause: tuple[int, ...] = (), total: int = 0) -> Excerpt:
    ranked = (*cause, *(number for number, _ in lines if number not in cause))
    shown = tuple(Line(number, text, "cause" if number in cause else "context") for number, text in lines)
    return Excerpt(ranked, shown, "title", total_lines=total or lines[-1][0])


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    numbers = sorted(draw(st.sets(st.integers(1, 60), min_size=1)))
    lines = tuple(
        Line(number, draw(st.sampled_from("ab")), draw(st.sampled_from(["cause", "context"]))) for number in numbers
    )
    ranked = tuple(draw(st.permutations(numbers)))
    return Excerpt(ranked, lines, "title", total_lines=numbers[-1] + draw(st.integers(0, 9)))


def test_cut_marks_count_what_is_left_out() -> None:
    shown = rows(excerpt((215, "a"), (217, "b"), cause=(217,), total=3000))
    assert shown == (
        Row(0, "… 214 lines …"),
        Row(215, "a"),
        Row(216, "…"),
        Row(217, "b", cause=True),
        Row(0, "… 2,783 lines …"),
    )


def test_a_blank_line_alone_is_shown_and_another_one_is_marked() -> None:
    found = Excerpt(
        (1, 3, 5), tuple(Line(n, f"line {n}", "context") for n in (1, 3, 5)), "t", blank=frozenset({2}), total_lines=5
    )
    assert [(row.number, row.text) for row in rows(found)][1:4:2] == [(2, ""), (4, LEFT_OUT)]


def test_a_whole_log_has_no_mark() -> None:
    assert rows(excerpt((1, "a"), (2, "b"))) == (Row(1, "a"), Row(2, "b"))


def test_repeats_fold_with_a_count() -> None:
    shown = rows(excerpt(*((number, "retry") for number in range(1, 6)), (6, "gave up")))
    assert shown == (Row(1, "retry"), Row(0, "… same line 4 more times …"), Row(6, "gave up"))


def test_a_pair_does_not_fold() -> None:
    assert rows(excerpt((1, "retry"), (2, "retry"))) == (Row(1, "retry"), Row(2, "retry"))


def test_equal_causes_do_not_fold() -> None:
    shown = rows(excerpt(*((number, "error") for number in range(1, 6)), cause=(1, 2, 3, 4, 5)))
    assert [row.number for row in shown] == [1, 2, 3, 4, 5]


def test_equal_lines_that_are_not_neighbours_do_not_fold() -> None:
    assert [row.number for row in rows(excerpt((1, "a"), (4, "a"), (7, "a")))] == [1, 0, 4, 0, 7]


def test_the_best_lines_stay_in_reading_order() -> None:
    found = excerpt(*((number, "x") for number in range(1, 10)), cause=(8, 2))
    assert [line.number for line in best_lines(found, 3)] == [1, 2, 8]


def test_a_line_takes_the_place_of_a_mark_that_would_stand_for_it_alone() -> None:
    found = excerpt((4, "a"), (5, "b"), (6, "c"), cause=(4, 6))
    assert [line.number for line in best_lines(found, 2)] == [4, 5, 6]


def test_causes_come_best_first() -> None:
    found = excerpt((4, "a"), (5, "b"), (6, "c"), cause=(6, 4))
    assert [line.number for line in causes(found)] == [6, 4]


def test_no_line_at_all() -> None:
    assert rows(replace(excerpt((1, "a")), lines=())) == ()
    assert rows(excerpt((1, "a")), 0) == ()


@given(excerpts(), st.none() | st.integers(0, 70))
def test_every_line_of_the_log_is_shown_or_counted(found: Excerpt, most: int | None) -> None:
    shown = rows(found, most)
    counted = sum(int(match[1].replace(",", "")) for row in shown if not row.number and (match := MARK.match(row.text)))
    lines = [row for row in shown if row.number]
    assert not shown or len(lines) + counted == found.total_lines
    assert [row.number for row in lines] == sorted(row.number for row in lines)
    kept = found.lines if most is None else best_lines(found, most)
    marked = [line.number for line in causes(found)[:5] if line in kept]
    assert sorted(marked) == [row.number for row in lines if row.cause]


@given(excerpts(), st.integers(0, 30))
def test_the_essence_keeps_to_its_room(found: Excerpt, room: int) -> None:
    shown = best_rows(found, room)
    assert len(shown) <= room
    first = next(line.text for line in found.lines if line.number == found.ranked[0])
    assert room < 3 or first in [row.text for row in shown]
