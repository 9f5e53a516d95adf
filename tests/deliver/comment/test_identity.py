"""Our own comments are known without a permission to read the account, and by nobody else's token or copy."""

from collections.abc import Iterator
from typing import Any

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.model.comment import CommentOptions
from tests.deliver.comment.memory import MemoryThread, run_protocol, state_of, states, text_of
from tests.deliver.comment.samples import post_comment, section
from tests.fakes.forges import BROKEN, FAKES, FakeForge, Reply, Request

REFUSALS = (401, 403, 404)


def refusing(kind: str, status: int) -> FakeForge:
    """Return a fake that never says whose token it is."""
    base: Any = FAKES[kind]

    class Refusing(base):  # type: ignore[misc]
        def answer(self, request: Request) -> Reply:
            if request.path.endswith(("/user", "/graphql", "/application-properties")):
                return Reply(status, {"message": "token does not have at least one of required scope(s)"})
            reply: Reply = super().answer(request)
            return Reply(reply.status, reply.body, {**reply.headers, "X-AUSERNAME": ""})

    fake: FakeForge = Refusing()
    return fake


@pytest.fixture(params=[(kind, status) for kind in FORGES for status in REFUSALS], ids=str)
def forge(request: pytest.FixtureRequest) -> Iterator[FakeForge]:
    with refusing(*request.param) as fake:
        yield fake


def test_a_comment_is_created_edited_and_resolved_though_the_account_is_refused(forge: FakeForge) -> None:
    assert post_comment(forge, [section()]).startswith("comment created: http")
    assert post_comment(forge, [section(lines=9)], build=13).startswith("comment updated: http")
    assert post_comment(forge, [section(state="green")], build=14).startswith("comment updated: http")
    assert ["passed" in text for text in forge.texts()] == [True]


def test_a_copy_in_a_comment_of_another_account_is_ignored_though_the_account_is_refused(forge: FakeForge) -> None:
    post_comment(forge, [section()])
    copied = forge.add_comment(forge.texts()[0], author="someone")
    text = copied.text
    line = post_comment(forge, [section(state="green")], build=13)
    assert copied.text == text
    assert "passed" in forge.texts()[0]
    assert "; an older red comment of another account" in line


@pytest.mark.parametrize("kind", FORGES)
def test_a_create_that_fails_leaves_one_comment_though_the_account_is_refused(kind: str) -> None:
    with refusing(kind, 403) as forge:
        forge.fail_next("POST", Reply(BROKEN), arrives=True)
        if kind == "github":
            forge.fail_next("POST", Reply(BROKEN), arrives=True)  # the first POST is the query for the viewer
        assert post_comment(forge, [section()]).startswith("comment created: http")
        assert len(forge.texts()) == 1


@pytest.mark.parametrize("kind", FORGES)
def test_a_proof_of_another_token_repository_or_key_does_not_count(kind: str) -> None:
    with refusing(kind, 403) as forge:
        post_comment(forge, [section()])
        state = parse(forge.texts()[0])
        assert state
        assert state.proof
        post_comment(forge, [section()], options=CommentOptions(key="other"))
        other = parse(forge.texts()[-1])
        assert other
        assert other.proof not in ("", state.proof)


def test_a_password_makes_no_proof() -> None:
    with FAKES["bitbucket"]() as forge:
        forge.token = "ci@example.com:correct horse"
        post_comment(forge, [section()])
        state = parse(forge.texts()[0])
    assert state
    assert state.proof == ""


def test_the_token_is_not_in_the_comment(forge: FakeForge) -> None:
    post_comment(forge, [section()])
    assert forge.token not in forge.texts()[0]


def test_an_old_comment_of_another_account_is_mentioned() -> None:
    thread = MemoryThread()
    old = thread.add_comment(text_of(state_of(section(), build=11)), author="former-bot")
    line = run_protocol(thread, state_of(section(state="green")))
    assert line.endswith("; an older red comment of another account (`former-bot`) stays as it is")
    assert thread.posted == [old]


def test_a_comment_without_proof_gets_one_with_the_next_edit() -> None:
    thread = MemoryThread()
    thread.add_comment(text_of(state_of(section(), build=11)))
    run_protocol(thread, state_of(section()))
    state = parse(thread.texts[0])
    assert state
    assert state.proof
    assert states(thread) == {"1": "red"}


def test_the_proof_alone_causes_no_edit() -> None:
    thread = MemoryThread()
    thread.add_comment(text_of(state_of(section())))
    assert run_protocol(thread, state_of(section())) == "comment unchanged"
    assert thread.writes == []


@pytest.mark.parametrize("kind", FORGES)
def test_an_error_after_a_write_does_not_deny_the_comment(kind: str) -> None:
    with FAKES[kind]() as forge:

        def refuse_readers(text: str, **options: Any) -> Any:
            forge.refuses_readers = Reply(403, {"message": "no"})
            return add(text, **options)

        add, forge.add_comment = forge.add_comment, refuse_readers  # type: ignore[method-assign]
        with pytest.raises(ForgeError) as caught:
            post_comment(forge, [section()])
    assert caught.value.after_write
    assert len(forge.texts()) == 1
