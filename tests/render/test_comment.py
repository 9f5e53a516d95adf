"""Tests of the sections of the pull request comment."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.model.build import State
from plugin.model.comment import Section
from plugin.model.excerpt import Block, Excerpt
from plugin.model.report import Report
from plugin.model.tests import StepTests
from plugin.render.comment import sections
from tests.render.comments import shown_of
from tests.render.engines import ENGINES, Page
from tests.render.samples import FLAKY, LINT, LONG, NEW, PYTEST, SAMPLES, TAIL, TESTS, failure, job, report
from tests.render.test_markdown import reports

BOTH = pytest.mark.parametrize("plain", [False, True], ids=["folds", "plain"])


def open_rows(markdown: str) -> int:
    """Return the number of log lines that are visible without unfolding anything."""
    folded = inside = rows = 0
    for line in markdown.split("\n"):
        folded += line.startswith("<details>") - (line == "</details>")
        if line.startswith("```"):
            inside = not inside
        elif inside and not folded:
            rows += 1
    return rows


def only(some: Report, *, plain: bool = False) -> Section:
    (section,) = sections(some, plain=plain)
    return section


def test_each_job_has_a_section() -> None:
    first, second = sections(SAMPLES["matrix"], plain=False)
    assert (first.key, first.name, first.state, first.current) == ("1", "PYTHON=3.11", "red", True)
    assert (second.key, second.name, second.state, second.current) == ("2", "PYTHON=3.13", "red", False)


def test_jobs_with_the_same_failure_are_one_line_and_have_their_details_once() -> None:
    shown = shown_of(SAMPLES["matrix"])
    logs = "[`PYTHON=3.11`](https://drone.example.com/octo/app/3/1), [`PYTHON=3.13`](https://drone.example.com/octo/app/3/2)"
    assert f"- **lint** ({logs}): [`src/app.py:10:1`](" in shown
    assert shown.count("! 15 │") == 1


def test_failures_without_a_key_are_never_one_line() -> None:
    lint, *_ = SAMPLES["matrix"].failures
    one, other = replace(lint, key=""), replace(lint, key="", job="PYTHON=3.13", job_number=2)
    shown = shown_of(report(one, other, jobs=SAMPLES["matrix"].jobs))
    assert shown.count("- **lint** (") == shown.count("! 15 │") == 2


def test_parallel_steps_of_one_job_with_the_same_failure_are_one_line_with_both_names() -> None:
    lint, *_ = SAMPLES["matrix"].failures
    shown = shown_of(report(lint, replace(lint, step="lint-again"), jobs=SAMPLES["matrix"].jobs[:1]))
    assert "\n**lint**, **lint-again** ([`PYTHON=3.11`](" in shown
    assert shown.count("! 15 │") == 1


def test_the_headline_names_step_and_cause() -> None:
    first = sections(SAMPLES["matrix"], plain=False)[0]
    assert first.headline == "**oom** (`PYTHON=3.11`): The process was killed: most likely out of memory (and 1 more)"


def test_what_may_explain_the_others_comes_first() -> None:
    unknown, stopped = failure("slow", TAIL), failure("other", None, state=State.KILLED)
    found = (failure(name, replace(PYTEST, category=name)) for name in ("lint", "test", "code", "dependency"))
    shown = shown_of(report(stopped, unknown, *found))
    names = [line.split("**")[1] for line in shown.split("\n") if line.startswith("- **")]
    assert names == ["dependency", "code", "test", "lint", "slow", "other"]
    assert "\n#### ❌ **dependency**\n" in shown


def test_what_failed_in_most_jobs_comes_first_among_causes_of_one_kind() -> None:
    lint, *_ = SAMPLES["matrix"].failures
    other = replace(lint, key="v1:other", step="format", title="not formatted")
    shown = shown_of(report(other, lint, replace(lint, job_number=2), jobs=SAMPLES["matrix"].jobs))
    assert shown.index("- **lint**") < shown.index("- **format**")


def test_a_failure_without_a_step_links_to_its_page_and_has_no_log() -> None:
    shown = shown_of(SAMPLES["unit-error"])
    assert "\n**windows**: no runner for windows/amd64 · [page](https://drone.example.com/octo/app/3/1/4)\n" in shown
    assert "[log]" not in shown_of(SAMPLES["build-error"])


def test_a_long_title_is_whole_in_the_list_or_in_the_details() -> None:
    remedy = "and so on " * 20 + "set token"
    one = replace(failure("test", PYTEST), title=remedy)
    assert shown_of(report(one)).count("set token") == 1
    assert shown_of(report(one, failure("lint", LINT))).count("set token") == 1


def test_a_fold_names_step_and_job_in_code() -> None:
    shown = shown_of(report(failure("<b>@octo</b>", LONG), failure("lint", PYTEST)))
    assert "<details><summary>❌ <code>&lt;b&gt;@octo&lt;/b&gt;</code></summary>" in shown


def test_nothing_is_shown_twice() -> None:
    failures = (replace(one, verdict=NEW) for one in SAMPLES["long"].failures)
    shown = shown_of(report(*failures, conclusion=NEW.conclusion))
    for text in (
        "new in this build, passed in [build 2]",
        "case 3 went wrong · [log]",
        "assert 9 == 12 ·",
        "! 403 │",
        "! 109 │",
    ):
        assert shown.count(text) == 1, text


def test_what_earlier_builds_show_is_in_the_heading_and_where_failures_differ_beside_each() -> None:
    one, other = SAMPLES["long"].failures
    shown = shown_of(report(replace(one, verdict=NEW), replace(other, verdict=FLAKY), conclusion=NEW.conclusion))
    assert shown.partition("\n")[0].endswith(" failed in 2 steps — probably this change (check, see each failure)")
    address = "https://drone.example.com/octo/app/2"
    assert f"\nNew in this build, passed in [build 2]({address})\n" in shown
    assert f"\nThe same commit passed in [build 2]({address}) (failed like this in 1 of 2)\n" in shown


def test_what_passed_is_one_line() -> None:
    passed = (job(number, f"w{number:03}", State.SUCCESS) for number in range(11, 301))
    failed = [replace(failure("test", PYTEST), job=f"w{n:03}", job_number=n, key=f"v1:{n}") for n in range(1, 11)]
    shown = shown_of(report(*failed, jobs=(*(job(n, f"w{n:03}") for n in range(1, 11)), *passed)))
    assert "\n✅ 290 others passed\n" in shown
    assert "w011" not in shown
    assert shown.startswith("### ❌ [Build 3](https://drone.example.com/octo/app/3) failed in 10 of 300 jobs\n")


def test_jobs_that_neither_passed_nor_failed_are_named_unless_they_are_many() -> None:
    running = (job(number, f"w{number}", State.RUNNING) for number in range(2, 5))
    shown = shown_of(report(failure("test", PYTEST), jobs=(job(1, "w1"), *running, job(9, "w9", State.SKIPPED))))
    assert "failed in 1 of 5 jobs, 3 still running" in shown
    assert "⏳ **w4** is still running (4 of 4 steps ended)  \n⏭ **w9** was skipped\n" in shown
    many = (job(number, f"w{number}", State.RUNNING) for number in range(2, 50))
    shown = shown_of(report(failure("test", PYTEST), jobs=(job(1, "w1"), *many)))
    assert "⏳ 48 others are still running or waiting\n" in shown


def test_a_job_that_only_runs_this_program_is_not_counted() -> None:
    reporter = replace(job(3, "why", State.RUNNING, current=True), reporter=True)
    jobs = (job(1, "linux"), job(2, "mac", State.SUCCESS), reporter)
    assert [one.key for one in sections(report(failure("test", PYTEST), jobs=jobs), plain=False)] == ["1", "2"]
    assert "failed in 1 of 2 jobs" in shown_of(report(failure("test", PYTEST), jobs=jobs))
    assert [one.key for one in sections(report(jobs=(reporter,)), plain=False)] == ["3"]


def test_thousands_of_failed_jobs_take_little_time() -> None:
    """Linear in the number of jobs: a comparison of each with each would take minutes."""
    number = 3_000
    failed = (replace(failure("test", PYTEST), job=f"w{n}", job_number=n, key=f"v1:{n}") for n in range(1, number + 1))
    some = report(*failed, jobs=tuple(job(n, f"w{n}") for n in range(1, number + 1)))
    start = time.process_time()
    assert len(shown_of(some, most=16_000)) < 16_000
    assert time.process_time() - start < 20


def lines_before_the_first_fold(shown: str) -> int:
    return shown.partition("<details>")[0].count("\n")


@pytest.mark.parametrize(("number", "most"), [(1, 25), (4, 30), (20, 40), (60, 40)])
@pytest.mark.parametrize("found", [PYTEST, LONG, LINT, TAIL])
@pytest.mark.parametrize("tests", [None, TESTS], ids=["", "tests"])
def test_the_first_screen_has_few_lines(number: int, most: int, found: Excerpt, tests: StepTests | None) -> None:
    failures = (failure(f"step-{n}", found, key=f"v1:{n}", tests=tests) for n in range(number))
    shown = shown_of(report(*failures))
    assert lines_before_the_first_fold(shown) <= most
    assert "```diff" in shown.partition("<details>")[0]
    assert [n for n in range(number) if f"**step-{n}**: " not in shown] == []


def test_a_failure_of_the_build_itself_is_section_0() -> None:
    section = only(SAMPLES["build-error"])
    assert (section.key, section.state, section.finished_steps) == ("0", "red", 0)
    assert "did not find expected key" in section.headline


@pytest.mark.parametrize(
    ("state", "current", "expected"),
    [
        (State.SUCCESS, False, ("green", "✅ **linux** passed")),
        (State.SKIPPED, False, ("green", "⏭ **linux** was skipped")),
        (State.RUNNING, True, ("green", "✅ **linux** passed")),
        (State.RUNNING, False, ("running", "⏳ **linux** is still running (2 of 4 steps ended)")),
        (State.PENDING, False, ("running", "⏳ **linux** is waiting (2 of 4 steps ended)")),
        (State.BLOCKED, False, ("blocked", "⏸ **linux** waits for an approval (2 of 4 steps ended)")),
        (State.CANCELED, False, ("canceled", "⏹ **linux** was canceled")),
        (State.DECLINED, False, ("declined", "⏹ **linux** was declined")),
        (State.UNKNOWN, False, ("unknown", "❔ **linux** has an unknown result (2 of 4 steps ended)")),
    ],
)
def test_section_of_a_job_without_a_failure(state: State, current: bool, expected: tuple[str, str]) -> None:  # noqa: FBT001
    section = only(report(jobs=(job(1, "linux", state, current=current, finished_steps=2),)))
    assert (section.state, section.texts[0]) == expected
    assert section.finished_steps == 2
    assert len(section.texts) == 1


@BOTH
@pytest.mark.parametrize("name", SAMPLES)
def test_details_get_shorter(name: str, plain: bool) -> None:  # noqa: FBT001
    for section in sections(SAMPLES[name], plain=plain):
        for entry in section.entries:
            lengths = [len(text) for text in entry.texts]
            assert lengths == sorted(lengths, reverse=True)
            assert [Page(ENGINES["cmark-gfm"](text)).faults for text in entry.texts if text] == [[]] * len(lengths)


@BOTH
@pytest.mark.parametrize("name", SAMPLES)
def test_no_comment_shows_forty_lines_of_log_unfolded(name: str, plain: bool) -> None:  # noqa: FBT001
    assert open_rows(shown_of(SAMPLES[name], plain=plain)) < 40


def test_the_rest_of_an_excerpt_is_folded() -> None:
    text = shown_of(report(failure("check", LONG)))
    opened, _, folded = text.partition("<details><summary>")
    assert "403 │" in opened
    assert " more lines of the log</summary>" in folded


def test_an_excerpt_with_only_the_cause_has_no_fold() -> None:
    whole = replace(PYTEST, blocks=(Block("cause", PYTEST.lines[6:9]),), lines=PYTEST.lines[6:9], total_lines=9)
    assert "<details>" not in shown_of(report(failure("test", whole)))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_plain_text_has_no_html(name: str) -> None:
    assert "<" not in re.sub(r"```diff.*?```", "", shown_of(SAMPLES[name], plain=True), flags=re.DOTALL)


def test_without_folds_the_others_have_few_rows_or_only_their_line() -> None:
    four, five = (report(*(failure(f"s{n}", LONG, key=f"v1:{n}") for n in range(most))) for most in (4, 5))
    assert shown_of(four, plain=True).count("! 403 │") == 4
    assert shown_of(five, plain=True).count("! 403 │") == 1
    assert "- **s4**: case 3 went wrong · [log](" in shown_of(five, plain=True)


def test_a_small_comment_keeps_the_causes_then_the_names() -> None:
    some = report(failure("test", LONG), failure("lint", replace(PYTEST, category="lint")))
    assert "\n- **lint**: `tests/test_cart.py" in shown_of(some, most=1_400)
    assert "\n- **test**: case 3 went wrong · [log](" in shown_of(some, most=1_400)
    assert "│" not in shown_of(some, most=1_100)
    many = report(*(failure(f"step-{n}", LONG, key=f"v1:{n}") for n in range(60)))
    assert [n for n in range(60) if f"step-{n}" not in shown_of(many, most=1_400)] == []


@settings(max_examples=40, deadline=None)
@given(reports(), st.booleans(), st.sampled_from([1_000, 2_000, 65_000]))
def test_a_comment_of_any_report_is_complete_markdown(some: Report, plain: bool, most: int) -> None:  # noqa: FBT001
    page = Page(ENGINES["cmark-gfm"](shown_of(some, plain=plain, most=most)))
    assert page.faults == []
    shown = "".join(page.prose)
    assert [one.step for one in some.failures if one.step not in shown] == []
