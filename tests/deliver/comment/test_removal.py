"""Comments that cannot be deleted, and characters that the forge cannot store."""

from dataclasses import replace
from typing import Any

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.forges import FORGES
from plugin.model.comment import CommentOptions, Section
from tests.deliver.comment.samples import post_comment, section
from tests.fakes.forges import FAKES, FakeForge, Reply, Request

RECREATE = CommentOptions(recreate=True)
NARROW = [kind for kind, forge in FORGES.items() if forge.comment_format.narrow_database]
REFUSALS = {401: "You are not permitted", 403: "Forbidden", 405: "Not allowed", 409: "This comment has replies"}


def undeletable(kind: str, status: int, *, editable: bool = True) -> FakeForge:
    """Return a fake that refuses to delete comments, and maybe to edit those that it had before."""
    base: Any = FAKES[kind]

    class Undeletable(base):  # type: ignore[misc]
        def answer(self, request: Request) -> Reply:
            refused = Reply(status, {"message": REFUSALS[status]})
            if request.method == "DELETE":
                return refused
            if not editable and request.method in ("PUT", "PATCH") and request.path.endswith("/1001"):
                return refused
            reply: Reply = super().answer(request)
            return reply

    fake: FakeForge = Undeletable()
    return fake


def headlines(forge: FakeForge) -> list[str]:
    return [text.partition("\n")[0] for text in forge.texts()]


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("kind", FORGES)
def test_an_old_comment_that_cannot_be_deleted_is_edited_and_tried_once(kind: str, status: int) -> None:
    with undeletable(kind, status) as forge:
        for build in (42, 43, 44):
            assert "comment created" in post_comment(forge, [section(lines=build)], build=build, options=RECREATE)
        assert forge.writes().count("DELETE") == 2
        post_comment(forge, [section(state="green")], build=45, options=RECREATE)
        assert forge.writes().count("DELETE") == 2
        assert [parse(text) is not None for text in forge.texts()] == [False, False, True]
        assert ["Replaced by [another comment](http" in text for text in forge.texts()] == [True, True, False]
        assert "passed" in headlines(forge)[2]


@pytest.mark.parametrize("kind", FORGES)
def test_the_newest_comment_is_kept_where_an_old_one_can_neither_be_deleted_nor_edited(kind: str) -> None:
    with undeletable(kind, 403, editable=False) as forge:
        for build in (42, 43):
            post_comment(forge, [section(lines=build)], build=build, options=RECREATE)
        before = forge.writes().count("DELETE")
        post_comment(forge, [section(state="green")], build=44, options=RECREATE)
        assert "passed" in headlines(forge)[1]
        assert forge.writes().count("DELETE") <= before + 1


@pytest.mark.parametrize("kind", FORGES)
def test_a_duplicate_that_cannot_be_deleted_is_edited(kind: str) -> None:
    with undeletable(kind, 403) as forge:
        post_comment(forge, [section("1")])
        forge.add_comment(forge.texts()[0])
        post_comment(forge, [section("2")])
        assert parse(forge.texts()[1]) is None
        state = parse(forge.texts()[0])
        assert state
        assert {one.key for one in state.sections} == {"1", "2"}


def three_byte(kind: str) -> FakeForge:
    """Return a fake on MySQL's `utf8`: 500 for every character above U+FFFF."""
    base: Any = FAKES[kind]

    class ThreeByte(base):  # type: ignore[misc]
        def answer(self, request: Request) -> Reply:
            if request.method != "GET" and any(ord(character) > 0xFFFF for character in str(request.body)):
                return Reply(500, {"message": ""})
            reply: Reply = super().answer(request)
            return reply

    fake: FakeForge = ThreeByte()
    return fake


def with_rocket(red: Section) -> tuple[str, ...]:
    return (red.texts[0].replace("error", "\U0001f680"), *red.texts[1:])


@pytest.mark.parametrize("kind", NARROW)
def test_characters_that_the_database_cannot_store_are_replaced(kind: str) -> None:
    red = section()
    red = replace(red, texts=with_rocket(red), headline=f"{red.headline} \U0001f62c")
    with three_byte(kind) as forge:
        assert post_comment(forge, [red]).startswith("comment created: http")
        assert forge.writes() == ["POST", "POST"]
        assert "\ufffd" in forge.texts()[0]
        assert post_comment(forge, [red]).startswith("comment unchanged: http")
        post_comment(forge, [red], build=13)
        assert forge.writes()[2:] in (["PUT"], ["PATCH"])


def test_forges_with_wide_databases_get_the_text_as_it_is_after_a_500() -> None:
    red = section()
    with FAKES["github"]() as forge:
        forge.fail_next("POST", Reply(500))
        post_comment(forge, [replace(red, texts=with_rocket(red))])
        assert "\U0001f680" in forge.texts()[0]


@pytest.mark.parametrize("kind", sorted({"gitea", "bitbucket_dc"} & set(NARROW)))
def test_a_commit_status_is_set_without_characters_that_the_database_cannot_store(kind: str) -> None:
    with three_byte(kind) as forge:
        options = CommentOptions(fallback="status")
        post_comment(forge, [section()], pull_request=None, options=options, title="\U0001f680 failed")
        assert [status["description"] for status in forge.statuses] == ["\ufffd failed"]
