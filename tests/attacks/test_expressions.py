"""Untrusted expressions cost no time: RE2 is linear, and what is too large for it is refused."""

import json

import pytest

from plugin.extract.analyze import analyze
from plugin.extract.user_patterns import with_user_patterns

BOMBS = {
    "nested": "^(a+)+$",
    "nested twice": "((a*)*)*b",
    "alternatives": "(a|a|a?)+$",
    "optional": "(?:a?){30}a{30}",
    "greedy": "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x",
}
TOO_LARGE = {"repeated": "((a{100}){100}){100}", "unicode": r"(\pL{1000}){1000}", "counted": "x{1001}"}
NOT_RE2 = {"look behind": "(?<=a)b", "back reference": r"(a)\1", "atomic": "(?>a+)b"}
LOG = b"+ make\n" + b"a" * 50_000 + b"!\nerror: no rule\n"


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_expression_that_hangs_other_engines_is_harmless(bomb: str) -> None:
    patterns = {"bomb": {"match": BOMBS[bomb], "title": "Bomb"}}
    catalogue, _ = with_user_patterns(json.dumps({"patterns": patterns, "ignore": [BOMBS[bomb]]}), "", ())
    assert analyze(LOG, catalogue=catalogue).lines


@pytest.mark.parametrize("expression", [*TOO_LARGE.values(), *NOT_RE2.values()], ids=[*TOO_LARGE, *NOT_RE2])
def test_an_unusable_expression_is_reported_and_left_out(expression: str) -> None:
    patterns = {
        "bomb": {"match": expression, "title": "Bomb"},
        "good": {"match": "^error: (?P<what>.+)", "title": "Good: {what}"},
    }
    catalogue, problems = with_user_patterns(json.dumps(patterns), "", ())
    assert any("bomb" in problem for problem in problems)
    assert analyze(LOG, catalogue=catalogue).title == "Good: no rule"
