"""What the sticky protocol wants of a forge: a thread of comments, and how a comment is spelt and measured there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, get_args, runtime_checkable
from urllib.parse import quote

from plugin.errors import ForgeError
from plugin.rest import Rest


@dataclass(frozen=True, slots=True)
class Size:
    """How much a comment may hold, in the unit in which the forge counts."""

    most: int
    unit: Literal["characters", "bytes"]

    def of(self, text: str) -> int:
        return len(text) if self.unit == "characters" else len(text.encode(errors="replace"))

    def at_most(self, wished: int) -> "Size":
        """The smaller of the forge's own limit and a wished one, in which there must be room; 0 wishes nothing."""
        return Size(min(self.most, max(wished, LEAST)), self.unit) if wished else self


LEAST = 1000
"""A comment has room for the names of all failed steps, and for the hidden line."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How the forge reads Markdown."""

    folds: bool = True
    """It shows `<details>`."""
    comments: bool = True
    """It hides HTML comments."""
    raw_mentions: bool = False
    """It finds mentions in the raw text, inside code too."""

    @property
    def hidden(self) -> str:
        """What nobody sees, with a place for a text like an address: an HTML comment, or a link without words."""
        return "<!-- {} -->" if self.comments else "[](http://{})"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a comment is written on."""

    size: Size
    syntax: Syntax


@dataclass(frozen=True, slots=True)
class Posted:
    """A comment as it stands in the forge."""

    id: int
    """Younger comments have greater ones, on every forge."""
    text: str
    mine: bool
    """Written with this very token's account."""
    url: str = ""
    version: int = 0
    """What Bitbucket Data Center wants to hear again with the next write."""


class Thread(Protocol):
    """The comments of one pull request or one commit. Everything raises ForgeError with the HTTP status."""

    def comments(self) -> Iterable[Posted]:
        """Of all pages, in any order."""

    def create(self, text: str) -> None: ...

    def update(self, posted: Posted, text: str) -> None: ...

    def delete(self, posted: Posted) -> None: ...


Outcome = Literal["red", "unknown", "canceled", "declined", "running", "blocked", "skipped", "green"]
"""The state of a comment or of a commit's status; of several the one that stands first here is shown."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def status_words(*, red: str, green: str, running: str, stopped: str) -> Mapping[Outcome, str]:
    """Return a forge's words for a status; `stopped` is the nearest that is neither passed nor in progress."""
    return {**dict.fromkeys(OUTCOMES, stopped), "red": red, "green": green, "running": running, "blocked": running}


@dataclass(frozen=True, slots=True)
class Status:
    """What a commit's status says, in one line of plain text."""

    name: str
    outcome: Outcome
    title: str
    url: str


class Forge(Protocol):
    """What every file of a forge gives: one repository there."""

    paper: Paper

    def __init__(self, rest: Rest, repo: str, web: str) -> None:
        """`web` is the address that people gave for the forge."""

    @staticmethod
    def api(address: str) -> str:
        """The base of the API; `address` is that, or the forge's address for people."""

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """What shows who asks."""

    def pull_request(self, number: int) -> Thread: ...


@runtime_checkable
class FindsPullRequests(Protocol):
    """A forge that can be asked which pull request a push belongs to."""

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """An open one. Raises ForgeError."""


@runtime_checkable
class CommentsCommits(Protocol):
    """A forge whose commits have comments that can be listed and edited."""

    def commit(self, commit: str) -> Thread: ...


@runtime_checkable
class SetsStatus(Protocol):
    """A forge whose commits have a status."""

    def set_status(self, commit: str, status: Status) -> None:
        """Set it. One with the same name replaces the status before, so this may be repeated. Raise ForgeError."""

    def has_status(self, commit: str, status: Status) -> bool:
        """Return whether the commit has a status of this name that this build set. Raise ForgeError."""


def of_this_build(status: Status, name: object, url: object) -> bool:
    """Return whether a listed status is one of the same build, which its page tells as far as that is known."""
    return name == status.name and (not status.url or url == status.url)


def escaped(name: str) -> str:
    """A name, however hostile, as one part of an address's path."""
    return {".": "%2E", "..": "%2E%2E"}.get(name, quote(name, safe=""))


def under(address: str, path: str) -> str:
    """The address with the API's path behind it, once: people give either."""
    return address.removesuffix(path) + path


def repository(repo: str) -> str:
    """`owner/name` as a part of an address's path."""
    return "/".join(map(escaped, repo.split("/")))


def known(account: str) -> str:
    """The account's name. Raises ForgeError for an empty one, which would fit every deleted account's comments."""
    if not account:
        raise ForgeError("the forge does not say whose token this is; check settings `forge_token` and `forge_url`")
    return account
