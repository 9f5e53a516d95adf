"""Gitea and Forgejo, which share the API for comments. https://docs.gitea.com/api, https://codeberg.org/api/swagger."""

from collections.abc import Iterator, Mapping
from functools import partial

from plugin.forges.comments import CommentList, body
from plugin.forges.diffs import Diff, text_diff
from plugin.forges.files import raw_file
from plugin.forges.interface import (
    CommentThread,
    PullRequest,
    account_of,
    escape_segment,
    matching_pull_request,
    of_this_build,
    repository_path,
    status_words,
    with_api_path,
)
from plugin.forges.pagination import by_link
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, PostedComment, SizeLimit
from plugin.model.message import Message
from plugin.text.shorten import shorten

_REMEDIES = {
    401: Message("the token is wrong or was deleted; check setting `forge_token`"),
    403: "the token needs scope `write:issue`, its account write access if the conversation is locked, and it must not "
    "be blocked by the author",
    404: Message("there is no such pull request, or the token's account does not see this repository"),
    422: Message("the forge refused the text; a smaller setting `comment_size` may help"),
    423: Message("the repository is archived, nothing can be written there"),
    500: Message(
        "a pull request that does not exist is answered like this, too: check setting `pull_request`; "
        "otherwise the forge's log has the cause"
    ),
    429: Message(
        "the account, or the reverse proxy before the forge, has a rate limit; give the plugin an account of its own"
    ),
}
_PULL_REMEDIES = {
    **_REMEDIES,
    403: Message("to find the pull request of a push, the token needs scope `read:repository`"),
}
_STATUS_REMEDIES = {**_REMEDIES, 403: Message("to set a commit's status, the token needs scope `write:repository`")}
_STATES = status_words(red="failure", green="success", running="pending", stopped="error")
_DESCRIPTION = 255


class Gitea:
    """One repository. Only the database limits a comment; the size is one that people can read."""

    comment_format = CommentFormat(SizeLimit(65_000, "characters"), MarkdownSupport(), narrow_database=True)

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:  # noqa: ARG002 — comments bring their address
        self._client = client
        self._repo = f"repos/{repository_path(repo)}"

    @staticmethod
    def api(address: str) -> str:
        """Return the base address of the API."""
        return with_api_path(address, "/api/v1")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        return {"Authorization": f"token {token}"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        many, one = f"{self._repo}/issues/{number}/comments", f"{self._repo}/issues/comments"
        listed = partial(by_link, self._client, many, remedies=_REMEDIES)
        return CommentList(self._client, many, one, listed, self._posted, body, _REMEDIES, self._account)

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Search all open ones."""
        pulls = by_link(self._client, f"{self._repo}/pulls", {"state": "open", "limit": 50}, remedies=_PULL_REMEDIES)
        return matching_pull_request(map(_candidate, pulls), commit, branch)

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included."""
        pulls = by_link(self._client, f"{self._repo}/pulls", {"state": "all", "limit": 50}, remedies=_PULL_REMEDIES)
        return (integer(pull.get("number")) for pull in pulls)

    def diff(self, number: int) -> Diff:
        """Return the diff of a pull request."""
        path = f"{self._repo}/pulls/{number}.diff"
        return text_diff(self._client.get(path, remedies=_PULL_REMEDIES, media_type="text/plain"))

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none."""
        place = f"{self._repo}/raw/{repository_path(path)}"
        return raw_file(self._client, place, {"ref": branch})

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "state": _STATES[status.outcome],
            "context": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "target_url": status.url,
        }
        self._client.write(
            "POST",
            f"{self._repo}/statuses/{escape_segment(commit)}",
            payload,
            remedies=_STATUS_REMEDIES,
            idempotent=True,
        )

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"{self._repo}/statuses/{escape_segment(commit)}"
        listed = by_link(self._client, path, {"limit": 50}, remedies=_STATUS_REMEDIES)
        return any(of_this_build(status, one.get("context"), one.get("target_url")) for one in listed)

    def _posted(self, comment: Record) -> PostedComment:
        author, url = text(record(comment.get("user")).get("login")), text(comment.get("html_url"))
        return PostedComment(integer(comment.get("id")), text(comment.get("body")), author, url)

    def _account(self) -> str:
        return text(account_of(self._client, "user", _REMEDIES).get("login"))


def _candidate(pull: Record) -> PullRequest:
    head, base = record(pull.get("head")), record(pull.get("base"))
    fork = head.get("repo_id") != base.get("repo_id")
    return PullRequest(integer(pull.get("number")), text(head.get("ref")), text(head.get("sha")), fork=fork)
