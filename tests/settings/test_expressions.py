"""Lists of expressions are read as meant: commas in an expression do not separate, and an invalid part is quoted."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from plugin.settings.expressions import expressions
from plugin.settings.parse import read_settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("^a{2,4} error", ("^a{2,4} error",), id="quantifier"),
        pytest.param("^a{2,} error", ("^a{2,} error",), id="open quantifier"),
        pytest.param("^a{2,4} ,^DEBUG ", ("^a{2,4}", "^DEBUG"), id="quantifier in a list"),
        pytest.param("(one, two|noise),^DEBUG ", ("(one, two|noise)", "^DEBUG"), id="comma in parentheses"),
        pytest.param("^[a,b]+ error,x", ("^[a,b]+ error", "x"), id="comma in brackets"),
        pytest.param("[^,]+: error", ("[^,]+: error",), id="only a comma in brackets"),
        pytest.param("(a,,b),c", ("(a,,b)", "c"), id="two commas in parentheses"),
        pytest.param(r"a\,b", (r"a\,b",), id="escaped comma"),
        pytest.param(r"a\{1,2}", (r"a\{1", "2}"), id="escaped brace is no quantifier"),
        pytest.param(r"a\\{1,2}", (r"a\\{1,2}",), id="escaped backslash before a quantifier"),
        pytest.param("^aaa \n^DEBUG \n", ("^aaa", "^DEBUG"), id="one in each line"),
        pytest.param("^aaa\r\n^DEBUG\r\n", ("^aaa", "^DEBUG"), id="Windows line breaks"),
        pytest.param("^a{2,4}\n(x, y)\nb,c", ("^a{2,4}", "(x, y)", "b", "c"), id="commas in lines"),
        pytest.param('["^aaa, ", "^DEBUG "]', ("^aaa, ", "^DEBUG "), id="JSON"),
        pytest.param('[\n"^aaa ",\n"^DEBUG "\n]', ("^aaa ", "^DEBUG "), id="JSON over lines"),
        pytest.param('["^aaa ", 404]', ("^aaa ", "404"), id="JSON with a number"),
        pytest.param("['^it''s, ', '^DEBUG ']", ("^it's, ", "^DEBUG "), id="quoted YAML list in a text"),
        pytest.param("a,, b ,", ("a", "b"), id="gaps"),
    ],
)
def test_list_is_read_as_meant(text: str, expected: tuple[str, ...]) -> None:
    assert expressions(text) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (['^{"level":"debug"', '^{"level":"trace"'], ('^{"level":"debug"', '^{"level":"trace"')),
        ([r"^\[INFO", r"^\[DEBUG"], (r"^\[INFO", r"^\[DEBUG")),
        (["x{", "5}"], ("x{", "5}")),
        (["^DEBUG ", "telemetry"], ("^DEBUG", "telemetry")),
    ],
)
def test_list_of_version_0_1_keeps_its_meaning(items: list[str], expected: tuple[str, ...]) -> None:
    """Servers join a YAML list with commas."""
    assert expressions(",".join(items)) == expected


@given(st.lists(st.text("ab[](){},:\\ ^", max_size=8), min_size=1, max_size=6))
def test_text_that_was_valid_in_version_0_1_keeps_its_meaning(parts: list[str]) -> None:
    text = ",".join(parts)
    before = tuple(part.strip() for part in text.split(",") if part.strip())
    if text.startswith("[") or not all(map(_valid, before)):
        return
    assert expressions(text) == before


def _valid(expression: str) -> bool:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression, options)
    except re2.error:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("^ok,[broken", "'[broken'"),
        ("^ok,(b,c", "'(b,c'"),
        ("^ok\n(x", "'(x'"),
        ('["^ok", "(x"]', "'(x'"),
        ("(?=ahead)", "'(?=ahead)'"),
    ],
)
def test_error_quotes_the_invalid_part(text: str, quoted: str) -> None:
    settings, (problem,) = read_settings({"PLUGIN_IGNORE": text})
    assert settings.ignore == ()
    assert f"contains {quoted}, which is not a valid RE2 expression: " in str(problem)


@pytest.mark.parametrize("text", ["[true]", "[null]", '[["a"]]'])
def test_json_of_other_values_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="must be a list of expressions"):
        expressions(text)


@given(st.text(max_size=60))
def test_any_text_is_a_list_of_valid_expressions_or_an_error(text: str) -> None:
    try:
        found = expressions(text)
    except ValueError:
        return
    assert all(map(_valid, found))
