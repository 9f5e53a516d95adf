"""GitHub: pages of 30, at most 100, with a `Link` header; 422 above 65,536 characters; apps have no `/user`."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import jwt

from tests.fakes.forges.server import Change, Comment, FakeForge, Pull, Reply, Request

LIMIT = 65_536
APP = "123456"
INSTALLATION_TOKEN = "ghs_of-the-installation"


class GitHubFake(FakeForge):
    kind = "github"
    base = "/api/v3"
    refusals: ClassVar[Mapping[str, tuple[Reply, str]]] = {
        "no permission": (Reply(403, {"message": "Resource not accessible by integration"}), "Pull requests: write"),
        "locked": (Reply(403, {"message": "Unable to create comment because issue is locked."}), "locked"),
        "archived": (Reply(403, {"message": "Repository was archived so is read-only."}), "archived"),
        "no access": (Reply(404, {"message": "Not Found"}), "scope `repo`"),
        "gone": (Reply(410, {"message": "Issues are disabled for this repo"}), "switched off"),
        "invalid": (Reply(422, {"message": "Validation Failed"}), "comment_size"),
        "primary rate limit": (
            Reply(
                403,
                {"message": "API rate limit exceeded for user ID 1."},
                {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"},
            ),
            "has used up its rate limit",
        ),
        "secondary rate limit": (
            Reply(403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "3600"}),
            "3,600 s",
        ),
        "secondary rate limit without a time": (
            Reply(429, {"message": "You have exceeded a secondary rate limit."}),
            "60 s",
        ),
    }
    limits: ClassVar[tuple[Reply, ...]] = (
        Reply(429, {"message": "Too fast"}, {"Retry-After": "2"}),
        Reply(403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "3"}),
        Reply(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"}),
    )
    app = False
    """The token is an app's installation token: `GET /user` is refused, GraphQL knows the viewer."""

    graphql = True
    app_key = ""
    """The public key of the App in PEM format; without one, no App is installed."""
    app_permissions: Mapping[str, str] = MappingProxyType({"checks": "write", "metadata": "read"})

    def authorized(self, request: Request) -> bool:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return sent in (self.token, INSTALLATION_TOKEN) or self._is_app(sent)

    def _is_app(self, sent: str) -> bool:
        """Return whether the App signed the token for itself, at most ten minutes long."""
        if not self.app_key:
            return False
        try:
            claims = jwt.decode(sent, self.app_key, algorithms=["RS256"], issuer=APP)
        except jwt.PyJWTError:
            return False
        return bool(0 < claims["exp"] - claims["iat"] <= 600)

    def answer(self, request: Request) -> Reply:
        repo = f"{self.base}/repos/{self.repo}"
        path = request.path
        if request.method == "GET" and path == f"{self.base}/user":
            return Reply(403, {"message": "Resource not accessible"}) if self.app else Reply(200, {"login": self.me})
        if request.method == "POST" and path == "/api/graphql":
            return Reply(200, {"data": {"viewer": {"login": self.me}}}) if self.graphql else Reply(403)
        if found := re.fullmatch(rf"{repo}/issues/(\d+)/comments", path):
            return self._many(request, found[1])
        if found := re.fullmatch(rf"{repo}/commits/([0-9a-f]+)/comments", path):
            return self._many(request, found[1])
        if found := re.fullmatch(rf"{repo}/(?:issues/)?comments/(\d+)", path):
            return self._one(request, found[1])
        if found := re.fullmatch(rf"{repo}/commits/([0-9a-f]+)/pulls", path):
            if not any(pull.commit == found[1] for pull in self.pulls):
                return Reply(422, {"message": f"No commit found for SHA: {found[1]}"})
            return Reply(200, [_pull(pull) for pull in self.pulls if pull.commit == found[1]])
        if re.fullmatch(rf"{repo}/pulls/\d+/files", path):
            size = min(100, int(request.query.get("per_page", "30")))
            return Reply(200, [_file(change) for change in self.changes[:size]])
        if path == f"{repo}/pulls":
            head = request.query.get("head")
            owner = self.repo.partition("/")[0]
            current = [p for p in self.pulls if head is None or (not p.fork and head == f"{owner}:{p.branch}")]
            every = request.query.get("state", "open") == "all"
            return self._page(request, [_pull(pull) for pull in current if every or not pull.closed])
        return self._app(request) or self._commits_and_files(request, path.removeprefix(repo))

    def _app(self, request: Request) -> Reply | None:
        """Return what only an App may ask for."""
        repo = f"{self.base}/repos/{self.repo}"
        if request.path == f"{repo}/installation":
            if not self.app_key:
                return Reply(404, {"message": "Not Found"})
            return Reply(200, {"id": 4711, "permissions": dict(self.app_permissions)})
        if request.path == f"{self.base}/app/installations/4711/access_tokens":
            assert request.body == {"repositories": [self.repo.split("/")[1]], "permissions": {"checks": "write"}}
            return Reply(201, {"token": INSTALLATION_TOKEN})
        if "/check-runs" in request.path:
            return self._check_runs(request, request.path.removeprefix(repo))
        return None

    def _check_runs(self, request: Request, path: str) -> Reply:
        if request.method == "GET":
            wanted = (path.split("/")[2], request.query.get("check_name"))
            found = [run for run in self.reports if (run["head_sha"], run["name"]) == wanted]
            return Reply(200, {"total_count": len(found), "check_runs": found[-1:]})
        if not request.headers.get("Authorization", "").startswith("Bearer ghs_"):
            return Reply(403, {"message": "You must authenticate via a GitHub App."})
        run = request.body
        assert isinstance(run, dict)
        assert run["conclusion"] in ("failure", "success", "neutral")
        output = run["output"]
        assert len(output["title"]) <= 255
        assert len(output["summary"]) <= 65_535
        assert len(output["annotations"]) <= 50
        for annotation in output["annotations"]:
            assert annotation["annotation_level"] == "failure"
            assert 0 < annotation["start_line"] <= annotation["end_line"]
            assert len(annotation["message"].encode()) <= 64 * 1024
            assert len(annotation["title"]) <= 255
        self.reports.append(run)
        return Reply(201, {"id": len(self.reports)})

    def _commits_and_files(self, request: Request, path: str) -> Reply:
        if request.method == "GET" and path.startswith("/contents/"):
            assert request.headers["Accept"] == "application/vnd.github.raw", "else the content is in JSON, encoded"
            return self.file(request.query["ref"], path.removeprefix("/contents/"))
        if request.method == "GET" and (found := re.fullmatch(r"/commits/([0-9a-f]+)/statuses", path)):
            return Reply(200, self.statuses_of(found[1]))
        if request.method == "POST" and path.startswith("/statuses/"):
            self.statuses.append({"commit": path.rpartition("/")[2], **_checked_status(request)})
            return Reply(201, {})
        return Reply(404, {"message": "Not Found"})

    def _many(self, request: Request, thread: str) -> Reply:
        if request.method == "POST":
            text = request.field("body")
            if len(text) > LIMIT:
                return Reply(422, {"message": "Body is too long (maximum is 65536 characters)"})
            return Reply(201, self._shown(self.add_comment(text, thread=thread)))
        return self._page(request, [self._shown(one) for one in self.comments(thread)])

    def _page(self, request: Request, listed: Sequence[Mapping[str, object]]) -> Reply:
        size = min(100, int(request.query.get("per_page", "30")))
        page = int(request.query.get("page", "1"))
        shown = listed[(page - 1) * size : page * size]
        last = -(-len(listed) // size)
        link = f'<{self.url}{request.path}?per_page={size}&page={page + 1}>; rel="next"' if page < last else ""
        return Reply(200, shown, {"Link": link} if link else {})

    def _one(self, request: Request, number: str) -> Reply:
        found = self.find_anywhere(number)
        if not found:
            return Reply(404, {"message": "Not Found"})
        thread, comment = found
        if request.method == "DELETE":
            self.threads[thread].remove(comment)
            return Reply(204)
        if len(request.field("body")) > LIMIT:
            return Reply(422, {"message": "Body is too long (maximum is 65536 characters)"})
        comment.text = request.field("body")
        return Reply(200, self._shown(comment))

    def _shown(self, comment: Comment) -> Mapping[str, object]:
        kind = "Bot" if comment.author.endswith("[bot]") else "User"
        return {
            "id": comment.id,
            "body": comment.text,
            "user": {"login": comment.author, "type": kind},
            "html_url": f"{self.url}/{self.repo}/pull/7#issuecomment-{comment.id}",
        }


def _file(change: Change) -> Mapping[str, object]:
    found = {"filename": change.path, "status": "renamed" if change.old_path else "modified"}
    if change.old_path:
        found["previous_filename"] = change.old_path
    return {**found, "patch": change.hunk.rstrip("\n")} if change.hunk else found


def _pull(pull: Pull) -> Mapping[str, object]:
    repository = {"id": 2 if pull.fork else 1}
    return {
        "number": pull.number,
        "state": "closed" if pull.closed else "open",
        "head": {"ref": pull.branch, "sha": pull.commit, "repo": repository},
        "base": {"ref": "main", "repo": {"id": 1}},
    }


def _checked_status(request: Request) -> Mapping[str, object]:
    assert isinstance(request.body, dict)
    assert request.body["state"] in ("error", "failure", "pending", "success")
    assert len(request.body["description"]) <= 140
    return request.body
