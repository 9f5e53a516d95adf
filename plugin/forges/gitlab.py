"""GitLab. https://docs.gitlab.com/api/notes/, /api/commits/, /api/merge_requests/."""

from collections.abc import Iterator, Mapping
from functools import partial

from plugin.forges.comments import CommentList, body
from plugin.forges.diffs import Diff, bounded, file_diff
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
from plugin.forges.pagination import by_next_page
from plugin.http.client import ApiClient, Params
from plugin.http.json_fields import Record, integer, record, records, text
from plugin.model.comment import CommentFormat, CommitStatus, MarkdownSupport, PostedComment, SizeLimit
from plugin.model.message import Message
from plugin.text.shorten import shorten

_API = "/api/v4"
_REMEDIES = {
    400: Message("GitLab refused the text; a smaller setting `comment_size` may help"),
    401: Message(
        "the token is wrong or has expired, or is a CI_JOB_TOKEN, which cannot write comments; check `forge_token`"
    ),
    403: Message(
        "the token needs scope `api` and its account at least role Reporter; the merge request may be "
        "locked or the project archived"
    ),
    404: Message("there is no such merge request, or the token's account does not see this project"),
    405: Message("most likely the project has another path now; repair the repository in the CI server"),
    422: Message("GitLab refused the text; a smaller setting `comment_size` may help"),
    429: Message("GitLab lets an account write 300 comments a minute; give the plugin an account of its own"),
}
_STATUS_REMEDIES = {**_REMEDIES, 403: Message("to set a commit's status, the token's account needs role Developer")}
_STATES = status_words(red="failed", green="success", running="running", stopped="canceled")
_DESCRIPTION = 255
_FILES = 100
"""Files of a diff that one request returns at most."""


class GitLab:
    """One project. The limit of a note is 1,000,000 characters; a fifth of it is more than people read."""

    comment_format = CommentFormat(SizeLimit(200_000, "characters"), MarkdownSupport())

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        self._client = client
        self._project = f"projects/{escape_segment(repo)}"
        self._page = f"{web.removesuffix(_API)}/{repository_path(repo)}/-/merge_requests"

    @staticmethod
    def api(address: str) -> str:
        """Return the base address of the API."""
        return with_api_path(address, _API)

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        return {"PRIVATE-TOKEN": token}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        notes = f"{self._project}/merge_requests/{number}/notes"
        listed = partial(by_next_page, self._client, notes, {"per_page": 100, "sort": "asc"}, remedies=_REMEDIES)
        posted = partial(self._posted, f"{self._page}/{number}")
        return CommentList(self._client, notes, notes, listed, posted, body, _REMEDIES, self._account, edit="PUT")

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Search by branch, by commit only where the branch is unknown."""
        path, query = f"{self._project}/merge_requests", {"state": "opened", "source_branch": branch}
        if not branch:
            path, query = f"{self._project}/repository/commits/{escape_segment(commit)}/merge_requests", {}
        found = records(self._client.json(path, query, remedies=_REMEDIES))
        opened = (_candidate(one, branch) for one in found if one.get("state") == "opened")
        return matching_pull_request(opened, commit, branch)

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included."""
        path, query = f"{self._project}/merge_requests", {"state": "all", "per_page": "100"}
        return (integer(pull.get("iid")) for pull in by_next_page(self._client, path, query, remedies=_REMEDIES))

    def diff(self, number: int) -> Diff:
        """Return the diff of the first 100 files of a merge request (GitLab 15.7 and later)."""
        path = f"{self._project}/merge_requests/{number}/diffs"
        files = records(self._client.json(path, {"per_page": _FILES}, remedies=_REMEDIES))
        return bounded("".join(map(_file_diff, files)), complete=len(files) < _FILES)

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none."""
        place = f"{self._project}/repository/files/{escape_segment(path)}/raw"
        return raw_file(self._client, place, {"ref": branch})

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set the commit status."""
        payload = {
            "state": _STATES[status.outcome],
            "name": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "target_url": status.url,
        }
        self._client.write(
            "POST",
            f"{self._project}/statuses/{escape_segment(commit)}",
            payload,
            remedies=_STATUS_REMEDIES,
            idempotent=True,
        )

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether this build has set the status of this name."""
        path = f"{self._project}/repository/commits/{escape_segment(commit)}/statuses"
        asked: Params = {"name": status.name, "per_page": 100}
        listed = by_next_page(self._client, path, asked, remedies=_STATUS_REMEDIES)
        return any(of_this_build(status, one.get("name"), one.get("target_url")) for one in listed)

    def _posted(self, page: str, note: Record) -> PostedComment:
        number = integer(note.get("id"))
        author = "" if note.get("system") is True else text(record(note.get("author")).get("username"))
        return PostedComment(number, text(note.get("body")), author, f"{page}#note_{number}")

    def _account(self) -> str:
        return text(account_of(self._client, "user", _REMEDIES).get("username"))


def _file_diff(changed: Record) -> str:
    return file_diff(text(changed.get("old_path")), text(changed.get("new_path")), text(changed.get("diff")))


def _candidate(pull: Record, branch: str) -> PullRequest:
    """`branch` is the one that the search was limited to."""
    fork = pull.get("source_project_id") != pull.get("target_project_id")
    source = text(pull.get("source_branch")) or branch
    return PullRequest(integer(pull.get("iid")), source, text(pull.get("sha")), fork=fork)
