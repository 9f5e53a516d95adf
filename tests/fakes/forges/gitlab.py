"""GitLab: pages of 20, at most 100, with `X-Next-Page`; subgroups; system notes; 400 above 1,000,000 characters."""

import re
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from tests.fakes.forges.server import Comment, FakeForge, Pull, Reply, Request

LIMIT = 1_000_000


class GitLabFake(FakeForge):
    kind = "gitlab"
    repo = "group/sub group/demo"
    base = "/api/v4"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no scope": (Reply(403, {"error": "insufficient_scope"}), "scope `api`"),
        "locked": (Reply(403, {"message": "403 Forbidden"}), "locked"),
        "no access": (Reply(404, {"message": "404 Project Not Found"}), "does not see"),
        "too long": (Reply(400, {"message": {"note": ["is too long"]}}), "comment_size"),
        "invalid": (Reply(422, {"message": "Unprocessable"}), "comment_size"),
        "rate limit": (
            Reply(
                429,
                {"message": "This endpoint has been requested too many times. Try again later."},
                {"Retry-After": "3600", "RateLimit-Remaining": "0", "RateLimit-Reset": "9999999999"},
            ),
            "300 comments a minute",
        ),
    }

    limits: ClassVar[tuple[Reply, ...]] = (
        Reply(429, None, {"Retry-After": "2", "RateLimit-Remaining": "0", "RateLimit-Reset": "9999999999"}),
        Reply(429, None, {"RateLimit-Remaining": "0", "RateLimit-Reset": "5"}),
    )

    def __init__(self) -> None:
        super().__init__()
        self.system: set[int] = set()
        """Notes that GitLab itself wrote in the account's name: "added 1 commit"."""

    def authorized(self, request: Request) -> bool:
        return request.headers.get("Private-Token", request.headers.get("PRIVATE-TOKEN")) == self.token

    def unauthorized(self) -> Reply:
        return Reply(401, {"message": "401 Unauthorized"})

    def answer(self, request: Request) -> Reply:
        project = re.escape(f"{self.base}/projects/{quote(self.repo, safe='')}")
        path = request.path
        if path == f"{self.base}/user":
            return Reply(200, {"id": _number_of(self.me), "username": self.me})
        if found := re.fullmatch(rf"{project}/merge_requests/(\d+)/notes(?:/(\d+))?", path):
            return self._one(request, found[1], found[2]) if found[2] else self._many(request, found[1])
        if found := re.fullmatch(rf"{project}/repository/commits/([0-9a-f]+)/merge_requests", path):
            return self._pulls(request, [pull for pull in self.pulls if pull.commit == found[1]])
        if re.fullmatch(rf"{project}/merge_requests/\d+/diffs", path):
            size = min(100, int(request.query.get("per_page", "20")))
            found_files = [{"old_path": c.source, "new_path": c.path, "diff": c.hunk} for c in self.changes]
            return Reply(200, found_files[:size])
        if found := re.fullmatch(rf"{project}/repository/files/([^/]+)/raw", path):
            return self.file(request.query["ref"], found[1])
        if re.fullmatch(rf"{project}/merge_requests", path):
            branch = request.query.get("source_branch")
            return self._pulls(request, [pull for pull in self.pulls if branch in (None, pull.branch)])
        if found := re.fullmatch(rf"{project}/repository/commits/([0-9a-f]+)/statuses", path):
            listed = [one for one in self.statuses_of(found[1]) if request.query.get("name") in (None, one["name"])]
            return Reply(200, [{**one, "status": one["state"]} for one in listed[:1]])
        if found := re.fullmatch(rf"{project}/statuses/([0-9a-f]+)", path):
            assert isinstance(request.body, dict)
            assert request.body["state"] in ("pending", "running", "success", "failed", "canceled")
            self.statuses.append({"commit": found[1], **request.body})
            return Reply(201, {})
        return Reply(404, {"error": "404 Not Found"})

    def _many(self, request: Request, thread: str) -> Reply:
        if request.method == "POST":
            if len(request.field("body")) > LIMIT:
                return Reply(400, {"message": {"note": ["is too long (maximum is 1000000 characters)"]}})
            return Reply(201, self._shown(self.add_comment(request.field("body"), thread=thread)))
        size, page = min(100, int(request.query.get("per_page", "20"))), int(request.query.get("page", "1"))
        comments = self.comments(thread)
        if request.query.get("sort", "desc") == "desc":
            comments = comments[::-1]
        more = page * size < len(comments)
        shown = [self._shown(one) for one in comments[(page - 1) * size : page * size]]
        return Reply(200, shown, {"X-Next-Page": str(page + 1) if more else ""})

    def _one(self, request: Request, thread: str, number: str) -> Reply:
        comment = self.find(thread, number)
        if not comment:
            return Reply(404, {"message": "404 Not found"})
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        if request.method != "PUT":
            return Reply(405, {"error": "405 Not Allowed"})
        comment.text = request.field("body")
        return Reply(200, self._shown(comment))

    def _pulls(self, request: Request, pulls: list[Pull]) -> Reply:
        wanted = request.query.get("state", "all")
        found = [
            {
                "iid": pull.number,
                "state": "merged" if pull.closed else "opened",
                "source_branch": pull.branch,
                "sha": pull.commit,
                "source_project_id": 2 if pull.fork else 1,
                "target_project_id": 1,
            }
            for pull in pulls
            if wanted == "all" or pull.closed != (wanted == "opened")
        ]
        size, page = min(100, int(request.query.get("per_page", "20"))), int(request.query.get("page", "1"))
        more = page * size < len(found)
        return Reply(200, found[(page - 1) * size : page * size], {"X-Next-Page": str(page + 1) if more else ""})

    def _shown(self, comment: Comment) -> Mapping[str, object]:
        author = {"id": _number_of(comment.author), "username": comment.author}
        return {"id": comment.id, "body": comment.text, "author": author, "system": comment.id in self.system}


def _number_of(name: str) -> int:
    return sum(name.encode())
