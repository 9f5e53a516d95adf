"""Choice of expressions by the literals in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.literals import LiteralIndex

INDEX = LiteralIndex([["error: "], ["failed", "no such file"], [], ["é!"]])


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("", {2}),
        ("err", {2}),
        ("an error: x", {0, 2}),
        ("ERROR: no such FILE", {0, 1, 2}),
        ("erro failed", {1, 2}),
        ("é!", {2, 3}),
    ],
)
def test_an_expression_is_possible_if_one_of_its_literals_occurs_in_any_case(text: str, possible: set[int]) -> None:
    assert INDEX.possible(text.encode()) == possible


@given(
    st.lists(st.lists(st.text("abc", min_size=1, max_size=6), max_size=3), max_size=5), st.text("abcAB", max_size=40)
)
def test_the_index_finds_the_same_as_a_search_for_each_literal(literals: list[list[str]], text: str) -> None:
    expected = {
        index
        for index, alternatives in enumerate(literals)
        if not alternatives or any(literal in text.lower() for literal in alternatives)
    }
    assert LiteralIndex(literals).possible(text.encode()) == expected
