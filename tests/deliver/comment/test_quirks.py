"""Behavior of single forges."""

from collections.abc import Iterator

import pytest

from plugin.errors import ForgeError
from plugin.model.comment import CommentOptions
from tests.deliver.comment.samples import post_comment, section
from tests.fakes.forges import Reply, Request
from tests.fakes.forges.bitbucket import BitbucketFake
from tests.fakes.forges.bitbucket_dc import BitbucketDCFake
from tests.fakes.forges.github import GitHubFake
from tests.fakes.forges.gitlab import GitLabFake
from tests.fakes.forges.gogs import GogsFake
from tests.fakes.forges.harness import HarnessFake
from tests.fakes.rude import Rude, answer


@pytest.fixture
def github() -> Iterator[GitHubFake]:
    with GitHubFake() as forge:
        yield forge


@pytest.fixture
def bitbucket() -> Iterator[BitbucketFake]:
    with BitbucketFake() as forge:
        yield forge


@pytest.fixture
def data_center() -> Iterator[BitbucketDCFake]:
    with BitbucketDCFake() as forge:
        yield forge


def test_github_app_finds_its_comment_though_it_is_no_user(github: GitHubFake) -> None:
    github.app, github.me = True, "failure-alert[bot]"
    post_comment(github, [section()])
    post_comment(github, [section(state="green")], build=13)
    assert ["passed" in text for text in github.texts()] == [True]


def test_github_app_without_graphql_ignores_the_comment_of_a_person(github: GitHubFake) -> None:
    """GitHub does not say who the token is then."""
    github.app, github.me, github.graphql = True, "failure-alert[bot]", False
    post_comment(github, [section()])
    copied = github.add_comment(github.texts()[0], author="someone")
    post_comment(github, [section(state="green")], build=13)
    assert ["passed" in text for text in github.texts()] == [True, False]
    assert github.comments()[1] == copied


@pytest.mark.parametrize("deleted", [True, False])
def test_bitbucket_still_lists_deleted_comments(bitbucket: BitbucketFake, deleted: bool) -> None:  # noqa: FBT001
    post_comment(bitbucket, [section()])
    if deleted:
        bitbucket.deleted.add(bitbucket.comments()[0].id)
    post_comment(bitbucket, [section(lines=9)], build=13)
    assert bitbucket.writes().count("POST") == (2 if deleted else 1)


def test_bitbucket_access_token_that_cannot_read_its_user_finds_its_comment(bitbucket: BitbucketFake) -> None:
    bitbucket.access_token = True
    post_comment(bitbucket, [section()])
    copied = bitbucket.add_comment(bitbucket.texts()[0], author="someone")
    post_comment(bitbucket, [section(state="green")], build=13)
    assert ["passed" in text for text in bitbucket.texts()] == [True, False]
    assert bitbucket.comments()[1] == copied


def test_bitbucket_accepts_an_account_and_its_token(bitbucket: BitbucketFake) -> None:
    bitbucket.token = "ci@example.com:token-of-it"
    assert post_comment(bitbucket, [section()]).startswith("comment created")


def test_data_center_accepts_an_account_and_its_password(data_center: BitbucketDCFake) -> None:
    data_center.token = "ci:password-of-it"
    assert post_comment(data_center, [section()]).startswith("comment created")


def test_data_center_version_conflict_is_read_again_and_merged(data_center: BitbucketDCFake) -> None:
    post_comment(data_center, [section("1")])
    data_center.clashes = 2
    post_comment(data_center, [section("2")])
    (text,) = data_center.texts()
    assert ["error in job 1" in text, "error in job 2" in text] == [True, True]
    assert data_center.writes() == ["POST", "PUT", "PUT", "PUT"]


def test_data_center_names_the_account_in_the_header_of_every_answer(data_center: BitbucketDCFake) -> None:
    post_comment(data_center, [section()])
    assert [request.path for request in data_center.requests if request.path.endswith("properties")] == []


def test_gitlab_note_of_the_system_is_not_ours() -> None:
    with GitLabFake() as forge:
        post_comment(forge, [section()])
        forge.system.add(forge.comments()[0].id)
        post_comment(forge, [section(lines=9)], build=13)
        assert forge.writes() == ["POST", "POST"]


def test_gogs_finds_no_mention_even_in_code() -> None:
    with GogsFake() as forge:
        named = section()
        post_comment(forge, [section("@octocat"), named])
        assert "@octocat" not in forge.texts()[0]
        assert "octocat" in forge.texts()[0]


def test_gogs_cannot_search_for_pull_requests() -> None:
    with GogsFake() as forge, pytest.raises(ForgeError, match="unset `find_pull_request`"):
        post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True))


def test_harness_still_lists_deleted_comments() -> None:
    with HarnessFake() as forge:
        post_comment(forge, [section()])
        forge.deleted.add(forge.comments()[0].id)
        post_comment(forge, [section(lines=9)], build=13)
        assert forge.writes() == ["POST", "POST"]


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_of_a_write_is_not_followed_but_named(github: GitHubFake, status: int) -> None:
    """A renamed repository; the token must not go elsewhere, and a POST would become a GET."""
    github.refuses = Reply(status, None, {"Location": "https://elsewhere.example.com/"})
    with pytest.raises(ForgeError, match=r"elsewhere\.example\.com"):
        post_comment(github, [section()])


class NextPageElsewhere(BitbucketFake):
    """Its list of comments names a next page that `urlsplit` takes for its own, and urllib3 for another server."""

    elsewhere = ""

    def answer(self, request: Request) -> Reply:
        if request.method == "GET" and request.path.endswith("/comments"):
            mine = self.url.removeprefix("http://")
            return Reply(200, {"values": [], "next": f"{self.elsewhere}\\@{mine}/x"})
        return super().answer(request)


def test_bitbucket_next_page_that_leads_to_another_server_gets_no_token() -> None:
    with Rude(lambda _: answer(200, {"values": []})) as other, NextPageElsewhere() as forge:
        forge.elsewhere = other.url
        with pytest.raises(ForgeError, match=r"another host.*no request goes there"):
            post_comment(forge, [section()])
        assert other.asked == []
