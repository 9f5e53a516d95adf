"""The protocol of the one comment, in memory: who writes when, what is kept, what is left alone."""

from dataclasses import replace

import pytest

from plugin.deliver.comment.state import CommentState, parse
from plugin.model.comment import CommentOn, CommentPolicy, Section
from tests.deliver.comment.memory import PAPER, MemoryThread, said, states, tell, written
from tests.deliver.comment.samples import section

RED, GREEN, RUNNING = section(), section(state="green"), section(state="running")
OTHER_RED = section("1", lines=9)
EARLIER: dict[str, CommentState | None] = {
    "nothing": None,
    "red before": said(RED, build=11),
    "another red before": said(section("9"), build=11),
    "green before": said(GREEN, build=11),
}


@pytest.fixture
def thread() -> MemoryThread:
    return MemoryThread()


@pytest.mark.parametrize(
    ("on", "earlier", "ours", "writes"),
    [
        ("failure", "nothing", RED, "create"),
        ("failure", "nothing", GREEN, ""),
        ("failure", "nothing", RUNNING, ""),
        ("failure", "red before", RED, "update"),
        ("failure", "red before", GREEN, "update"),
        ("failure", "red before", RUNNING, "update"),
        ("failure", "green before", RED, "update"),
        ("failure", "green before", GREEN, "update"),
        ("change", "nothing", RED, "create"),
        ("change", "nothing", GREEN, ""),
        ("change", "red before", RED, ""),
        ("change", "another red before", RED, "update"),
        ("change", "red before", GREEN, "update"),
        ("change", "red before", RUNNING, "update"),
        ("change", "green before", GREEN, ""),
        ("change", "green before", RUNNING, ""),
        ("change", "green before", RED, "update"),
        ("always", "nothing", RED, "create"),
        ("always", "nothing", GREEN, "create"),
        ("always", "nothing", RUNNING, "create"),
        ("always", "green before", GREEN, "update"),
    ],
)
def test_when_it_writes(thread: MemoryThread, on: CommentOn, earlier: str, ours: Section, writes: str) -> None:
    before = EARLIER[earlier]
    if before:
        thread.say(written(before))
    tell(thread, said(ours), CommentPolicy(on=on))
    assert " ".join(thread.writes) == writes


def test_what_is_said_already_is_not_written_again(thread: MemoryThread) -> None:
    thread.say(written(said(RED)).replace("\n", "\r\n") + "\n")
    assert tell(thread, said(RED)) == "comment unchanged"
    assert thread.writes == []


def test_a_late_older_build_leaves_the_newer_one_alone(thread: MemoryThread) -> None:
    newer = written(said(GREEN, build=13))
    thread.say(newer)
    assert tell(thread, said(RED, build=12)) == "comment left as it is, it tells of the newer build 13"
    assert [thread.texts, thread.writes] == [[newer], []]


def test_sections_of_an_older_build_go_when_a_newer_one_speaks(thread: MemoryThread) -> None:
    thread.say(written(said(section("1"), section("2"), section("3"), build=11)))
    tell(thread, said(section("2"), build=12))
    assert states(thread) == {"2": "red"}


def test_sections_of_the_same_build_are_kept(thread: MemoryThread) -> None:
    thread.say(written(said(section("1"), section("3"))))
    tell(thread, said(section("2")))
    assert states(thread) == {"1": "red", "2": "red", "3": "red"}
    assert [f"error in unit {job}" in thread.texts[0] for job in "123"] == [True, True, True]


@pytest.mark.parametrize(
    ("theirs", "ours", "kept"),
    [
        pytest.param(
            section("1", "running", finished_steps=1),
            section("1", finished_steps=4, current=False),
            "red",
            id="more settled",
        ),
        pytest.param(
            section("1", finished_steps=4),
            section("1", "running", finished_steps=1, current=False),
            "red",
            id="less settled",
        ),
        pytest.param(
            section("1", finished_steps=4),
            section("1", "green", finished_steps=4, current=False),
            "red",
            id="first of equals",
        ),
        pytest.param(section("1", finished_steps=4), section("1", "green", finished_steps=2), "green", id="own unit"),
    ],
)
def test_whose_view_of_a_job_counts(thread: MemoryThread, theirs: Section, ours: Section, kept: str) -> None:
    thread.say(written(said(theirs, section("2"))))
    tell(thread, said(ours, section("3")))
    assert states(thread) == {"1": kept, "2": "red", "3": "red"}


def test_two_comments_become_the_older_one_with_the_sections_of_both(thread: MemoryThread) -> None:
    first = thread.say(written(said(section("1"))))
    thread.say(written(said(section("2"))))
    tell(thread, said(section("3")))
    assert [one.id for one in thread.posted] == [first.id]
    assert states(thread) == {"1": "red", "2": "red", "3": "red"}


def test_reports_with_other_keys_are_other_comments(thread: MemoryThread) -> None:
    other = thread.say(written(said(RED, build=11), key="nightly"))
    none = thread.say(written(said(RED, build=11)))
    tell(thread, said(GREEN), CommentPolicy(key="nightly"))
    assert "passed" in thread.posted[0].text
    assert thread.posted[1] == none
    assert other.id == thread.posted[0].id


@pytest.mark.parametrize("key", ["a b/c", "--> <b>", "ключ", "x" * 200, "a)(b", "%2F"])
def test_any_key_can_be_found_again(thread: MemoryThread, key: str) -> None:
    tell(thread, said(RED), CommentPolicy(key=key))
    tell(thread, said(GREEN, build=13), CommentPolicy(key=key))
    assert thread.writes == ["create", "update"]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- Sticky Pull Request Comment -->\nbuild failed",
        "<!-- Sticky Pull Request Commentdrone -->",
        "<!-- id: 5d41402abc4b2a76b9719d911017c592 -->\nfrom drone-github-comment",
        "[//]: # (step=default/test)\n```text\nlog\n```",
        '<!-- github-comment: {"SHA1":"abc","TemplateKey":"default"} -->',
        "[](http://danger-id-Danger;)",
        "<!-- ci-doctor:pipeline:12 -->",
        "<!-- drone-failure-alert -->",
        "<!-- drone-failure-alert/nightly/ -->",
        "talk of <!-- drone-failure-alert// --> in a line",
        "```\n<!-- drone-failure-alert// -->\n```",
        "",
    ],
)
def test_comments_of_others_are_left_alone_though_the_account_is_ours(thread: MemoryThread, text: str) -> None:
    theirs = thread.say(text)
    tell(thread, said(RED))
    tell(thread, said(GREEN, build=13))
    assert thread.writes == ["create", "update"]
    assert thread.posted[0] == theirs


def test_our_marker_in_someone_elses_comment_is_left_alone(thread: MemoryThread) -> None:
    copied = thread.say(written(said(RED, build=99)), mine=False)
    tell(thread, said(RED))
    assert thread.writes == ["create"]
    assert thread.posted[0] == copied


@pytest.mark.parametrize("damage", [("error in", "ERROR in"), ("### ", "by hand\n### ")], ids=["a word", "a line"])
def test_a_damaged_comment_is_written_anew(thread: MemoryThread, damage: tuple[str, str]) -> None:
    thread.say(written(said(section("1"), section("2"), build=13)).replace(*damage, 1))
    tell(thread, said(section("3"), build=12))
    assert states(thread) == {"3": "red"}


# Recreate


def test_recreate_writes_a_new_comment_for_a_newer_red_build(thread: MemoryThread) -> None:
    old = thread.say(written(said(RED, build=11)))
    tell(thread, said(OTHER_RED), CommentPolicy(recreate=True))
    assert thread.writes == ["create", "delete"]
    assert thread.posted[0].id > old.id


@pytest.mark.parametrize("ours", [said(GREEN), said(section("2"), build=11)], ids=["green", "the same build"])
def test_recreate_edits_for_all_else(thread: MemoryThread, ours: CommentState) -> None:
    thread.say(written(said(RED, build=11)))
    tell(thread, ours, CommentPolicy(recreate=True))
    assert thread.writes == ["update"]


def test_recreate_is_silent_where_only_change_is_told(thread: MemoryThread) -> None:
    thread.say(written(said(RED, build=11)))
    tell(thread, said(RED), CommentPolicy(recreate=True, on="change"))
    assert thread.writes == []


# Where there is no room for sections


def test_a_comment_with_room_for_names_only_is_written_by_whoever_saw_more(thread: MemoryThread) -> None:
    small = replace(PAPER, size=PAPER.size.capped(1000))
    many = [section(f"{number:03}", finished_steps=3, current=number == 7) for number in range(60)]
    later = [replace(many[0], finished_steps=4), *many[1:]]
    tell(thread, said(*many), comment_format=small)
    assert parse(thread.texts[0]) == replace(said(), finished_steps=180)
    assert tell(thread, said(*many), comment_format=small) == "comment unchanged"
    assert tell(thread, said(*later), comment_format=small) == "comment updated"
    assert tell(thread, said(*many), comment_format=small) == "comment unchanged"
    assert thread.writes == ["create", "update"]
