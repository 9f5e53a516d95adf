"""The protocol of the one comment, in memory: when it writes, what it keeps, what it leaves alone."""

from dataclasses import replace

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.state import CommentState
from plugin.model.comment import CommentOn, CommentPolicy, Section
from tests.deliver.comment.memory import FORMAT, MemoryThread, run_protocol, state_of, states, text_of
from tests.deliver.comment.samples import section

RED, GREEN, RUNNING = section(), section(state="green"), section(state="running")
OTHER_RED = section("1", lines=9)
EARLIER: dict[str, CommentState | None] = {
    "nothing": None,
    "red before": state_of(RED, build=11),
    "another red before": state_of(section("9"), build=11),
    "green before": state_of(GREEN, build=11),
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
        thread.add_comment(text_of(before))
    run_protocol(thread, state_of(ours), CommentPolicy(on=on))
    assert " ".join(thread.writes) == writes


def test_an_unchanged_text_is_not_written_again(thread: MemoryThread) -> None:
    thread.add_comment(text_of(state_of(RED)).replace("\n", "\r\n") + "\n")
    assert run_protocol(thread, state_of(RED)) == "comment unchanged"
    assert thread.writes == []


def test_an_older_build_that_ends_late_leaves_the_newer_one_alone(thread: MemoryThread) -> None:
    newer = text_of(state_of(GREEN, build=13))
    thread.add_comment(newer)
    assert run_protocol(thread, state_of(RED, build=12)) == "comment unchanged, it already shows the newer build 13"
    assert [thread.texts, thread.writes] == [[newer], []]


def test_a_newer_build_replaces_the_sections_of_an_older_one(thread: MemoryThread) -> None:
    thread.add_comment(text_of(state_of(section("1"), section("2"), section("3"), build=11)))
    run_protocol(thread, state_of(section("2"), build=12))
    assert states(thread) == {"2": "red"}


def test_sections_of_the_same_build_are_kept(thread: MemoryThread) -> None:
    thread.add_comment(text_of(state_of(section("1"), section("3"))))
    run_protocol(thread, state_of(section("2")))
    assert states(thread) == {"1": "red", "2": "red", "3": "red"}
    assert [f"error in job {job}" in thread.texts[0] for job in "123"] == [True, True, True]


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
        pytest.param(section("1", finished_steps=4), section("1", "green", finished_steps=2), "green", id="own job"),
    ],
)
def test_the_best_view_of_a_job_is_kept(thread: MemoryThread, theirs: Section, ours: Section, kept: str) -> None:
    thread.add_comment(text_of(state_of(theirs, section("2"))))
    run_protocol(thread, state_of(ours, section("3")))
    assert states(thread) == {"1": kept, "2": "red", "3": "red"}


def test_two_comments_are_merged_into_the_older_one(thread: MemoryThread) -> None:
    first = thread.add_comment(text_of(state_of(section("1"))))
    thread.add_comment(text_of(state_of(section("2"))))
    run_protocol(thread, state_of(section("3")))
    assert [one.id for one in thread.posted] == [first.id]
    assert states(thread) == {"1": "red", "2": "red", "3": "red"}


def test_reports_with_other_keys_are_other_comments(thread: MemoryThread) -> None:
    other = thread.add_comment(text_of(state_of(RED, build=11), key="nightly"))
    none = thread.add_comment(text_of(state_of(RED, build=11)))
    run_protocol(thread, state_of(GREEN), CommentPolicy(key="nightly"))
    assert "passed" in thread.posted[0].text
    assert thread.posted[1] == none
    assert other.id == thread.posted[0].id


@pytest.mark.parametrize("key", ["a b/c", "--> <b>", "ключ", "x" * 200, "a)(b", "%2F"])
def test_any_key_can_be_found_again(thread: MemoryThread, key: str) -> None:
    run_protocol(thread, state_of(RED), CommentPolicy(key=key))
    run_protocol(thread, state_of(GREEN, build=13), CommentPolicy(key=key))
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
def test_comments_of_other_tools_are_left_alone_even_if_they_share_the_account(thread: MemoryThread, text: str) -> None:
    theirs = thread.add_comment(text)
    run_protocol(thread, state_of(RED))
    run_protocol(thread, state_of(GREEN, build=13))
    assert thread.writes == ["create", "update"]
    assert thread.posted[0] == theirs


def test_our_marker_in_a_comment_of_another_account_is_ignored(thread: MemoryThread) -> None:
    copied = thread.add_comment(text_of(state_of(RED, build=99)), author="someone")
    run_protocol(thread, state_of(RED))
    assert thread.writes == ["create"]
    assert thread.posted[0] == copied


@pytest.mark.parametrize("damage", [("error in", "ERROR in"), ("### ", "by hand\n### ")], ids=["a word", "a line"])
def test_a_damaged_comment_is_rewritten(thread: MemoryThread, damage: tuple[str, str]) -> None:
    thread.add_comment(text_of(state_of(section("1"), section("2"), build=13)).replace(*damage, 1))
    run_protocol(thread, state_of(section("3"), build=12))
    assert states(thread) == {"3": "red"}


# Recreate


def test_recreate_writes_a_new_comment_for_a_newer_red_build(thread: MemoryThread) -> None:
    old = thread.add_comment(text_of(state_of(RED, build=11)))
    run_protocol(thread, state_of(OTHER_RED), CommentPolicy(recreate=True))
    assert thread.writes == ["create", "delete"]
    assert thread.posted[0].id > old.id


@pytest.mark.parametrize("ours", [state_of(GREEN), state_of(section("2"), build=11)], ids=["green", "the same build"])
def test_recreate_edits_in_all_other_cases(thread: MemoryThread, ours: CommentState) -> None:
    thread.add_comment(text_of(state_of(RED, build=11)))
    run_protocol(thread, ours, CommentPolicy(recreate=True))
    assert thread.writes == ["update"]


def test_recreate_writes_nothing_without_a_change_if_comment_on_is_change(thread: MemoryThread) -> None:
    thread.add_comment(text_of(state_of(RED, build=11)))
    run_protocol(thread, state_of(RED), CommentPolicy(recreate=True, on="change"))
    assert thread.writes == []


# No room for sections


def test_a_comment_with_room_for_names_only_keeps_the_most_settled_view(thread: MemoryThread) -> None:
    small = replace(FORMAT, size=FORMAT.size.capped(1000))
    many = [section(f"{number:03}", finished_steps=3, current=number == 7) for number in range(60)]
    later = [replace(many[0], finished_steps=4), *many[1:]]
    run_protocol(thread, state_of(*many), comment_format=small)
    content = parse(thread.texts[0])
    assert content
    assert replace(content, proof="") == replace(state_of(), finished_steps=180)
    assert run_protocol(thread, state_of(*many), comment_format=small) == "comment unchanged"
    assert run_protocol(thread, state_of(*later), comment_format=small) == "comment updated"
    assert run_protocol(thread, state_of(*many), comment_format=small) == "comment unchanged"
    assert thread.writes == ["create", "update"]
