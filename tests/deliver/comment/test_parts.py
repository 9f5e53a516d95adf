"""A comment that is composed of what several copies of the plugin know: one list, one open failure, nothing lost."""

from dataclasses import replace

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.state import CommentState, comment_state, merge
from plugin.model.build import State
from plugin.model.comment import CUSTOM, MarkdownSupport, Section, SizeLimit
from plugin.model.report import Failure, Report
from plugin.text.language import Language, using
from tests.deliver.comment import version_01
from tests.deliver.comment.memory import FORMAT, MemoryThread, facts_of, run_protocol, state_of, states, text_of
from tests.deliver.comment.samples import section
from tests.render.comments import content_of
from tests.render.engines import ENGINES, Page
from tests.render.samples import EARLIER, LINT, LONG, NEW, PYTEST, failure, job, report

LINUX = failure("lint", LINT, job="linux", key="v1:lint")
MAC = failure("test", PYTEST, job="mac", job_number=2, key="v1:test")
FIRST = report(LINUX, jobs=(job(1, "linux", current=True), job(2, "mac", State.RUNNING, finished_steps=1)))
LAST = report(MAC, jobs=(job(1, "linux", State.RUNNING, finished_steps=1), job(2, "mac", current=True)))
"""What the copies in two jobs know: each has ended while it sees the other one running."""


def content(some: Report) -> CommentState:
    return content_of(some, FORMAT.syntax)


def together(*reports: Report) -> MemoryThread:
    """Return the thread after a copy for each report has run."""
    thread = MemoryThread()
    for one in reports:
        run_protocol(thread, content(one))
    return thread


@pytest.mark.parametrize("order", [(FIRST, LAST), (LAST, FIRST)], ids=["linux first", "mac first"])
def test_failures_of_different_copies_are_one_list_and_the_first_is_open(order: tuple[Report, Report]) -> None:
    thread = together(*order)
    (text,) = thread.texts
    assert states(thread) == {"1": "red", "2": "red"}
    assert text.index("\n- **test** ([`mac`](") < text.index("\n- **lint** ([`linux`](")
    opened, _, folded = text.partition("<details>")
    assert "\n#### ❌ **test** in `mac`\n" in opened
    assert "! 109 │" in opened
    assert "<details><summary>❌ <code>lint</code> in <code>linux</code></summary>" in text
    assert "! 15 │" in folded
    assert Page(ENGINES["cmark-gfm"](text.rpartition("\n\n")[0])).faults == []


def test_what_only_the_job_s_own_copy_knows_is_kept_when_another_copy_knows_no_more() -> None:
    """Only the own copy reads the workspace: test reports, and whether a file of the log exists."""
    (entry,) = content(FIRST).sections[0].entries
    details = ("Passed on `main`; changes line 6 of `test_price.py`",)
    linked = replace(entry, cause=f"{entry.cause} · [`test_price.py:6`](https://git.example.com)", texts=details)
    jobs = tuple(replace(one, state=State.SUCCESS, result=State.SUCCESS) for one in FIRST.jobs[1:])
    own = content(replace(FIRST, jobs=(FIRST.jobs[0], *jobs)))
    own = replace(own, sections=(replace(own.sections[0], entries=(linked,)), *own.sections[1:]))
    other = replace(own, sections=tuple(replace(one, current=one.key == "2") for one in content(FIRST).sections[:1]))
    thread = MemoryThread()
    run_protocol(thread, own)

    before = list(thread.writes)
    run_protocol(thread, other)

    (text,) = thread.texts
    assert thread.writes == before
    assert "changes line 6" in text
    assert "https://git.example.com" in text


def test_the_same_failure_in_another_copy_s_job_joins_the_line() -> None:
    other = replace(LINUX, job="mac", job_number=2)
    (text,) = together(FIRST, replace(LAST, failures=(other,))).texts
    assert text.count("\n**lint** ([`linux`](https://drone.example.com/octo/app/3/1/4), [`mac`](") == 1
    assert text.count("! 15 │") == 1


def test_what_a_copy_wrote_is_read_as_it_was() -> None:
    for some in (FIRST, LAST, report(LINUX, MAC, jobs=FIRST.jobs)):
        ours = content(some)
        again = parse(text_of(ours))
        assert again
        for one, other in zip(ours.sections, again.sections, strict=True):
            entries = [replace(entry, texts=entry.texts[:1]) for entry in one.entries]
            assert list(other.entries) == entries


def test_a_comment_is_stable_when_its_copies_run_again() -> None:
    thread = together(FIRST, LAST)
    before = thread.texts
    writes = list(thread.writes)
    run_protocol(thread, content(LAST))
    assert (thread.texts, thread.writes) == (before, writes)


def test_version_01_reads_what_several_copies_wrote() -> None:
    (text,) = together(FIRST, LAST).texts
    found = version_01.read(text)
    assert found
    assert {row[0]: (row[2], row[5]) for row in found[4]} == {"1": ("red", ["lint"]), "2": ("red", ["test"])}


def test_a_section_that_version_01_kept_is_folded_below_a_new_failure() -> None:
    """Version 0.1 knows no entries, so its comment has only the text of the section."""
    old = section("1")
    ours = content(LAST)
    text = text_of(merge(ours, comment_state(3, ours.commit, "", [old])))
    assert f"\n- {old.headline}\n" in text
    assert "<details><summary>❌ <code>lint 1</code></summary>\n\n#### ❌ lint 1" in text
    again = parse(text)
    assert again
    assert merge(ours, again).sections == again.sections or text_of(merge(ours, again)) == text


@pytest.mark.parametrize("state", ["red", "green", "running", "unknown"])
def test_a_text_of_the_user_s_own_is_all_that_the_comment_shows_below_its_heading(state: str) -> None:
    custom = Section(CUSTOM, "build", state, 3, current=True, headline="**lint**: F401", texts=("Ask **ops**.",))
    text = text_of(state_of(custom))
    heading, shown, commit, _ = text.split("\n\n")
    assert heading.startswith("### ")
    assert shown == "Ask **ops**."
    assert commit.startswith("Commit ")
    again = parse(text)
    assert again
    assert text_of(again) == text


def test_the_conclusion_of_the_copy_that_saw_more_is_kept() -> None:
    failures = (replace(LINUX, verdict=NEW),)
    (text,) = together(replace(FIRST, failures=failures, conclusion=NEW.conclusion), LAST).texts
    known = f"probably this change: new in this build, passed in [build 2]({EARLIER.url})"
    assert text.split("\n")[0].endswith(f" failed in 2 of 2 jobs — {known}")
    assert facts_of(text)["conclusion"] == known


@pytest.mark.parametrize("most", [1_000, 1_500, 16_000])
def test_entries_are_hidden_only_where_they_take_little_room(most: int) -> None:
    many: list[Failure] = [failure(f"s{n}", LONG, key=f"v1:{n}", title=f"cause {n}") for n in range(12)]
    some = report(*many)
    size = SizeLimit(most, "characters")
    text = text_of(content(some), comment_format=replace(FORMAT, size=size, syntax=MarkdownSupport()))
    assert len(text) <= most
    assert ("entries" in facts_of(text)) == (most == 16_000)
    assert parse(text)


@pytest.mark.parametrize("languages", [("en", "zh"), ("zh", "en")], ids=" ".join)
def test_copies_in_different_languages_agree_on_the_state_of_each_job(languages: tuple[Language, Language]) -> None:
    jobs = (job(1, "linux", current=True), *(job(number, f"job {number}", State.SUCCESS) for number in range(2, 9)))
    skipped = replace(report(LINUX, jobs=jobs), jobs=(*jobs, job(9, "docs", State.SKIPPED)))
    thread = MemoryThread()
    for language in (*languages, *languages):
        with using(language):
            run_protocol(thread, content(skipped))
    (text,) = thread.texts
    assert (parse(text) or content(skipped)).state == "red"
    counted = {"en": ("7 others passed", "was skipped"), "zh": ("其余 7 个任务通过", "已跳过")}
    assert all(words in text for words in counted[languages[1]])
