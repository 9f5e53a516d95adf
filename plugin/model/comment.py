"""What the comment on a pull request consists of."""

from dataclasses import dataclass
from typing import Literal

BUILD = "0"


UNREAD = "?"


@dataclass(frozen=True, slots=True)
class Section:
    """What one unit has to say in the comment."""

    key: str
    """The unit's number, stable over builds; BUILD for the build itself, UNREAD for one of which no job is known."""
    name: str
    """As a person reads it; not neutral."""
    state: str
    """red, green, running, unknown, canceled, declined, blocked or skipped."""
    finished_steps: int
    """How many of the unit's steps had ended; of two views of a build the more settled is the truer."""
    current: bool
    """This very program runs in it."""
    headline: str
    """One line of neutral Markdown for the comment's head: the failed step and its title."""
    texts: tuple[str, ...]
    """Markdown from richest to barest; each stands alone, closes what it opens and names every failed step.

    Of a red section the last has the steps' names only, the last but one their titles.
    """
    failed: tuple[str, ...] = ()
    """Names of the failed steps as the pipeline has them, not neutral."""
    keys: tuple[str, ...] = ()
    """Keys of the failures that have one; they are hidden data, so that a later build can compare without a request."""


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """How much a comment may hold, in the unit in which the forge counts."""

    most: int
    measure: Literal["characters", "bytes"]

    def of(self, text: str) -> int:
        return len(text) if self.measure == "characters" else len(text.encode(errors="replace"))

    def capped(self, wished: int) -> "SizeLimit":
        """The smaller of the forge's own limit and a wished one, in which there must be room; 0 wishes nothing."""
        return SizeLimit(min(self.most, max(wished, SMALLEST)), self.measure) if wished else self


SMALLEST = 1000
"""A comment has room for the names of all failed steps, and for the hidden line."""


@dataclass(frozen=True, slots=True)
class MarkdownSupport:
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
class CommentFormat:
    """What a comment is written on."""

    size: SizeLimit
    syntax: MarkdownSupport


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment as it stands in the forge."""

    id: int
    """Younger comments have greater ones, on every forge."""
    text: str
    mine: bool
    """Written with this very token's account."""
    url: str = ""
    version: int = 0
    """What Bitbucket Data Center wants to hear again with the next write."""


Outcome = Literal["red", "unknown", "canceled", "declined", "running", "blocked", "skipped", "green"]
"""The state of a comment or of a commit's status; of several the one that stands first here is shown."""


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """What a commit's status says, in one line of plain text."""

    name: str
    outcome: Outcome
    title: str
    url: str


CommentOn = Literal["failure", "change", "always", "never"]


@dataclass(frozen=True, slots=True)
class CommentPolicy:
    """How a comment is kept."""

    key: str = ""
    """Tells several reports on one pull request apart."""
    on: CommentOn = "failure"
    recreate: bool = False
    """A newer red build writes a new comment, which notifies people, and deletes the old one."""


Fallback = Literal["none", "commit_comment", "status"]


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """What the comment is about."""

    build: int
    commit: str
    branch: str
    url: str
    """The build's page for people, or empty."""
    title: str = ""
    """The first failure, or why the result is unknown, in one line of plain text for a commit's status."""


@dataclass(frozen=True, slots=True)
class CommentTarget:
    """Where the comment goes."""

    forge: str
    """A key of FORGES."""
    address: str
    """The forge's address for people, or of its API."""
    repo: str
    """`owner/name`."""
    pull_request: int | None


@dataclass(frozen=True, slots=True)
class CommentOptions:
    """What settings say of the comment."""

    key: str = ""
    on: CommentOn = "failure"
    size: int = 0
    """Units of the forge; 0 for as much as is good there."""
    recreate: bool = False
    find_pull_request: bool = False
    fallback: Fallback = "none"
