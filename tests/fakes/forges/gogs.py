"""Gogs: 404 instead of 403, a TEXT column of 65,535 bytes, comments below their issue, no pull requests in the API."""

import re
from collections.abc import Mapping
from typing import ClassVar

from tests.fakes.forges.server import Comment, FakeForge, Reply, Request

LIMIT = 65_535


class GogsFake(FakeForge):
    kind = "gogs"
    base = "/api/v1"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no permission": (Reply(404), "404 for 403"),
        "forbidden": (Reply(403), "may not write"),
        "invalid": (Reply(422, {"message": "Body: Required"}), "comment_size"),
    }

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"token {self.token}"

    def unauthorized(self) -> Reply:
        return Reply(401)

    def answer(self, request: Request) -> Reply:
        path = request.path
        if path == f"{self.base}/user":
            return Reply(200, {"login": self.me, "username": self.me})
        if raw := re.fullmatch(rf"{self.base}/repos/{self.repo}/raw/(.+)/([^/]+)", path):
            return self.file(raw[1], raw[2])
        found = re.fullmatch(rf"{self.base}/repos/{self.repo}/issues/(\d+)/comments(?:/(\d+))?", path)
        if not found:
            return Reply(404)
        return self._one(request, found[1], found[2]) if found[2] else self._many(request, found[1])

    def _many(self, request: Request, thread: str) -> Reply:
        if request.method == "GET":
            return Reply(200, [self._shown(one) for one in self.comments(thread)])
        if len(request.field("body").encode()) > LIMIT:
            return Reply(500)
        return Reply(201, self._shown(self.add_comment(request.field("body"), thread=thread)))

    def _one(self, request: Request, thread: str, number: str) -> Reply:
        comment = self.find(thread, number)
        if not comment:
            return Reply(404)
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        if len(request.field("body").encode()) > LIMIT:
            return Reply(500)
        comment.text = request.field("body")
        return Reply(200, self._shown(comment))

    def _shown(self, comment: Comment) -> Mapping[str, object]:
        return {
            "id": comment.id,
            "body": comment.text,
            "user": {"login": comment.author, "username": comment.author},
            "html_url": f"{self.url}/{self.repo}/issues/7#issuecomment-{comment.id}",
        }
