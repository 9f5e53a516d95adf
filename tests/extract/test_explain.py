"""Reasons for the score of a line, in words."""

import pytest

from plugin import analyze_log
from plugin.extract.explain import describe_feature
from plugin.extract.ranker import built_in_ranker

LOG = (
    "+ make\ncc -c cart.c\ncart.c:12:5: error: expected ';' before '}' token\nmake: *** [Makefile:2: cart.o] Error 1\n"
)


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("error-leads", "`error-leads`"),
        ("not error-leads", "not `error-leads`"),
        ("error^4", "`error` up to 4 above"),
        ("error_8", "`error` up to 8 below"),
        ("at-file~", "`at-file` in its paragraph"),
        ("fail-leads/", "`fail-leads` leads its indented lines"),
        ("not exit-mark@", "not `exit-mark` in its section"),
        ("end<16", "among the last 16 lines"),
        ("mark<4", "within 4 lines before the mark of a failed command"),
        ("command<8", "within 8 lines after the last command"),
        ("first.cause<4", "within 4 lines from the first line with `cause`"),
        ("seen>2", "printed more than 2 times"),
        ("block", "part of a known block"),
    ],
)
def test_a_feature_in_words(feature: str, words: str) -> None:
    assert describe_feature(feature) == words


def test_every_feature_of_the_ranker_has_a_description() -> None:
    marks = set("^_<>~/@.") - set("_")
    assert not [name for name in built_in_ranker().features if marks & set(describe_feature(name).split("`")[0])]


def test_each_shown_line_has_the_reasons_for_its_score() -> None:
    found = analyze_log(LOG, exit_code=2, explain=True)
    whys = {line.number: line.why for line in found.lines}
    assert "pattern c-compile-error" in whys[3]
    assert "a tool's pattern for a cause +1.5" in whys[3]
    assert all(why[0] in "+-" and why[1].isdigit() for why in whys.values())


def test_lines_have_no_reasons_by_default() -> None:
    assert {line.why for line in analyze_log(LOG).lines} == {""}


def test_explain_does_not_change_the_ranking() -> None:
    assert analyze_log(LOG, explain=True).ranked == analyze_log(LOG).ranked
