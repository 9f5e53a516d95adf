"""A file of the repository at a branch: one request, as it is, None where there is none."""

import pytest

from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.forges.files import LARGEST
from plugin.forges.interface import ReadsFiles
from tests.deliver.comment.samples import client
from tests.fakes.forges import FAKES, FakeForge, Reply

NAME = ".failure-alert.yml"
CONTENT = "text: größer\n".encode()


def read(forge: FakeForge, branch: str = "main", path: str = NAME) -> bytes | None:
    kind = FORGES[forge.kind]
    found = kind(client(kind.api(forge.url), kind.headers(forge.token)), forge.repo, forge.url)
    assert isinstance(found, ReadsFiles)
    return found.file(path, branch)


@pytest.mark.parametrize("kind", FORGES)
def test_every_forge_returns_a_file_with_one_request(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.files["main", NAME] = CONTENT
        assert read(forge) == CONTENT
        assert len(forge.requests) == 1


@pytest.mark.parametrize("kind", FORGES)
def test_a_missing_file_is_no_error(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.files["other", NAME] = CONTENT
        assert read(forge) is None


@pytest.mark.parametrize("kind", FORGES)
def test_a_branch_may_have_a_slash_except_on_bitbucket_cloud(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.files["release/1.0", NAME] = CONTENT
        assert read(forge, "release/1.0") == (None if kind == "bitbucket" else CONTENT)


@pytest.mark.parametrize("kind", FORGES)
def test_a_large_file_is_not_used(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.files["main", NAME] = b"x" * (LARGEST + 1)
        assert read(forge) is None


@pytest.mark.parametrize("kind", FORGES)
def test_a_refusal_is_an_error_with_its_status(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.refuses_readers = Reply(403, {"message": "no"})
        with pytest.raises(ForgeError, match="contents") as caught:
            read(forge)
    assert caught.value.status == 403
