"""Harness Open Source: activities of a pull request in pages; 16 KiB; deleted comments keep their place."""

import re
from collections.abc import Mapping
from typing import ClassVar

from tests.fakes.forges.server import Comment, FakeForge, Reply, Request

LIMIT = 16 * 1024


class HarnessFake(FakeForge):
    kind = "harness"
    repo = "space/sub/demo"
    base = "/api/v1"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no permission": (Reply(403, {"message": "Forbidden"}), "role"),
        "no access": (Reply(404, {"message": "Not Found"}), "does not see"),
        "invalid": (Reply(400, {"message": "Invalid request"}), "comment_size"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.deleted: set[int] = set()

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.token}"

    def unauthorized(self) -> Reply:
        return Reply(401, {"message": "Unauthorized"})

    def answer(self, request: Request) -> Reply:
        repo = re.escape(f"{self.base}/repos/{self.repo}/+")
        path = request.path
        if path == f"{self.base}/user":
            return Reply(200, {"uid": self.me, "email": "ci@example.com", "display_name": "CI"})
        if found := re.fullmatch(rf"{repo}/pullreq/(\d+)/activities", path):
            return self._activities(request, found[1])
        if found := re.fullmatch(rf"{repo}/pullreq/(\d+)/comments(?:/(\d+))?", path):
            return self._one(request, found[1], found[2]) if found[2] else self._create(request, found[1])
        if re.fullmatch(rf"{repo}/pullreq/\d+/diff", path):
            return self.diff(request)
        if found := re.fullmatch(rf"{repo}/raw/(.+)", path):
            return self.file(request.query["git_ref"].removeprefix("refs/heads/"), found[1])
        if re.fullmatch(rf"{repo}/pullreq", path):
            return self._pulls(request)
        if found := re.fullmatch(rf"{repo}/checks/commits/([0-9a-f]+)", path):
            if request.method == "GET":
                return Reply(200, [{**one, "id": 3} for one in self.statuses_of(found[1])])
            assert request.method == "PUT"
            assert isinstance(request.body, dict)
            assert request.body["status"] in ("error", "failure", "pending", "running", "success")
            self.statuses.append({"commit": found[1], **request.body})
            return Reply(200, {})
        return Reply(404, {"message": "Not Found"})

    def _activities(self, request: Request, thread: str) -> Reply:
        assert request.query["kind"] == "comment"
        size, page = int(request.query.get("limit", "30")), int(request.query.get("page", "1"))
        comments = self.comments(thread)[(page - 1) * size : page * size]
        return Reply(200, [self._shown(one) for one in comments])

    def _create(self, request: Request, thread: str) -> Reply:
        if len(request.field("text").encode()) > LIMIT:
            return Reply(400, {"message": "Comment can't be longer than 16 KiB"})
        return Reply(201, self._shown(self.add_comment(request.field("text"), thread=thread)))

    def _one(self, request: Request, thread: str, number: str) -> Reply:
        comment = self.find(thread, number)
        if not comment:
            return Reply(404, {"message": "Not Found"})
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        if len(request.field("text").encode()) > LIMIT:
            return Reply(400, {"message": "Comment can't be longer than 16 KiB"})
        comment.text = request.field("text")
        return Reply(200, self._shown(comment))

    def _pulls(self, request: Request) -> Reply:
        found = [
            {
                "number": pull.number,
                "source_branch": pull.branch,
                "source_sha": pull.commit,
                "source_repo_id": 2 if pull.fork else 1,
                "target_repo_id": 1,
            }
            for pull in self.pulls
            if request.query.get("source_branch") in (None, pull.branch)
            and request.query.get("state", "") in ("", "closed" if pull.closed else "open")
        ]
        size, page = int(request.query.get("limit", "30")), int(request.query.get("page", "1"))
        return Reply(200, found[(page - 1) * size : page * size])

    def _shown(self, comment: Comment) -> Mapping[str, object]:
        return {
            "id": comment.id,
            "text": comment.text,
            "kind": "comment",
            "author": {"uid": comment.author},
            "deleted": 1_700_000_000_000 if comment.id in self.deleted else None,
        }
