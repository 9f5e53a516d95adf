"""Keys of failures in the comment on a pull request, which save requests to the CI server."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from plugin.deliver.comment.previous import keys_in_comment
from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.model.comment import CommentOptions, CommentTarget
from tests.deliver.comment.samples import client, post_comment, section
from tests.fakes.forges import FAKES, FakeForge
from tests.fakes.forges.gitea import GiteaFake

KEYS = ("v1:0123456789abcdef", "v1:fedcba9876543210")


def keys(forge: FakeForge, *, token: str = "", key: str = "") -> Mapping[int, frozenset[str]]:
    target = CommentTarget(forge.kind, forge.url, forge.repo, 7)
    return keys_in_comment(target, token or forge.token, client, key=key, seconds=5)


@pytest.mark.parametrize("kind", FORGES)
def test_keys_of_all_jobs_are_read_with_one_request(kind: str) -> None:
    jobs = [replace(section(str(number)), keys=(key,)) for number, key in enumerate(KEYS, 1)]
    with FAKES[kind]() as forge:
        post_comment(forge, jobs, build=12)
        before = len(forge.requests)
        assert keys(forge) == {12: set(KEYS)}
        assert len(forge.requests) == before + 1


def test_a_comment_of_another_account_or_another_pipeline_does_not_count() -> None:
    job = replace(section(), keys=KEYS)
    with GiteaFake() as forge:
        post_comment(forge, [job], options=CommentOptions(key="nightly"))
        (ours,) = forge.texts()
        assert keys(forge) == {}
        assert keys(forge, key="nightly") == {12: set(KEYS)}
        forge.comments().clear()
        forge.add_comment(ours, author="mallory")
        assert keys(forge, key="nightly") == {}


def test_a_pull_request_without_a_comment_has_no_keys() -> None:
    with GiteaFake() as forge:
        assert keys(forge) == {}


def test_a_forge_that_refuses_is_an_error_of_the_forge() -> None:
    with GiteaFake() as forge, pytest.raises(ForgeError):
        keys(forge, token="wrong")
