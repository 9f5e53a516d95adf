"""`python -m plugin comments delete` removes our comments, whatever their key, and nothing else."""

import io

import pytest

from plugin.cli import run
from plugin.errors import ForgeError, SettingsError
from plugin.forges import FORGES
from plugin.model.comment import CommentOptions
from tests.deliver.comment.samples import post_comment, section
from tests.fakes.forges import FAKES, FakeForge, Pull, Reply, Request
from tests.fakes.forges.gitea import ForgejoFake, GiteaFake

PULLS = [Pull(number, f"branch-{number}", f"{number:040x}", closed=number % 2 == 0) for number in range(1, 61)]
LISTING = [kind for kind in FORGES if kind != "gogs"]


def delete(forge: FakeForge, *arguments: str, **variables: str) -> tuple[str, int]:
    """Return what the command prints, and its exit code."""
    out, code = io.BytesIO(), 0
    line = ["comments", "delete", forge.repo, *arguments, "--forge", forge.kind, "--forge-url", forge.url]
    try:
        run(line, {"FORGE_TOKEN": forge.token, **variables}, out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return out.getvalue().decode(), code


def comment_everywhere(forge: FakeForge) -> None:
    """Comment on an open, a closed and a late pull request, on one of them with two keys."""
    forge.pulls = PULLS
    for number in (1, 2, 60):
        post_comment(forge, [section()], pull_request=number)
    post_comment(forge, [section()], pull_request=2, options=CommentOptions(key="nightly"))


def all_texts(forge: FakeForge) -> list[str]:
    return [comment.text for thread in forge.threads.values() for comment in thread]


@pytest.mark.parametrize("kind", LISTING)
def test_all_comments_of_the_plugin_are_deleted(kind: str) -> None:
    with FAKES[kind]() as forge:
        comment_everywhere(forge)
        quoted = forge.add_comment(all_texts(forge)[0], author="somebody", thread="1")
        forge.add_comment("Looks good to me.", thread="2")
        printed, code = delete(forge)
        assert code == 0
        assert printed.endswith("\n4 comments deleted\n")
        assert sorted(all_texts(forge)) == sorted([quoted.text, "Looks good to me."])


@pytest.mark.parametrize("kind", FORGES)
def test_only_the_named_pull_requests_are_searched(kind: str) -> None:
    with FAKES[kind]() as forge:
        comment_everywhere(forge)
        printed, code = delete(forge, "2", "3")
        assert (code, len(all_texts(forge))) == (0, 2)
        assert printed.endswith("\n2 comments deleted\n")


def test_a_dry_run_deletes_nothing() -> None:
    with GiteaFake() as forge:
        comment_everywhere(forge)
        printed, code = delete(forge, "--dry-run")
        assert (code, len(all_texts(forge))) == (0, 4)
        assert printed.count("found: http") == 4
        assert printed.endswith("\n4 comments would be deleted\n")


def test_a_refused_deletion_is_reported_and_does_not_stop_the_others() -> None:
    with FAKES["bitbucket_dc"]() as forge:
        comment_everywhere(forge)
        refusal = Reply(409, {"errors": [{"message": "the comment has replies"}]})
        forge.fail_next("DELETE", refusal)
        printed, code = delete(forge)
        assert code == 1
        assert "refused: http" in printed
        assert printed.endswith("\n3 comments deleted, 1 refused\n")


class NamelessForgejo(ForgejoFake):
    """It does not name the account to a token that is limited to repositories."""

    nameless = False

    def answer(self, request: Request) -> Reply:
        return Reply(403) if self.nameless and request.path.endswith("/user") else super().answer(request)


def test_where_the_account_is_not_named_the_proof_in_the_comment_counts() -> None:
    with NamelessForgejo() as forge:
        comment_everywhere(forge)
        forge.add_comment(all_texts(forge)[0], author="somebody", thread="1")
        forge.nameless = True
        printed, _ = delete(forge)
        assert printed.endswith("\n4 comments deleted\n")
        assert len(all_texts(forge)) == 1


def test_gogs_needs_the_numbers_of_pull_requests() -> None:
    with FAKES["gogs"]() as forge, pytest.raises(SettingsError, match="no list of pull requests; name their numbers"):
        delete(forge)


def test_without_a_token_the_message_names_the_variable() -> None:
    with GiteaFake() as forge, pytest.raises(SettingsError, match="variable FORGE_TOKEN"):
        delete(forge, FORGE_TOKEN="")


def test_a_wrong_token_is_an_error() -> None:
    with GiteaFake() as forge, pytest.raises(ForgeError):
        delete(forge, FORGE_TOKEN="wrong")
