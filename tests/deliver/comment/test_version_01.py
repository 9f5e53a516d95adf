"""Version 0.1 and this one keep the same comment, in both directions."""

import pytest

from plugin.deliver.comment.hidden_data import has_marker, parse
from plugin.forges import FORGES
from plugin.model.comment import OUTCOMES
from tests.deliver.comment import version_01
from tests.deliver.comment.memory import MemoryThread, run_protocol, state_of, states
from tests.deliver.comment.samples import post_comment, section
from tests.deliver.comment.test_unknown import BY_VERSION_01
from tests.fakes.forges import FAKES


def test_the_reader_of_version_01_reads_its_own_comment() -> None:
    found = version_01.read(BY_VERSION_01)
    assert found
    assert (found[0], [(row[0], row[2]) for row in found[4]]) == (12, [("1", "red"), ("2", "running"), ("3", "green")])


def test_a_comment_of_version_01_is_found_and_edited() -> None:
    thread = MemoryThread()
    recorded = thread.add_comment(BY_VERSION_01)
    assert has_marker(recorded.text, "")
    assert run_protocol(thread, state_of(section("2"), build=12)) == "comment updated"
    assert [one.id for one in thread.posted] == [recorded.id]
    assert states(thread) == {"1": "red", "2": "red", "3": "green"}


@pytest.mark.parametrize("kind", FORGES)
def test_a_comment_of_version_01_is_resolved_on_every_forge(kind: str) -> None:
    with FAKES[kind]() as forge:
        recorded = forge.add_comment(BY_VERSION_01)
        assert post_comment(forge, [section(state="green")], build=13).startswith("comment updated: http")
        assert [one.id for one in forge.comments()] == [recorded.id]
        assert "passed" in forge.texts()[0]


@pytest.mark.parametrize("kind", FORGES)
def test_version_01_reads_a_comment_with_a_proof(kind: str) -> None:
    with FAKES[kind]() as forge:
        post_comment(forge, [section("1"), section("2", "running")])
        (text,) = forge.texts()
    state = parse(text)
    assert state
    assert state.proof
    found = version_01.read(text)
    assert found
    assert found[:2] == (state.build, state.commit)
    assert {row[0]: row[2] for row in found[4]} == {"1": "red", "2": "running"}


@pytest.mark.parametrize("state", OUTCOMES)
def test_version_01_reads_every_state(state: str) -> None:
    thread = MemoryThread()
    thread.add_comment(BY_VERSION_01)
    run_protocol(thread, state_of(section("1", state), build=13))
    found = version_01.read(thread.texts[0])
    assert found
    assert [row[2] for row in found[4]] == [state]
