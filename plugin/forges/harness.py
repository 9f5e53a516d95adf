"""Harness Open Source. Every server describes its API at /openapi.yaml."""

from collections.abc import Iterator, Mapping
from functools import partial

from plugin.forges.comments import CommentList
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
from plugin.forges.pagination import until_seen
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, records, text
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, PostedComment, SizeLimit
from plugin.model.message import Message
from plugin.text.shorten import shorten

_API = "/api/v1"
_REMEDIES = {
    400: Message("Harness refused the text; a smaller setting `comment_size` may help"),
    401: Message("the token is wrong or has expired; check setting `forge_token`"),
    403: Message("the token's account needs a role in the space that may review (contributor or above)"),
    404: Message("there is no such pull request, or the token's account does not see this repository"),
}
_STATES = status_words(red="failure", green="success", running="running", stopped="error")
_DESCRIPTION = 255


class Harness:
    """One repository. The limit of a comment is 16 KiB."""

    comment_format = CommentFormat(
        SizeLimit(16_000, "bytes"), MarkdownSupport(folds=False, comments=False, names_accounts=False)
    )

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        self._client = client
        self._repo = f"repos/{repository_path(repo)}/+"
        self._page = f"{web.removesuffix(_API)}/{repository_path(repo)}/pulls"

    @staticmethod
    def api(address: str) -> str:
        """Return the base address of the API."""
        return with_api_path(address, _API)

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        return {"Authorization": f"Bearer {token}"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        pull = f"{self._repo}/pullreq/{number}"
        listed = partial(
            until_seen, self._client, f"{pull}/activities", {"kind": "comment", "limit": 100}, remedies=_REMEDIES
        )
        posted = partial(self._posted, f"{self._page}/{number}")
        return CommentList(
            self._client, f"{pull}/comments", f"{pull}/comments", listed, posted, _body, _REMEDIES, self._account
        )

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Search by branch, and prefer this head commit."""
        query = {"state": "open", "source_branch": branch}
        found = records(self._client.json(f"{self._repo}/pullreq", query, remedies=_REMEDIES))
        return matching_pull_request((_candidate(one, branch) for one in found), commit, branch)

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included."""
        path = f"{self._repo}/pullreq"
        pulls = until_seen(self._client, path, {"limit": 100}, key="number", remedies=_REMEDIES)
        return (integer(pull.get("number")) for pull in pulls)

    def diff(self, number: int) -> Diff:
        """Return the diff of a pull request, which is plain text if that is requested."""
        path = f"{self._repo}/pullreq/{number}/diff"
        return text_diff(self._client.get(path, remedies=_REMEDIES, media_type="text/plain"))

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none."""
        place = f"{self._repo}/raw/{repository_path(path)}"
        return raw_file(self._client, place, {"git_ref": f"refs/heads/{branch}"})

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "identifier": status.name,
            "status": _STATES[status.outcome],
            "summary": shorten(status.title, _DESCRIPTION),
            "link": status.url,
        }
        self._client.write(
            "PUT", f"{self._repo}/checks/commits/{escape_segment(commit)}", payload, remedies=_REMEDIES, idempotent=True
        )

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"{self._repo}/checks/commits/{escape_segment(commit)}"
        listed = until_seen(self._client, path, {"limit": 100}, remedies=_REMEDIES)
        return any(of_this_build(status, one.get("identifier"), one.get("link")) for one in listed)

    def _posted(self, page: str, activity: Record) -> PostedComment:
        number = integer(activity.get("id"))
        author = "" if integer(activity.get("deleted")) else text(record(activity.get("author")).get("uid"))
        return PostedComment(number, text(activity.get("text")), author, f"{page}/conversation?commentId={number}")

    def _account(self) -> str:
        return text(account_of(self._client, "user", _REMEDIES).get("uid"))


def _body(text: str) -> dict[str, str]:
    return {"text": text}


def _candidate(pull: Record, branch: str) -> PullRequest:
    """`branch` is the one that the search was limited to."""
    fork = pull.get("source_repo_id") != pull.get("target_repo_id")
    source = text(pull.get("source_branch")) or branch
    return PullRequest(integer(pull.get("number")), source, text(pull.get("source_sha")), fork=fork)
