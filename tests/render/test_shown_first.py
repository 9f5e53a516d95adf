"""Every view shows the same lines first, in the same order, and no line twice."""

import re
from collections.abc import Callable, Mapping

import pytest

from plugin.model.excerpt import Excerpt
from plugin.model.report import Report
from plugin.render import html, junit, markdown, text
from plugin.render.excerpt_rows import REST
from tests.render.comments import shown_of
from tests.render.samples import KILLED, LINT, PYTEST, failure, report

VIEWS: Mapping[str, tuple[Callable[[Report], str], str, str]] = {
    "comment": (shown_of, "<details>", r"(?m)^[! ] +(\d+) │ ?(.*)"),
    "html": (html.render, "<details>", r"<span class=\"n\">(\d+)</span>.*<span>(.*)</span></li>"),
    "junit": (junit.render, REST, r"(?m)^(\d+): (.*)"),
    "markdown": (markdown.render, REST, r"(?m)^[! ] +(\d+) │ ?(.*)"),
    "text": (text.render, REST, r"(?m)^  [> ] +(\d+) │ ?(.*)"),
}
"""For each view: its renderer, the text between its two parts, and an expression for a line of the log."""


def filled(shown: list[int], found: Excerpt) -> set[int]:
    """Return what fills gaps of at most three lines."""
    chosen = {line.number for line in found.shown}
    return {number for number in shown if number not in chosen and chosen & set(range(number - 3, number + 4))}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("found", [LINT, PYTEST, KILLED], ids=["lint", "pytest", "killed"])
def test_a_view_shows_the_same_lines_first(view: str, found: Excerpt) -> None:
    render, between, row = VIEWS[view]
    first, _, rest = render(report(failure("test", found))).partition(between)
    shown = [int(number) for number, written in re.findall(row, first) if written not in ("", "…")]
    others = [int(number) for number, written in re.findall(row, rest) if written not in ("", "…")]
    assert [number for number in shown if number not in filled(shown, found)] == [
        line.number for line in found.shown if line.text
    ]
    assert set(shown).isdisjoint(others)
    assert len(others) == len(set(others))
