"""Tests of the Markdown summary."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.model.build import State
from plugin.model.excerpt import Excerpt, Line
from plugin.model.report import Report
from plugin.render import FORMATS
from plugin.render.markdown import render
from plugin.text.escape import escape_markdown
from tests.render.engines import ENGINES, Page
from tests.render.samples import KILLED, LONG, PYTEST, SAMPLES, SERVER, TAIL, failure, job, report


def line_with(markdown: str, text: str) -> str:
    return next(line for line in markdown.split("\n") if text in line)


def test_first_lines_name_the_failed_step_and_the_cause() -> None:
    heading, _, origin, _, failed, _, details = render(SAMPLES["one"]).split("\n")[:7]
    known = f"probably this change: new in this build, passed in [build 2]({SERVER}/octo/app/2)"
    assert heading == f"## ❌ [Build 3](https://drone.example.com/octo/app/3) failed in 1 step — {known}"
    assert origin == "repository `octo/app` · pull request 7 · branch `main` · commit `2f6b7c1d9e`"
    assert failed == "### ❌ test — `tests/test_cart.py::test_total_price`: assert 9 == 12"
    assert details.startswith("**failed (exit code 1) after 42 s** · `pytest -q` · looks like a failing test · [log](")


@pytest.mark.parametrize(
    ("exit_code", "words"),
    [
        (2, "failed (exit code 2)"),
        (126, "could not be started (exit code 126)"),
        (130, "interrupted (exit code 130)"),
        (137, "killed, or out of memory (exit code 137)"),
        (143, "terminated (exit code 143)"),
        (255, "failed, or could not be started (exit code 255)"),
    ],
)
def test_exit_code_is_described(exit_code: int, words: str) -> None:
    assert f"**{words} after 42 s**" in render(report(failure("x", TAIL, exit_code=exit_code)))


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (125, "2 min 5 s"), (4321, "1 h 12 min")])
def test_duration_has_units(seconds: int, words: str) -> None:
    assert f" after {words}**" in render(report(failure("x", TAIL, seconds=seconds)))


def test_missing_duration_is_left_out() -> None:
    assert "**failed (exit code 1)** · " in render(report(failure("x", TAIL, seconds=None)))


def test_category_is_described() -> None:
    found = replace(KILLED, category="infrastructure")
    assert "looks like an infrastructure problem, not your code" in render(report(failure("x", found)))


def test_causes_are_marked_and_lines_have_their_raw_numbers() -> None:
    markdown = render(SAMPLES["one"])
    assert line_with(markdown, "assert 9 == 12").startswith("### ")
    assert "\n! 109 │ E       assert 9 == 12\n" in markdown
    assert "\n  107 │         cart = Cart(" in markdown
    assert "\n@@ … 100 lines … @@\n  220 │ ====" in markdown


def test_source_locations_link_to_the_commit() -> None:
    address = "https://gitea.example.com/octo/app/src/commit/2f6b7c1d9e/tests/test_cart.py#L31"
    assert f"\nSource: [`tests/test_cart.py:31`]({address})\n" in render(SAMPLES["one"])
    assert "Source:" not in render(replace(SAMPLES["one"], source_url=""))


def test_matrix_jobs_with_the_same_failure_are_shown_once() -> None:
    markdown = render(SAMPLES["matrix"])
    assert markdown.count("### ❌ lint") == 1
    assert "`PYTHON=3.11` [log](https://drone.example.com/octo/app/3/1)" in markdown
    assert "`PYTHON=3.13` [log](https://drone.example.com/octo/app/3/2)" in markdown


def test_matrix_jobs_with_different_failures_are_shown_separately() -> None:
    first, second, *_ = SAMPLES["matrix"].failures
    other = replace(first, key="v1:0123456789abcdef", job="x", axes=(("A", "x"),))
    assert render(report(first, other)).count("### ❌ lint") == 2
    assert render(report(first, second)).count("### ❌") == 2


def test_the_order_of_the_report_is_kept() -> None:
    markdown = render(report(*(failure(name, TAIL) for name in ("zeta", "alpha", "mid"))))
    assert markdown.index("### ❌ zeta") < markdown.index("### ❌ alpha") < markdown.index("### ❌ mid")


def test_what_passed_is_one_line() -> None:
    passed = (job(number, f"w{number:03}", State.SUCCESS) for number in range(2, 302))
    some = report(failure("test", PYTEST), jobs=(job(1, "w001"), *passed))
    assert "\n✅ 300 others passed\n" in render(some)
    assert "w002" not in render(some)
    assert "\n300 others passed\n" in FORMATS["text"](some)


def test_many_failures_have_a_list_of_titles_first() -> None:
    markdown = render(SAMPLES["thirty"])
    assert markdown.index("- **test-part-29**: ") < markdown.index("### ❌ test-part-00")


def test_missing_and_incomplete_logs_are_noted() -> None:
    markdown = render(SAMPLES["missing-log"])
    assert "_No log available: the server has no log of it after 30 s._" in markdown
    assert "_The log is incomplete: the server keeps only the last 2 MB._" in markdown
    assert "_No pattern matched; this is the end of the log._" in render(SAMPLES["unknown"])


def test_notes_end_the_report() -> None:
    assert render(SAMPLES["missing-log"]).endswith("on the build's page.\n")


def test_a_green_report_is_short() -> None:
    markdown = render(SAMPLES["green"])
    assert markdown.startswith("## ✅ [Build 3](https://drone.example.com/octo/app/3) passed\n")
    assert len(markdown.split("\n")) < 6


def test_running_jobs_are_listed() -> None:
    markdown = render(SAMPLES["running"])
    assert "- ⏳ windows is still running (1 of 4 steps ended)" in markdown
    assert "mac" not in markdown


def test_a_failure_of_the_build_itself() -> None:
    assert "### ❌ the build itself — yaml: line 14: did not find expected key" in render(SAMPLES["build-error"])


@pytest.mark.parametrize("size", [1000, 1500, 3000, 10_000])
@pytest.mark.parametrize("name", SAMPLES)
def test_size_limit_is_kept_and_every_step_named(name: str, size: int) -> None:
    markdown = render(SAMPLES[name], size=size)
    assert len(markdown) <= size
    for one in SAMPLES[name].failures:
        assert escape_markdown(one.step) in markdown
    assert len(render(SAMPLES[name])) <= size or "_Shortened to fit" in markdown


def test_lines_are_dropped_before_titles() -> None:
    markdown = render(SAMPLES["long"], size=2500)
    assert "! 403 │ error: case 3 went wrong" in markdown
    assert "! 109 │ E       assert 9 == 12" in markdown


TEXTS = st.text(max_size=40) | st.sampled_from(["`", "```", "@octocat", "<b>", "a_b", "\n# x", "x" * 500])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw a report with any text, and with few enough steps that all their names fit into the smallest size."""
    failures = []
    for number in range(draw(st.integers(0, 12))):
        lines = tuple(Line(n, draw(TEXTS), draw(st.sampled_from(["cause", "context"]))) for n in range(1, 4))
        found = Excerpt((2, 1, 3), lines, draw(TEXTS), total_lines=9, hint=draw(TEXTS), command=draw(TEXTS))
        failures.append(failure(f"step{number}", draw(st.none() | st.just(found)), title=draw(TEXTS), job=draw(TEXTS)))
    return report(
        *failures, branch=draw(TEXTS), notes=tuple(draw(st.lists(TEXTS, max_size=3))), jobs=(job(1, draw(TEXTS)),)
    )


@settings(max_examples=60, deadline=None)
@given(reports(), st.integers(1000, 20_000))
def test_any_report_fits_any_size(some: Report, size: int) -> None:
    markdown = render(some, size=size)
    page = Page(ENGINES["cmark-gfm"](markdown))
    assert len(markdown) <= size
    assert page.faults == []
    assert "img" not in page.tags
    text = "".join(page.prose)
    assert [one.step for one in some.failures if one.step not in text] == []


def test_more_steps_than_fit_are_counted() -> None:
    markdown = render(report(*(failure(f"a-very-long-name-{n}", None) for n in range(2_000))), size=1000)
    assert len(markdown) <= 1000
    assert " and 1," in markdown


def test_samples_have_what_their_names_say() -> None:
    assert len(SAMPLES["thirty"].failures) == 30
    assert len(LONG.lines) == 60
    assert PYTEST.pattern
