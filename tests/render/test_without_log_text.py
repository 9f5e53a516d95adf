"""`max_lines: 0`: no view has text that the build printed."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from plugin.model.excerpt import Block, HiddenLines, Line
from plugin.model.report import Failure, Report
from plugin.model.tests import ReportedTest, StepTests
from plugin.model.verdict import ChangedLines, FailureVerdict, KnownIssue, Relation
from plugin.render import EXTENSIONS, card, comment
from plugin.render.without_log_text import without_log_text
from tests.deliver.comment.memory import facts_of, state_of, text_of
from tests.render.samples import PYTEST, TESTS, failure, report

MARKER = "MARKERxyz"
NAMES = {"job", "step", "url", "key", "origin", "pattern", "pattern_origin", "kind", "category", "state", "reason"}
NAMES |= {"link", "owner", "until", "action", "branch", "ref"}
"""Text fields whose values come from the pipeline file, the server's address or the plugin."""


def marked(value: Any, name: str = "") -> Any:
    """Return the value with MARKER in every text that is not one of NAMES, at any depth."""
    if type(value) is str:
        return value if name in NAMES or not value else f"{MARKER} src/{MARKER}.py:3: {value}"
    if isinstance(value, tuple) and name != "axes" and name != "notes":
        return tuple(marked(one, name) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: marked(getattr(value, one.name), one.name) for one in fields_of(value)})
    return value


def fields_of(value: Any) -> tuple["dataclasses.Field[Any]", ...]:
    return dataclasses.fields(value)


EXCERPT = replace(
    PYTEST,
    hint="has a value",
    hidden=(HiddenLines("setting `ignore`", 2),),
    blocks=(Block("cause", (Line(109, "E assert", "cause"),)),),
)
VERDICT = FailureVerdict(
    changed=ChangedLines(Relation.CHANGED_LINE, "src/app.py", 3), known_issue=KnownIssue("the proxy is slow")
)
FAILURES = (
    failure("test", EXCERPT),
    failure("again", EXCERPT, tests=TESTS, error="the container said so", verdict=VERDICT),
    failure("none", None, error="the container said so"),
    failure("", None, job="mac", error="the runner said so"),
)
MARKED: Report = report(*(marked(one) for one in FAILURES))


def comment_text(some: Report, *, plain: bool) -> str:
    return text_of(state_of(*comment.sections(some, plain=plain)))


VIEWS: Mapping[str, Callable[[Report], str]] = {
    **EXTENSIONS,
    "card": card.render,
    "comment": lambda some: comment_text(some, plain=False),
    "plain comment": lambda some: comment_text(some, plain=True),
}


def test_the_marker_is_in_every_text_of_a_failure() -> None:
    first = MARKED.failures[1]
    assert first.excerpt
    assert first.tests
    texts = (first.title, first.error, first.excerpt.title, first.excerpt.command, first.excerpt.hint)
    assert [
        text for text in (*texts, first.excerpt.lines[0].text, first.tests.failed[0].name) if MARKER not in text
    ] == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_it_unless_the_text_is_left_out(view: str) -> None:
    assert MARKER in VIEWS[view](MARKED) or view == "env"
    shown = VIEWS[view](without_log_text(MARKED))
    assert MARKER not in shown
    assert view == "env" or "test" in shown


def test_hidden_data_of_the_comment_has_no_text_of_the_log() -> None:
    assert MARKER in str(facts_of(comment_text(MARKED, plain=False)))
    assert MARKER not in str(facts_of(comment_text(without_log_text(MARKED), plain=False)))


def test_what_is_left_is_kind_outcome_hint_and_links() -> None:
    shown = failure("test", replace(PYTEST, hint="Run the tests locally.", fixed_hint=True))
    text = comment_text(without_log_text(report(shown)), plain=False)
    assert "failing test" in text
    assert "failed (exit code 1) after 42 s" in text
    assert "**Hint:** Run the tests locally." in text
    assert "[log](https://drone.example.com/octo/app/3/1/4" in text


@pytest.mark.parametrize(
    ("some", "title"),
    [
        (failure("test", PYTEST), "failing test"),
        (failure("test", replace(PYTEST, category="code")), "compiler error or crash"),
        (failure("test", replace(PYTEST, category="unknown")), "failed (exit code 1)"),
        (failure("test", PYTEST, tests=TESTS), "4 of 1,204 tests failed, 2 flaky tests passed on retry"),
        (failure("test", PYTEST, tests=StepTests((), 3, (), (ReportedTest("a", "b", "flaky"),))), "failing test"),
        (failure("test", None, exit_code=137), "killed, or out of memory (exit code 137)"),
        (failure("", None, job="mac", exit_code=None), "failed"),
    ],
)
def test_the_title_is_the_kind_of_failure(some: Failure, title: str) -> None:
    (left,) = without_log_text(report(some)).failures
    assert left.title == title
    assert left.key == some.key


def test_the_json_report_has_no_lines_but_all_keys() -> None:
    whole, left = (json.loads(EXTENSIONS["json"](one))["failures"][0] for one in (MARKED, without_log_text(MARKED)))
    assert whole.keys() == left.keys()
    assert (left["excerpt"], left["blocks"], left["command"], left["hint"], left["places"]) == ([], [], "", "", [])
