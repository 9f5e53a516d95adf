"""Gitea and Forgejo: all comments in one answer; scopes for every token; 423 when archived."""

import re
from collections.abc import Mapping
from typing import ClassVar

from tests.fakes.forges.server import Comment, FakeForge, Reply, Request


class GiteaFake(FakeForge):
    kind = "gitea"
    base = "/api/v1"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no scope": (
            Reply(403, {"message": "token does not have at least one of required scope(s): [write:issue]"}),
            "write:issue",
        ),
        "locked": (Reply(403, {"message": ""}), "locked"),
        "no access": (Reply(404, {"message": "The target couldn't be found."}), "does not see"),
        "proxy's rate limit": (Reply(429, None, {"Retry-After": "3600"}), "reverse proxy"),
        "archived": (Reply(423, {"message": "repo is archived"}), "archived"),
        "invalid": (Reply(422, {"message": "[Body]: Required"}), "comment_size"),
    }

    limits: ClassVar[tuple[Reply, ...]] = (Reply(429, None, {"Retry-After": "2"}),)

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"token {self.token}"

    def unauthorized(self) -> Reply:
        return Reply(401, {"message": "user does not exist [uid: 0, name: ]", "url": f"{self.url}/api/swagger"})

    def answer(self, request: Request) -> Reply:
        repo = f"{self.base}/repos/{self.repo}"
        path = request.path
        if path == f"{self.base}/user":
            return Reply(200, {"login": self.me, "username": self.me})
        if found := re.fullmatch(rf"{repo}/issues/(\d+)/comments", path):
            return self._many(request, found[1])
        if found := re.fullmatch(rf"{repo}/issues/comments/(\d+)", path):
            return self._one(request, found[1])
        if re.fullmatch(rf"{repo}/pulls/\d+\.diff", path):
            return self.diff(request)
        if found := re.fullmatch(rf"{repo}/raw/(.+)", path):
            return self.file(request.query["ref"], found[1])
        if path == f"{repo}/pulls":
            return self._pulls(request)
        if request.method == "GET" and path.startswith(f"{repo}/statuses/"):
            listed = self.statuses_of(path.rpartition("/")[2])
            return Reply(200, [{**status, "status": status["state"]} for status in listed])
        if request.method == "POST" and path.startswith(f"{repo}/statuses/"):
            assert isinstance(request.body, dict)
            self.statuses.append({"commit": path.rpartition("/")[2], **request.body})
            return Reply(201, {})
        return Reply(404, {"message": "The target couldn't be found.", "url": f"{self.url}/api/swagger"})

    def _many(self, request: Request, thread: str) -> Reply:
        if request.method == "POST":
            return Reply(201, self.shown(self.add_comment(request.field("body"), thread=thread)))
        comments = self.comments(thread)
        return Reply(200, [self.shown(one) for one in comments], {"X-Total-Count": str(len(comments))})

    def _one(self, request: Request, number: str) -> Reply:
        found = self.find_anywhere(number)
        if not found:
            return Reply(404, {"message": "comment does not exist"})
        thread, comment = found
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        comment.text = request.field("body")
        return Reply(200, self.shown(comment))

    def _pulls(self, request: Request) -> Reply:
        size, page = int(request.query.get("limit", "30")), int(request.query.get("page", "1"))
        state = request.query.get("state", "open")
        pulls = [pull for pull in self.pulls if state == "all" or pull.closed == (state == "closed")]
        shown = pulls[(page - 1) * size : page * size]
        more = page * size < len(pulls)
        link = {"Link": f'<{self.url}{request.path}?page={page + 1}>; rel="next"'} if more else {}
        found = [
            {
                "number": pull.number,
                "state": "open",
                "head": {"ref": pull.branch, "sha": pull.commit, "repo_id": 2 if pull.fork else 1},
                "base": {"ref": "main", "repo_id": 1},
            }
            for pull in shown
        ]
        return Reply(200, found, link)

    def shown(self, comment: Comment) -> Mapping[str, object]:
        return {
            "id": comment.id,
            "body": comment.text,
            "user": {"login": comment.author},
            "html_url": f"{self.url}/{self.repo}/pulls/7#issuecomment-{comment.id}",
        }


class ForgejoFake(GiteaFake):
    kind = "forgejo"
