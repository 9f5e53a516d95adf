"""Bitbucket Cloud: pages of 10, at most 100, with the next one's whole address; deleted comments stay in the list."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import unquote, urlencode

from tests.fakes.forges.server import Comment, FakeForge, Reply, Request

LIMIT = 32_768


class BitbucketFake(FakeForge):
    kind = "bitbucket"
    base = "/2.0"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no scope": (
            Reply(403, {"type": "error", "error": {"message": "Your credentials lack one or more required scopes."}}),
            "pullrequest:write",
        ),
        "no access": (Reply(404, {"type": "error", "error": {"message": "Repository not found"}}), "does not see"),
        "conflict": (Reply(409, {"type": "error"}), "cannot be written to"),
        "rate limit": (Reply(429, None, {"Retry-After": "3600"}), "rate limit"),
    }
    limits: ClassVar[tuple[Reply, ...]] = (
        Reply(429, {"type": "error", "error": {"message": "Rate limit for this resource has been exceeded"}}),
    )
    access_token = False
    """The token belongs to the repository: it may not ask who it is, and writes as an app."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: set[int] = set()

    def authorized(self, request: Request) -> bool:
        basic = b64encode(self.token.encode()).decode()
        return request.headers.get("Authorization") in (f"Bearer {self.token}", f"Basic {basic}")

    def unauthorized(self) -> Reply:
        return Reply(401, {"type": "error", "error": {"message": "Token is invalid"}})

    def answer(self, request: Request) -> Reply:
        repo = f"{self.base}/repositories/{self.repo}"
        path = request.path
        if path == f"{self.base}/user":
            return Reply(403) if self.access_token else Reply(200, {"uuid": f"{{{self.me}}}", "type": "user"})
        if found := re.fullmatch(rf"{repo}/(?:pullrequests|commit)/(\w+)/comments(?:/(\d+))?", path):
            return self._one(request, found[1], found[2]) if found[2] else self._many(request, found[1])
        if found := re.fullmatch(rf"{repo}/pullrequests/(\d+)/diff", path):
            target = f"{self.url}{repo}/diff/{self.repo}:aaa..bbb?from_pullrequest_id={found[1]}"
            return Reply(302, None, {"Location": target})
        if path.startswith(f"{repo}/diff/"):
            return self.diff(request)
        if found := re.fullmatch(rf"{repo}/src/([^/]+)/(.+)", path):
            return Reply(404) if "%2F" in found[1] else self.file(found[1], found[2])
        if path == f"{repo}/pullrequests":
            return self._pulls(request)
        if found := re.fullmatch(rf"{repo}/commit/(\w+)/statuses/build/([^/]+)", path):
            named = (one for one in self.statuses_of(found[1]) if one["key"] == unquote(found[2]))
            status = next(named, None)
            return Reply(200, status) if status else Reply(404, {"type": "error", "error": {"message": "not found"}})
        if found := re.fullmatch(rf"{repo}/commit/(\w+)/statuses/build", path):
            assert isinstance(request.body, dict)
            assert len(request.body["key"]) <= 40
            assert request.body["url"]
            self.statuses.append({"commit": found[1], **request.body})
            return Reply(201, {})
        return Reply(404, {"type": "error", "error": {"message": "Resource not found"}})

    def _many(self, request: Request, thread: str) -> Reply:
        if request.method == "POST":
            if len(_raw(request)) > LIMIT:
                return Reply(400, {"type": "error", "error": {"message": "content.raw: too long"}})
            return Reply(201, self._shown(self.add_comment(_raw(request), thread=thread)))
        shown = [self._shown(one) for one in self.comments(thread)]
        return self._page(request, shown)

    def _one(self, request: Request, thread: str, number: str) -> Reply:
        comment = self.find(thread, number)
        if not comment:
            return Reply(404, {"type": "error", "error": {"message": "No such comment"}})
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        comment.text = _raw(request)
        return Reply(200, self._shown(comment))

    def _pulls(self, request: Request) -> Reply:
        query = request.query.get("q", "")
        asked = re.fullmatch(r'state = "OPEN" AND source\.branch\.name = "(.*)"', query)
        every = re.fullmatch(r'state = "OPEN" OR state = "MERGED" OR state = "DECLINED" OR state = "SUPERSEDED"', query)
        if not (asked or every):
            return Reply(400, {"type": "error", "error": {"message": "Invalid query"}})
        branch = re.sub(r"\\(.)", r"\1", asked[1]) if asked else ""
        found = [
            {
                "id": pull.number,
                "source": {
                    "repository": {"uuid": "{fork}" if pull.fork else "{own}"},
                    "branch": {"name": pull.branch},
                    "commit": {"hash": pull.commit[:12]},
                },
                "destination": {"repository": {"uuid": "{own}"}},
            }
            for pull in self.pulls
            if every or (pull.branch == branch and not pull.closed)
        ]
        return self._page(request, found)

    def _page(self, request: Request, values: Sequence[Mapping[str, object]]) -> Reply:
        most = 50 if "q" in request.query else 100
        size, page = min(most, int(request.query.get("pagelen", "10"))), int(request.query.get("page", "1"))
        shown: dict[str, object] = {"values": values[(page - 1) * size : page * size], "pagelen": size, "page": page}
        if page * size < len(values):
            query = urlencode({**request.query, "pagelen": size, "page": page + 1})
            shown["next"] = f"{self.url}{request.path}?{query}"
        return Reply(200, shown)

    def _shown(self, comment: Comment) -> Mapping[str, object]:
        kind = "app_user" if self.access_token and comment.author == self.me else "user"
        return {
            "id": comment.id,
            "content": {"raw": comment.text},
            "user": {"uuid": f"{{{comment.author}}}", "type": kind},
            "deleted": comment.id in self.deleted,
            "links": {"html": {"href": f"{self.url}/{self.repo}/pull-requests/7#comment-{comment.id}"}},
        }


def _raw(request: Request) -> str:
    match request.body:
        case {"content": {"raw": str(raw)}}:
            return raw
    return ""
