"""Tests of the sections of the pull request comment."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.model.build import State
from plugin.model.comment import Section
from plugin.model.excerpt import Block
from plugin.model.report import Report
from plugin.render.comment import sections
from plugin.text.escape import escape_markdown
from tests.render.engines import ENGINES, Page
from tests.render.samples import LONG, PYTEST, SAMPLES, failure, job, report
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
    assert "PYTHON=3.13" in second.texts[0]


def test_jobs_with_the_same_failure_are_one_entry_that_lists_them() -> None:
    first, second = sections(SAMPLES["matrix"], plain=False)
    assert "`PYTHON=3.11` [log](https://drone.example.com/octo/app/3/1) · `PYTHON=3.13` [log](" in first.texts[0]
    assert "```" not in second.texts[0]


def test_a_job_refers_to_another_one_only_for_what_is_the_same() -> None:
    lint, oom, *_ = SAMPLES["matrix"].failures
    other = (
        replace(lint, job="PYTHON=3.13", job_number=2),
        replace(oom, job="PYTHON=3.13", job_number=2, key="v1:other"),
    )
    second = sections(report(lint, oom, *other, jobs=SAMPLES["matrix"].jobs), plain=False)[1]
    assert "#### ❌ lint in `PYTHON=3.13`, same as in `PYTHON=3.11`" in second.texts[0]
    assert "#### ❌ oom — " in second.texts[0]


def test_failures_without_a_key_are_never_one_entry() -> None:
    lint, *_ = SAMPLES["matrix"].failures
    one, other = replace(lint, key=""), replace(lint, key="", job="PYTHON=3.13", job_number=2)
    assert [
        "same as in" in section.texts[0]
        for section in sections(report(one, other, jobs=SAMPLES["matrix"].jobs), plain=False)
    ] == [False, False]


def test_parallel_steps_of_one_job_with_the_same_failure_are_one_entry_with_both_names() -> None:
    lint, *_ = SAMPLES["matrix"].failures
    text = only(report(lint, replace(lint, step="lint-again"), jobs=SAMPLES["matrix"].jobs[:1])).texts[0]
    assert text.count("#### ❌") == 1
    assert "`PYTHON=3.11 / lint` [log]" in text
    assert "`PYTHON=3.11 / lint-again` [log]" in text


def test_the_headline_names_step_and_cause() -> None:
    first = sections(SAMPLES["matrix"], plain=False)[0]
    assert first.headline == "**lint** (`PYTHON=3.11`): `src/app.py:10:1`: F401 'os' imported but unused (and 1 more)"


def test_a_matrix_job_that_fails_like_an_earlier_one_refers_to_it() -> None:
    texts = sections(SAMPLES["matrix"], plain=False)[1].texts
    assert [text.split("\n")[0] for text in texts] == [
        "#### ❌ lint, oom in `PYTHON=3.13`, same as in `PYTHON=3.11`",
        "- ❌ **lint** (`PYTHON=3.13`): `src/app.py:10:1`: F401 'os' imported but unused",
        "❌ **lint**, **oom** `PYTHON=3.13`",
    ]
    assert "oom [log](https://drone.example.com/octo/app/3/2)" in texts[0]


def test_a_matrix_job_that_fails_differently_has_its_own_lines() -> None:
    first, *_, last = SAMPLES["matrix"].failures
    some = report(first, last, jobs=SAMPLES["matrix"].jobs)
    assert ["```diff" in section.texts[0] for section in sections(some, plain=False)] == [True, True]


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
def test_texts_get_shorter_and_all_name_every_step(name: str, plain: bool) -> None:  # noqa: FBT001
    some = SAMPLES[name]
    for section in sections(some, plain=plain):
        lengths = [len(text) for text in section.texts]
        assert lengths == sorted(lengths, reverse=True)
        for text in section.texts:
            page = Page(ENGINES["cmark-gfm"](text))
            assert page.faults == []
            for one in some.failures:
                assert str(one.job_number) != section.key or escape_markdown(one.step or one.job) in text


@BOTH
@pytest.mark.parametrize("name", SAMPLES)
def test_no_comment_shows_forty_lines_of_log_unfolded(name: str, plain: bool) -> None:  # noqa: FBT001
    assert sum(open_rows(section.texts[0]) for section in sections(SAMPLES[name], plain=plain)) < 40


def test_the_rest_of_an_excerpt_is_folded_and_nothing_is_shown_twice() -> None:
    text = only(report(failure("check", LONG))).texts[0]
    assert text.count("! 403 │ error: case 3 went wrong") == 1
    opened, _, folded = text.partition("<details><summary>")
    assert "403 │" in opened
    assert " more lines of the log</summary>" in folded
    assert text.endswith("</details>")


def test_an_excerpt_with_only_the_cause_has_no_fold() -> None:
    whole = replace(PYTEST, blocks=(Block("cause", PYTEST.lines),))
    assert "<details>" not in only(report(failure("test", whole))).texts[0]


def test_a_plain_text_has_no_html() -> None:
    for name, some in SAMPLES.items():
        for section in sections(some, plain=True):
            assert not any("<details>" in text for text in section.texts), name


def test_the_shortest_text_has_only_step_names() -> None:
    assert only(report(failure("test", LONG), failure("lint", PYTEST))).texts[-1] == "❌ **test**, **lint**"


def test_the_second_shortest_text_has_the_titles() -> None:
    titles = only(report(failure("test", LONG), failure("lint", PYTEST))).texts[-2].split("\n")
    assert titles[0] == "- ❌ **test**: case 3 went wrong"
    assert titles[1].startswith("- ❌ **lint**: `tests/test_cart.py")


def test_each_shorter_text_keeps_the_best_lines_of_every_failure() -> None:
    texts = only(report(failure("test", LONG), failure("lint", replace(LONG, title="other")))).texts
    with_two = [text for text in texts if "! 406 │" in text and "! 409 │" not in text]
    assert [text.count("! 403 │") for text in with_two] == [2]


@settings(max_examples=40, deadline=None)
@given(reports(), st.booleans())
def test_every_text_of_any_report_is_complete_markdown(some: Report, plain: bool) -> None:  # noqa: FBT001
    for section in sections(some, plain=plain):
        for text in section.texts:
            page = Page(ENGINES["cmark-gfm"](text))
            assert page.faults == []
            shown = "".join(page.prose)
            assert [one.step for one in some.failures if one.step not in shown] == []
