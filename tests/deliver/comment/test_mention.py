"""`comment_mention: author`: the author is mentioned once, where the forge notifies them: in the first red comment."""

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.mentions import account_name
from plugin.forges import FORGES
from plugin.model.comment import CommentOptions
from tests.deliver.comment import version_01
from tests.deliver.comment.samples import post_comment, section
from tests.fakes.forges import FAKES
from tests.fakes.forges.gitea import GiteaFake

MENTION = CommentOptions(mention=True)
WITHOUT = ("bitbucket", "harness")
RED, GREEN = [section()], [section(state="green")]


@pytest.mark.parametrize("kind", [kind for kind in FORGES if kind not in WITHOUT])
def test_the_author_is_mentioned_in_the_first_red_comment_only(kind: str) -> None:
    with FAKES[kind]() as forge:
        post_comment(forge, RED, build=11, options=MENTION, author="octo")
        assert "\n\n@octo\n\n" in forge.texts()[0]
        assert parse(forge.texts()[0])
        assert version_01.read(forge.texts()[0])
        post_comment(forge, RED, build=12, options=MENTION, author="octo")
        assert ["@" in text for text in forge.texts()] == [False]


@pytest.mark.parametrize("kind", WITHOUT)
def test_a_forge_without_such_mentions_gets_none_and_the_message_says_so(kind: str) -> None:
    with FAKES[kind]() as forge:
        message = post_comment(forge, RED, options=MENTION, author="octo")
        assert message.endswith(f"; {kind} has no mentions by name, so nobody is mentioned")
        assert "@octo" not in forge.texts()[0]


def test_nobody_is_mentioned_by_default() -> None:
    with GiteaFake() as forge:
        post_comment(forge, RED, author="octo")
        assert "@octo" not in forge.texts()[0]


def test_a_passed_build_mentions_nobody() -> None:
    with GiteaFake() as forge:
        post_comment(forge, GREEN, options=CommentOptions(mention=True, on="always"), author="octo")
        assert "@octo" not in forge.texts()[0]


def test_a_comment_that_is_recreated_mentions_nobody_again() -> None:
    options = CommentOptions(mention=True, recreate=True)
    with GiteaFake() as forge:
        for build in (11, 12):
            post_comment(forge, RED, build=build, options=options, author="octo")
        assert ["@octo" in text for text in forge.texts()] == [False]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("octo", "octo"),
        ("jo.doe-2_x", "jo.doe-2_x"),
        ("", ""),
        ("Jo Doe", ""),
        ("renovate[bot]", ""),
        ("All", ""),
        ("here", ""),
        ("octo\n@other", ""),
        ("octo/team", ""),
        ("octo.", ""),
        ("x" * 65, ""),
    ],
)
def test_only_the_plain_name_of_one_account_is_mentioned(author: str, name: str) -> None:
    assert account_name(author) == name


def test_the_message_says_that_the_author_is_unknown() -> None:
    with GiteaFake() as forge:
        message = post_comment(forge, RED, options=MENTION, author="renovate[bot]")
        assert message.endswith("; nobody is mentioned: the CI server names no account as author of the build")
