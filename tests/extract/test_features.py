"""Features of lines and of their neighborhood."""

import json
from importlib.resources import files

import pytest

from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.features import GROUPS_FILE, Features, expressions, positions

LOG = b"""\
+ make
all is well

FAIL cart
    at one
    at two
error: bad
+ make deploy
shipped

shipped
"""
BROKEN = Pattern(id="broken", title="Broken", match="^error: bad", place="here", start="^FAIL", until="^shipped")


@pytest.fixture(scope="module")
def features() -> Features:
    return Features(choose_candidates(LOG), Catalogue((BROKEN,)))


@pytest.mark.parametrize(
    ("feature", "rows"),
    [
        ("error-leads", [6]),
        ("error-leads^1", [7]),
        ("error-leads^4", [7, 8, 9, 10]),
        ("error-leads_1", [5]),
        ("error-leads_4", [2, 3, 4, 5]),
        ("error-leads~", [3, 4, 5, 6, 7, 8]),
        ("error-leads@", [1, 2, 3, 4, 5, 6]),
        ("fail-leads/", [4, 5]),
        ("cause", [6]),
        ("symptom", []),
        ("block", [3, 4, 5, 6, 7, 8]),
        ("end<2", [9, 10]),
        ("command", [0, 7]),
        ("command<1", [7, 8]),
        ("mark", []),
        ("first.command<2", [0, 1]),
        ("last.command<1", [7]),
        ("seen>1", [2, 8, 9, 10]),
        ("short", [0, 1, 3, 4, 5, 6, 7, 8, 10]),
    ],
)
def test_rows_that_have_a_feature(features: Features, feature: str, rows: list[int]) -> None:
    assert positions(features[feature]) == rows


def test_the_mark_of_a_failed_command_splits_the_log() -> None:
    features = Features(choose_candidates(b'one\ntwo\nthree\nThe command "make" exited with 2.\nfour\n'), Catalogue(()))
    assert (positions(features["mark"]), positions(features["mark<2"])) == ([0, 1, 2], [1, 2])


@pytest.mark.parametrize("feature", ["error~", "error/", "error@", "end<4", "seen>1", "block", "first.cause<4"])
def test_an_empty_log_has_no_rows(feature: str) -> None:
    assert Features(choose_candidates(b""), Catalogue(()))[feature] == 0


def test_names_of_expressions_do_not_collide_with_those_of_derived_features() -> None:
    assert not [name for name in expressions() if any(mark in name for mark in "^_<>~/@.")]


def test_every_expression_is_in_one_group() -> None:
    """After a change of signs: `python -m tools.quality.sets`."""
    together = json.loads(files("plugin.extract").joinpath(GROUPS_FILE).read_bytes())
    assert sorted(name for names in together for name in names) == sorted(expressions())
