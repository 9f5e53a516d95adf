"""Bitbucket Server and Data Center. https://developer.atlassian.com/server/bitbucket/rest/ (API 1.0)."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from plugin.forges.interface import CommentThread, escape_segment, of_this_build, require_account, status_words
from plugin.forges.pagination import by_start
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, PostedComment, SizeLimit
from plugin.text.shorten import shorten

_API = "rest/api/1.0"
_REMEDIES = {
    400: "Bitbucket refused the text; a smaller setting `comment_size` may help",
    401: "the token is wrong, has expired, or lacks `Repository read`; check setting `forge_token`",
    403: "the token's account needs read access to the repository",
    404: "there is no such pull request, or the token's account does not see this repository",
    409: "the comment was changed meanwhile, or has answers and cannot be deleted",
    429: "the account has used up its rate limit; ask the administrator to exempt it",
}
_STATES = status_words(red="FAILED", green="SUCCESSFUL", running="INPROGRESS", stopped="FAILED")
"""Servers before 7.4 have three states only, so what is neither passed nor in progress is failed."""
_DESCRIPTION = 255


class BitbucketDC:
    """One repository. The limit of a comment is 32,768 characters."""

    comment_format = CommentFormat(SizeLimit(32_000, "characters"), MarkdownSupport(folds=False, comments=False))

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        project, _, name = repo.rpartition("/")
        self._client = client
        self._repo = f"projects/{escape_segment(project)}/repos/{escape_segment(name)}"
        self._page = f"{self.api(web)}/{self._repo}"

    @staticmethod
    def api(address: str) -> str:
        """Return the address that the APIs for comments and statuses share."""
        return address.removesuffix(f"/{_API}")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        if ":" in token:
            return {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
        return {"Authorization": f"Bearer {token}"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        pull = f"pull-requests/{number}"
        return _Comments(self._client, f"{_API}/{self._repo}/{pull}", f"{self._page}/{pull}", self)

    def find_pull_request(self, commit: str, branch: str) -> int | None:  # noqa: ARG002 — it knows commits only
        """Search by commit."""
        path = f"{_API}/{self._repo}/commits/{escape_segment(commit)}/pull-requests"
        found = by_start(self._client, path, remedies=_REMEDIES)
        return min((integer(one.get("id")) for one in found if one.get("state") == "OPEN"), default=None)

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "state": _STATES[status.outcome],
            "key": status.name,
            "name": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "url": status.url or f"{self._page}/commits/{escape_segment(commit)}",
        }
        self._client.write(
            "POST",
            f"rest/build-status/1.0/commits/{escape_segment(commit)}",
            payload,
            remedies=_REMEDIES,
            idempotent=True,
        )

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"rest/build-status/1.0/commits/{escape_segment(commit)}"
        listed = by_start(self._client, path, remedies=_REMEDIES)
        return any(of_this_build(status, one.get("key"), one.get("url")) for one in listed)

    @cached_property
    def me(self) -> str:
        """The account; every answer carries its name in a header, and no resource does."""
        answer = self._client.get(f"{_API}/application-properties", remedies=_REMEDIES)
        return require_account(unquote(answer.headers.get("X-AUSERNAME", "")).casefold())


@dataclass(frozen=True, slots=True)
class _Comments:
    """A pull request's comments. They are listed as activities and written with the version that was read."""

    client: ApiClient
    pull: str
    page: str
    forge: BitbucketDC

    def comments(self) -> Iterable[PostedComment]:
        """Yield all comments."""
        for activity in by_start(self.client, f"{self.pull}/activities", remedies=_REMEDIES):
            if activity.get("action") == "COMMENTED" and activity.get("commentAction") == "ADDED":
                yield self._posted(record(activity.get("comment")))

    def create(self, shown: str) -> None:
        """Post a new comment."""
        self.client.write("POST", f"{self.pull}/comments", {"text": shown}, remedies=_REMEDIES)

    def update(self, posted: PostedComment, shown: str) -> None:
        """Replace the text of a comment."""
        payload = {"text": shown, "version": posted.version}
        self.client.write("PUT", f"{self.pull}/comments/{posted.id}", payload, remedies=_REMEDIES)

    def delete(self, posted: PostedComment) -> None:
        """Delete a comment."""
        path = f"{self.pull}/comments/{posted.id}?version={posted.version}"
        self.client.write("DELETE", path, remedies=_REMEDIES)

    def _posted(self, comment: Record) -> PostedComment:
        number = integer(comment.get("id"))
        return PostedComment(
            number,
            text(comment.get("text")),
            mine=text(record(comment.get("author")).get("name")).casefold() == self.forge.me,
            url=f"{self.page}/overview?commentId={number}",
            version=integer(comment.get("version")),
        )
