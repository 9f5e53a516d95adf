"""The interface of a forge's client, and helpers that the clients share."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable
from urllib.parse import quote

from plugin.errors import ForgeError
from plugin.forges.diffs import Diff
from plugin.forges.pagination import json_value
from plugin.frozen import frozen
from plugin.http.client import ApiClient, Remedies
from plugin.http.json_fields import Record, record
from plugin.model.annotation import AnnotationReport
from plugin.model.comment import OUTCOMES, CommentFormat, CommitStatus, Outcome, PostedComment


class CommentThread(Protocol):
    """The comments of one pull request or one commit. Every method raises ForgeError with the HTTP status."""

    def comments(self) -> Iterable[PostedComment]:
        """Return the comments of all pages, in any order."""

    def account(self) -> str:
        """Return the id of the token's account as comments name it, empty if the forge refuses to say."""

    def create(self, text: str) -> PostedComment | None:
        """Post a new comment. Return it as the forge answered, None if the answer does not contain it."""

    def update(self, posted: PostedComment, text: str) -> PostedComment | None:
        """Replace the text of a comment. Return it as the forge answered, None if the answer does not contain it."""

    def delete(self, posted: PostedComment) -> None:
        """Delete a comment."""


def status_words(*, red: str, green: str, running: str, stopped: str) -> Mapping[Outcome, str]:
    """Return a forge's words for a status; `stopped` is the nearest that is neither passed nor in progress."""
    return {**dict.fromkeys(OUTCOMES, stopped), "red": red, "green": green, "running": running, "blocked": running}


class Forge(Protocol):
    """One repository on a forge."""

    comment_format: CommentFormat

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        """`web` is the configured address of the forge."""

    @staticmethod
    def api(address: str) -> str:
        """Return the base address of the API; `address` is that, or the address of the forge's pages."""

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""


@runtime_checkable
class FindsPullRequests(Protocol):
    """A forge that can search for the pull request of a push."""

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """Return the number of the open pull request of a push, None if there is none. Raise ForgeError."""


@runtime_checkable
class ListsPullRequests(Protocol):
    """A forge that lists the pull requests of a repository."""

    def pull_requests(self) -> Iterator[int]:
        """Yield the numbers of all pull requests, the closed ones included. Raise ForgeError."""


@runtime_checkable
class ReadsDiffs(Protocol):
    """A forge that returns the diff of a pull request."""

    def diff(self, number: int) -> Diff:
        """Return the unified diff of a pull request, with one request and bounded in size. Raise ForgeError."""


@runtime_checkable
class ReadsFiles(Protocol):
    """A forge that returns files of the repository."""

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none, with one request. Raise ForgeError."""


@runtime_checkable
class CommentsCommits(Protocol):
    """A forge whose commits have comments that can be listed and edited."""

    def commit(self, commit: str) -> CommentThread:
        """Return the comments of a commit."""


@runtime_checkable
class SetsStatus(Protocol):
    """A forge whose commits have a status."""

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set it. One with the same name replaces the status before, so this may be repeated. Raise ForgeError."""

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether the commit has a status of this name that this build set. Raise ForgeError."""


@runtime_checkable
class Annotates(Protocol):
    """A forge that shows the annotations of an external CI at lines of the source."""

    def annotate(self, commit: str, report: AnnotationReport) -> str:
        """Show a failed build's annotations, or turn those of an earlier failed build of the commit green.

        Return one line on what was done. Two requests at most. Raise ForgeError.
        """


def of_this_build(status: CommitStatus, name: object, url: object) -> bool:
    """Return whether a listed status was set by the same build, which its page identifies where that is known."""
    return name == status.name and (not status.url or url == status.url)


def escape_segment(name: str) -> str:
    """Return a name, which may be hostile, as one segment of a path."""
    return {".": "%2E", "..": "%2E%2E"}.get(name, quote(name, safe=""))


def with_api_path(address: str, path: str) -> str:
    """Return the address with the API's path, which it may already have."""
    return address.removesuffix(path) + path


def repository_path(repo: str) -> str:
    """Return `owner/name` as a part of a path."""
    return "/".join(map(escape_segment, repo.split("/")))


def delete_if_there(client: ApiClient, path: str, remedies: Remedies) -> None:
    """Delete what may have been deleted before, or never created."""
    try:
        client.write("DELETE", path, remedies=remedies, idempotent=True)
    except ForgeError as error:
        if error.status != 404:
            raise


ACCOUNT_REFUSED = (401, 403, 404)
"""Statuses of a request for the token's account that are no error: the token may lack that one permission."""


def account_of(client: ApiClient, path: str, remedies: Remedies) -> Record:
    """Return the token's account, empty if the forge refuses to name it."""
    answer = client.get(path, accept_status=ACCOUNT_REFUSED, remedies=remedies)
    return {} if answer.status in ACCOUNT_REFUSED else record(json_value(answer))


@frozen
class PullRequest:
    """An open pull request that may belong to a push."""

    number: int
    branch: str
    """Its source branch; empty if the forge does not say."""
    commit: str
    """Its head commit, maybe abbreviated; empty if the forge does not say."""
    fork: bool
    """The source branch is in another repository."""


def matching_pull_request(candidates: Iterable[PullRequest], commit: str, branch: str) -> int | None:
    """Return the number of the pull request of a push to this repository, None if there is none.

    A branch of the same name in a fork is another branch, and several branches may be at one commit, so the branch
    decides. The commit decides between pull requests of one branch, and where the branch is unknown.
    """
    found = [one for one in candidates if not one.fork and one.branch in ((branch, "") if branch else (one.branch,))]
    newest = [one for one in found if one.commit and commit.startswith(one.commit)]
    return min((one.number for one in newest or found), default=None)
