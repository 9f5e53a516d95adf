"""Bitbucket Data Center: comments among activities, newest first; a version with every write; 32,768 characters."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from tests.fakes.forges.server import Change, Comment, FakeForge, Pull, Reply, Request

LIMIT = 32_768


class BitbucketDCFake(FakeForge):
    kind = "bitbucket_dc"
    repo = "OCTO/demo"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no permission": (
            Reply(401, {"errors": [{"message": "You are not permitted to access this resource"}]}),
            "forge_token",
        ),
        "no access": (Reply(404, {"errors": [{"message": "Repository OCTO/demo does not exist."}]}), "does not see"),
        "rate limit": (Reply(429, {"errors": []}, {"Retry-After": "3600"}), "rate limit"),
    }
    limits: ClassVar[tuple[Reply, ...]] = (
        Reply(429, {"errors": [{"message": "You are rate limited"}]}, {"Retry-After": "2"}),
    )
    clashes = 0
    """So many of the next edits find that someone else was faster."""

    def authorized(self, request: Request) -> bool:
        basic = b64encode(self.token.encode()).decode()
        return request.headers.get("Authorization") in (f"Bearer {self.token}", f"Basic {basic}")

    def unauthorized(self) -> Reply:
        return Reply(401, {"errors": [{"message": "Authentication failed."}]})

    def answer(self, request: Request) -> Reply:
        """Answer with the account's name in a header, as the server does on every request."""
        reply = self._answer(request)
        return replace(reply, headers={"X-AUSERNAME": self.me, **reply.headers})

    def _answer(self, request: Request) -> Reply:
        project, _, name = self.repo.partition("/")
        repo = f"/rest/api/1.0/projects/{project}/repos/{name}"
        path = request.path
        if path == "/rest/api/1.0/application-properties":
            return Reply(200, {"version": "8.19.0"})
        if found := re.fullmatch(rf"{repo}/pull-requests/(\d+)/activities", path):
            return self._activities(request, found[1])
        if found := re.fullmatch(rf"{repo}/pull-requests/(\d+)/comments", path):
            return self._create(request, found[1])
        if found := re.fullmatch(rf"{repo}/pull-requests/(\d+)/comments/(\d+)", path):
            return self._one(request, found[1], found[2])
        if re.fullmatch(rf"{repo}/pull-requests/\d+/diff", path):
            assert request.headers["Accept"] == "application/json"
            return Reply(200, {"diffs": [_file(change) for change in self.changes], "truncated": False})
        if found := re.fullmatch(rf"{repo}/raw/(.+)", path):
            return self.file(request.query["at"].removeprefix("refs/heads/"), found[1])
        if path == f"{repo}/pull-requests":
            every = request.query.get("state", "OPEN") == "ALL"
            return _page(request, [_pull(pull) for pull in self.pulls if every or not pull.closed])
        if found := re.fullmatch(rf"{repo}/commits/([0-9a-f]+)/pull-requests", path):
            pulls = [pull for pull in self.pulls if pull.commit == found[1]]
            return _page(request, [_pull(pull) for pull in pulls])
        if found := re.fullmatch(r"/rest/build-status/1\.0/commits/([0-9a-f]+)", path):
            return self._build_status(request, found[1])
        return Reply(404, {"errors": [{"message": "null for uri"}]})

    def _build_status(self, request: Request, commit: str) -> Reply:
        if request.method == "GET":
            return _page(request, self.statuses_of(commit))
        assert isinstance(request.body, dict)
        assert request.body["url"]
        assert request.body["state"] in ("SUCCESSFUL", "FAILED", "INPROGRESS")
        self.statuses.append({"commit": commit, **request.body})
        return Reply(204)

    def _activities(self, request: Request, thread: str) -> Reply:
        opened: Mapping[str, object] = {"id": 1, "action": "OPENED"}
        told = [self._activity(one) for one in reversed(self.comments(thread))]
        return _page(request, [{"id": 2, "action": "RESCOPED"}, *told, opened])

    def _create(self, request: Request, thread: str) -> Reply:
        if len(request.field("text")) > LIMIT:
            return Reply(400, {"errors": [{"message": "The comment is too long. It must not exceed 32,768."}]})
        return Reply(201, self._shown(self.add_comment(request.field("text"), thread=thread)))

    def _one(self, request: Request, thread: str, number: str) -> Reply:
        comment = self.find(thread, number)
        if not comment:
            return Reply(404, {"errors": [{"message": "Comment does not exist."}]})
        if self.clashes:
            self.clashes -= 1
            comment.version += 1
        sent = request.query.get("version") or (request.body.get("version") if isinstance(request.body, dict) else None)
        if str(sent) != str(comment.version):
            return Reply(409, {"errors": [{"message": "You are attempting to modify a comment based on old data."}]})
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        if len(request.field("text")) > LIMIT:
            return Reply(400, {"errors": [{"message": "The comment is too long. It must not exceed 32,768."}]})
        comment.text = request.field("text")
        comment.version += 1
        return Reply(200, self._shown(comment))

    def _activity(self, comment: Comment) -> Mapping[str, object]:
        return {
            "id": comment.id + 100_000,
            "action": "COMMENTED",
            "commentAction": "ADDED",
            "comment": self._shown(comment),
        }

    def _shown(self, comment: Comment) -> Mapping[str, object]:
        author = {"name": comment.author, "slug": comment.author}
        return {"id": comment.id, "version": comment.version, "text": comment.text, "author": author}


def _file(change: Change) -> Mapping[str, object]:
    segments = [
        {"type": kind, "lines": [{"source": 1, "destination": 1, "line": line} for line in lines]}
        for kind, lines in (("REMOVED", change.removed), ("ADDED", change.added))
        if lines
    ]
    hunk = {
        "sourceLine": change.line,
        "sourceSpan": len(change.removed),
        "destinationLine": change.line,
        "destinationSpan": len(change.added),
        "segments": segments,
    }
    return {
        "source": {"toString": change.source},
        "destination": {"toString": change.path},
        "hunks": [hunk] if segments else [],
        "binary": not segments,
    }


def _pull(pull: Pull) -> Mapping[str, object]:
    source = {"id": f"refs/heads/{pull.branch}", "displayId": pull.branch, "latestCommit": pull.commit}
    return {
        "id": pull.number,
        "state": "MERGED" if pull.closed else "OPEN",
        "fromRef": {**source, "repository": {"id": 2 if pull.fork else 1}},
        "toRef": {"displayId": "main", "repository": {"id": 1}},
    }


def _page(request: Request, values: Sequence[Mapping[str, object]]) -> Reply:
    start, limit = int(request.query.get("start", "0")), min(25, int(request.query.get("limit", "25")))
    end = start + limit
    last = end >= len(values)
    page = {"values": values[start:end], "isLastPage": last, "start": start, "nextPageStart": None if last else end}
    return Reply(200, page)
