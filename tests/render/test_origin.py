"""Every view names the origin of a pattern from a pull request, and how many lines its file hides."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from plugin.model.report import Report
from plugin.render import FORMATS, card
from plugin.render import json as json_format
from plugin.render import text as text_format
from plugin.render.comment import sections
from tests.render.comments import shown_of
from tests.render.samples import OWN_PATTERN, SAMPLES, failure, report

VIEWS: Mapping[str, Callable[[Report], str]] = {
    **FORMATS,
    "color": lambda shown: text_format.render(shown, colour=True),
    "card": card.render,
    "comment": shown_of,
    "plain comment": lambda shown: shown_of(shown, plain=True),
    "comment with titles only": lambda shown: shown_of(shown, most=1_300),
    "headline of the comment": lambda shown: sections(shown, plain=False)[0].headline,
}
TITLES = {"short": "src/app.py: no tabs", "long": "All checks passed, safe to merge. " * 6}
_WITHOUT_NOTES = ("comment with titles only", "headline of the comment")


def _without_markup(view: str, text: str) -> str:
    """Return the text without markup, so that one assertion fits all formats."""
    shown = json.loads(text)["data"]["failures"][0]["title"] if view == "card" else text
    return re.sub(r"[`*_\\]|&#\d+;|\x1b\[\d*m", "", shown)


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_pattern_of_a_pull_request_is_marked(view: str, title: str) -> None:
    shown = report(failure("lint", OWN_PATTERN, title=TITLES[title][:200]))
    if view == "json":
        document = json.loads(VIEWS[view](shown))
        Draft202012Validator(json.loads(json_format.schema())).validate(document)
        assert document["failures"][0]["pattern_origin"] == ".failure-alert.yml"
        return
    assert "(pattern our-linter from .failure-alert.yml)" in _without_markup(view, VIEWS[view](shown))


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "json"])
def test_other_patterns_have_no_mark(view: str) -> None:
    shown = report(failure("lint", replace(OWN_PATTERN, pattern_origin="")))
    assert "our-linter from" not in _without_markup(view, VIEWS[view](shown))


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in _WITHOUT_NOTES])
def test_hidden_lines_are_counted(view: str) -> None:
    assert "12 lines hidden by " in VIEWS[view](SAMPLES["own-pattern"])


def test_json_has_the_counts() -> None:
    (one,) = json.loads(json_format.render(SAMPLES["own-pattern"]))["failures"]
    assert one["hidden"] == [{"origin": "`ignore` in .failure-alert.yml", "lines": 12, "shown": 0, "complete": True}]


def test_a_long_id_does_not_fill_the_page() -> None:
    shown = report(failure("lint", replace(OWN_PATTERN, pattern="x" * 100_000)))
    assert len(VIEWS["comment"](shown)) < 2_000
