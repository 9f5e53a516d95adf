"""A renamed repository: writes follow redirects on the same server that keep them, others name the new address."""

from dataclasses import replace
from typing import Any

import pytest

from plugin.errors import ForgeError
from plugin.forges import FORGES
from tests.deliver.comment.samples import post_comment, section, set_commit_status
from tests.fakes.forges import FAKES, FakeForge, Reply, Request

STATUSES = [kind for kind in FORGES if hasattr(FORGES[kind], "set_status")]
NEW = "/renamed/here"


def renamed(kind: str, write_status: int) -> FakeForge:
    """Return a fake that redirects the old path of the repository, as GitHub and Gitea do."""
    base: Any = FAKES[kind]

    class Renamed(base):  # type: ignore[misc]
        moved = False

        def answer(self, request: Request) -> Reply:
            account = request.path.endswith(("/user", "/graphql", "/application-properties"))
            if self.moved and not account and not request.path.startswith(NEW):
                target = f"{self.url}{NEW}{request.path}"
                if query := "&".join(f"{name}={value}" for name, value in request.query.items()):
                    target += f"?{query}"
                status = 301 if request.method == "GET" else write_status
                return Reply(status, {"message": "Moved Permanently"}, {"Location": target})
            reply: Reply = super().answer(replace(request, path=request.path.removeprefix(NEW)))
            return reply

    fake: FakeForge = Renamed()
    return fake


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("kind", FORGES)
def test_a_comment_is_kept_after_the_rename(kind: str, status: int) -> None:
    with renamed(kind, status) as forge:
        post_comment(forge, [section()])
        forge.moved = True  # type: ignore[attr-defined]
        assert post_comment(forge, [section(lines=9)], build=13).startswith("comment updated: http")
        assert post_comment(forge, [section(state="green")], build=14).startswith("comment updated: http")
        assert ["passed" in text for text in forge.texts()] == [True]


@pytest.mark.parametrize("kind", FORGES)
def test_a_comment_is_created_after_the_rename(kind: str) -> None:
    with renamed(kind, 307) as forge:
        forge.moved = True  # type: ignore[attr-defined]
        assert post_comment(forge, [section()]).startswith("comment created: http")


@pytest.mark.parametrize("kind", STATUSES)
def test_a_commit_status_is_set_after_the_rename(kind: str) -> None:
    with renamed(kind, 307) as forge:
        forge.moved = True  # type: ignore[attr-defined]
        set_commit_status(forge, [section()])
        assert len(forge.statuses) == 1


@pytest.mark.parametrize("kind", FORGES)
def test_a_redirect_that_drops_the_write_says_that_the_repository_was_renamed(kind: str) -> None:
    with renamed(kind, 301) as forge:
        forge.moved = True  # type: ignore[attr-defined]
        with pytest.raises(ForgeError, match="the repository has another name now; repair it in the CI server"):
            post_comment(forge, [section()])
        assert forge.writes().count("POST") <= 2
        assert forge.texts() == []


def test_gitlab_refuses_writes_to_a_moved_project_with_405() -> None:
    with FAKES["gitlab"]() as forge:
        forge.refuses = Reply(405, {"message": "405 Non GET methods are not allowed for moved projects"})
        with pytest.raises(ForgeError, match="the project has another path now"):
            post_comment(forge, [section()])
