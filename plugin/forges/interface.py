"""What the sticky protocol wants of a forge: a thread of comments, and how a comment is spelt and measured there."""

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable
from urllib.parse import quote

from plugin.errors import ForgeError
from plugin.http.client import ApiClient
from plugin.model.comment import OUTCOMES, CommentFormat, CommitStatus, Outcome, PostedComment


class CommentThread(Protocol):
    """The comments of one pull request or one commit. Everything raises ForgeError with the HTTP status."""

    def comments(self) -> Iterable[PostedComment]:
        """Of all pages, in any order."""

    def create(self, text: str) -> None: ...

    def update(self, posted: PostedComment, text: str) -> None: ...

    def delete(self, posted: PostedComment) -> None: ...


def status_words(*, red: str, green: str, running: str, stopped: str) -> Mapping[Outcome, str]:
    """Return a forge's words for a status; `stopped` is the nearest that is neither passed nor in progress."""
    return {**dict.fromkeys(OUTCOMES, stopped), "red": red, "green": green, "running": running, "blocked": running}


class Forge(Protocol):
    """What every file of a forge gives: one repository there."""

    comment_format: CommentFormat

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:
        """`web` is the address that people gave for the forge."""

    @staticmethod
    def api(address: str) -> str:
        """The base of the API; `address` is that, or the forge's address for people."""

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """What shows who asks."""

    def pull_request(self, number: int) -> CommentThread: ...


@runtime_checkable
class FindsPullRequests(Protocol):
    """A forge that can be asked which pull request a push belongs to."""

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """An open one. Raises ForgeError."""


@runtime_checkable
class CommentsCommits(Protocol):
    """A forge whose commits have comments that can be listed and edited."""

    def commit(self, commit: str) -> CommentThread: ...


@runtime_checkable
class SetsStatus(Protocol):
    """A forge whose commits have a status."""

    def set_status(self, commit: str, status: CommitStatus) -> None:
        """Set it. One with the same name replaces the status before, so this may be repeated. Raise ForgeError."""

    def has_status(self, commit: str, status: CommitStatus) -> bool:
        """Return whether the commit has a status of this name that this build set. Raise ForgeError."""


def of_this_build(status: CommitStatus, name: object, url: object) -> bool:
    """Return whether a listed status is one of the same build, which its page tells as far as that is known."""
    return name == status.name and (not status.url or url == status.url)


def escape_segment(name: str) -> str:
    """A name, however hostile, as one part of an address's path."""
    return {".": "%2E", "..": "%2E%2E"}.get(name, quote(name, safe=""))


def with_api_path(address: str, path: str) -> str:
    """The address with the API's path behind it, once: people give either."""
    return address.removesuffix(path) + path


def repository_path(repo: str) -> str:
    """`owner/name` as a part of an address's path."""
    return "/".join(map(escape_segment, repo.split("/")))


def require_account(account: str) -> str:
    """The account's name. Raises ForgeError for an empty one, which would fit every deleted account's comments."""
    if not account:
        raise ForgeError("the forge does not say whose token this is; check settings `forge_token` and `forge_url`")
    return account
