"""Several views of one build: nothing unknown is shown as passed, and nothing that one copy knew is lost."""

import itertools
from collections.abc import Iterator

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, comment_state, merge
from plugin.model.comment import BUILD, OUTCOMES, UNREAD, MarkdownSupport, Section, SizeLimit
from tests.deliver.comment.memory import MemoryThread, run_protocol, state_of, states, text_of
from tests.deliver.comment.samples import section

BY_VERSION_01 = (
    "### ❌ [Build 12](https://ci.example.com/12) failed in 1 of 3 units\n\n#### ❌ test — boom\n\n⏳ **mac** is"
    " still running\n\n✅ **win** passed\n\nCommit `4f2d1c9e8b`.\n\n<!-- drone-failure-alert//eNo9jk2OhCAQha9iam"
    "kqbYOA4lWMC0TsIUEwgulOJnP3KWYxm_p5eV+9+ob19mGDiXEEm47DF5hA7HxjVrtxHYzapRNbb_nKzFPvoxs2ZeUqTK85INxXIO"
    "CrlDNPXWf9w33McQb3oGMdq47sSgmOIgaai7koQCmEPSWa+LMabPEpZpjmGRgRwcf7Q_0iCnuEti0ul7admjWlA3CGusOCbMRBjl"
    "wJrdlCco07jK3oHaOPL0CG4HOTiw+h+RfnBblCJjkfmGT9WNmeqLePVF+Xc_Ev+DQ51x_IzxQKLqTSun_KZfn5BeLgWoQ= -->"
)
"""A comment that version 0.1 wrote."""


def of_build(key: str, state: str) -> Section:
    return section(key, state, finished_steps=0, current=False)


def test_a_comment_of_version_01_is_parsed() -> None:
    found = parse(BY_VERSION_01)
    assert found is not None
    assert found.state == "red"
    assert [(one.key, one.state) for one in found.sections] == [("1", "red"), ("2", "running"), ("3", "green")]


@pytest.mark.parametrize("state", OUTCOMES)
def test_every_state_is_written_in_rows_that_version_01_reads(state: str) -> None:
    """Rows of eight elements, of these types."""
    text = text_of(state_of(section("1", state)))
    found = parse(text)
    assert found is not None
    assert found.state == state
    assert [type(value) for value in (found.sections[0].key, found.sections[0].state)] == [str, str]


def test_a_state_that_a_newer_version_wrote_is_unknown() -> None:
    assert state_of(section("1", "amber"), section("2", "green")).state == "unknown"


@pytest.mark.parametrize("worse", [*itertools.pairwise(OUTCOMES)])
def test_the_worst_section_decides(worse: tuple[str, str]) -> None:
    assert state_of(*(section(str(n), state) for n, state in enumerate(worse, 1))).state == worse[0]


@pytest.mark.parametrize("key", [BUILD, UNREAD])
@pytest.mark.parametrize("before", ["red", "green", "running"])
def test_unknown_edits_the_comment_of_an_older_build_and_is_not_green(key: str, before: str) -> None:
    thread = MemoryThread()
    thread.add_comment(text_of(state_of(section("1", before), build=11)))
    run_protocol(thread, state_of(of_build(key, "unknown"), build=12))
    (text,) = thread.texts
    assert text.startswith("### ❔")
    assert "✅" not in text


@pytest.mark.parametrize("key", [BUILD, UNREAD])
@pytest.mark.parametrize("before", ["red", "unknown"])
def test_unknown_does_not_hide_what_another_copy_of_the_build_knows(key: str, before: str) -> None:
    thread = MemoryThread()
    thread.add_comment(text_of(state_of(section("1", before))))
    run_protocol(thread, state_of(of_build(key, "unknown")))
    assert states(thread)["1"] == before
    (text,) = thread.texts
    assert text.startswith("### ❌" if before == "red" else "### ❔")


def test_a_copy_that_saw_no_job_is_replaced_by_one_that_did() -> None:
    thread = MemoryThread()
    thread.add_comment(text_of(state_of(of_build(UNREAD, "unknown"))))
    run_protocol(thread, state_of(section("1", "green")))
    assert states(thread) == {"1": "green"}


def test_a_failure_that_the_ci_reported_to_one_copy_is_not_lost_to_a_green_one() -> None:
    for key, state in ((UNREAD, "red"), (BUILD, "unknown")):
        thread = MemoryThread()
        thread.add_comment(text_of(state_of(of_build(key, state))))
        run_protocol(thread, state_of(section("1", "green")))
        assert states(thread) == {key: state, "1": "green"}


def test_a_failed_job_explains_what_another_copy_did_not_know() -> None:
    for key, state in ((UNREAD, "red"), (UNREAD, "unknown"), (BUILD, "unknown")):
        thread = MemoryThread()
        thread.add_comment(text_of(state_of(of_build(key, state))))
        run_protocol(thread, state_of(section("1")))
        assert states(thread) == {"1": "red"}


def views() -> Iterator[CommentState]:
    """Yield what a copy may know of a build."""
    for key, of_it in ((UNREAD, "unknown"), (UNREAD, "red"), (BUILD, "unknown"), (BUILD, "canceled"), (BUILD, "red")):
        yield state_of(of_build(key, of_it))
        yield state_of(of_build(key, of_it), section("1", "green", current=False))
    for state in ("red", "green", "running"):
        yield state_of(section("1", state, current=False))


@pytest.mark.parametrize("ours", [*views()])
@pytest.mark.parametrize("theirs", [*views()])
def test_merging_is_stable_and_loses_no_failure_of_the_build(ours: CommentState, theirs: CommentState) -> None:
    merged = merge(ours, theirs)
    assert merge(ours, merged).sections == merged.sections
    if any(one.state == "red" and one.key != "1" for view in (ours, theirs) for one in view.sections):
        assert merged.state != "green"


def test_the_reason_of_an_unknown_result_is_kept_where_it_is_the_only_section() -> None:
    text = fit(
        comment_state(7, "", "", [of_build(UNREAD, "unknown")]),
        key="",
        syntax=MarkdownSupport(),
        size=SizeLimit(1000, "characters"),
    )
    assert f"**job {UNREAD}** is unknown" in text
