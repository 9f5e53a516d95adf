"""The data types of the comment on a pull request."""

from typing import Literal, get_args

from plugin.frozen import frozen

BUILD = "0"


UNREAD = "?"


CUSTOM = "custom"
"""Key of the only section of a comment whose text a user's template makes."""


@frozen
class Entry:
    """A failure: its line in the list at the top of the comment, and its details."""

    rank: int
    """Entries with a smaller one come first: they may explain the others."""
    step: str
    """Name of what failed, not escaped."""
    job: str
    """Name of its job, not escaped; empty where readers do not need it."""
    cause: str
    """Markdown on one line: the title, and a link to the source line."""
    url: str
    """The page of its log, or empty."""
    key: str = ""
    """Entries with the same key are one line of the list; the first that has details shows them."""
    texts: tuple[str, ...] = ()
    """Details in Markdown, from longest to shortest, each complete; empty if another entry shows them."""


@frozen
class Section:
    """The part of the comment that reports on one job."""

    key: str
    """The job's number, stable over builds; BUILD for the build itself, UNREAD for one of which no job is known."""
    name: str
    """The job's display name, not escaped."""
    state: str
    """red, green, running, unknown, canceled, declined, blocked or skipped."""
    finished_steps: int
    """Number of the job's steps that had ended; of two versions of a section, the one with more of them is newer."""
    current: bool
    """This program runs in it."""
    headline: str
    """One line of escaped Markdown for the head of the comment: the failed step and its title."""
    texts: tuple[str, ...]
    """Markdown from longest to shortest, each complete; for a section with entries, their details are shown instead."""
    failed: tuple[str, ...] = ()
    """Names of the failed steps as the pipeline has them, not escaped."""
    keys: tuple[str, ...] = ()
    """Keys of the failures that have one; they are hidden data, so that a later build can compare without a request."""
    entries: tuple[Entry, ...] = ()
    """Its failures; empty if it has none, or if version 0.1 wrote it."""


@frozen
class SizeLimit:
    """The maximum size of a comment, in the unit in which the forge counts."""

    most: int
    measure: Literal["characters", "bytes"]

    def of(self, text: str) -> int:
        """Return the size of a text in the forge's unit."""
        return len(text) if self.measure == "characters" else len(text.encode(errors="replace"))

    def capped(self, size: int) -> "SizeLimit":
        """Return the smaller of this limit and `size`, which is raised to SMALLEST; 0 means this limit."""
        return SizeLimit(min(self.most, max(size, SMALLEST)), self.measure) if size else self


SMALLEST = 1000
"""Enough for the names of all failed steps and the hidden marker."""


@frozen
class MarkdownSupport:
    """How the forge renders Markdown."""

    folds: bool = True
    """It renders `<details>`."""
    comments: bool = True
    """It hides HTML comments."""
    raw_mentions: bool = False
    """It finds mentions in the raw text, inside code too."""
    names_accounts: bool = True
    """`@name` mentions an account."""

    @property
    def hidden(self) -> str:
        """Return a format string for hidden text: an HTML comment, or a link with an empty label."""
        return "<!-- {} -->" if self.comments else "[](http://{})"


@frozen
class CommentFormat:
    """The size limit and the Markdown of a forge's comments."""

    size: SizeLimit
    syntax: MarkdownSupport
    narrow_database: bool = False
    """Its database may be MySQL with `utf8`, which stores no character above U+FFFF."""


@frozen
class PostedComment:
    """A comment as the forge returned it."""

    id: int
    """Newer comments have larger ids, on every forge."""
    text: str
    author: str
    """The id of the account that wrote it; empty if the forge names none, or the comment is deleted."""
    url: str = ""
    version: int = 0
    """The version that Bitbucket Data Center expects in the next write."""
    automated: bool = False
    """The forge says that an app or a bot wrote it."""


Outcome = Literal["red", "unknown", "canceled", "declined", "running", "blocked", "skipped", "green"]
"""The state of a comment or of a commit status; of several states, the one listed first here is shown."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@frozen
class CommitStatus:
    """A commit status: one line of plain text and a link."""

    name: str
    outcome: Outcome
    title: str
    url: str


CommentOn = Literal["failure", "change", "always", "never"]


@frozen
class CommentPolicy:
    """When a comment is written, and how it is kept up to date."""

    key: str = ""
    """Distinguishes several reports on one pull request."""
    on: CommentOn = "failure"
    recreate: bool = False
    """A newer failed build writes a new comment, which notifies people, and deletes the old one."""
    mention: str = ""
    """Account to mention where the first comment is created for a failure; empty for none."""
    alone: bool | None = None
    """No other copy of this step can write, see CommentFacts. None: one can if the comment has several sections."""


Fallback = Literal["none", "commit_comment"]


LONGEST_CONCLUSION = 1000
"""Characters of a conclusion with its links: the comment's hidden data, which has it too, must not fill the comment."""


@frozen
class CommentFacts:
    """The build that the comment is about."""

    build: int
    commit: str
    branch: str
    url: str
    """The build's web page, or empty."""
    title: str = ""
    """The first failure, or why the result is unknown, in one line of plain text for a commit's status."""
    author: str = ""
    """The forge's name of the account that the build is of."""
    conclusion: str = ""
    """What earlier builds show, in at most LONGEST_CONCLUSION characters of Markdown on one line; empty if nothing."""
    alone: bool | None = None
    """All other jobs of the build have ended, so that no other copy of this step writes; None if that is not known."""


@frozen
class CommentTarget:
    """The pull request that gets the comment."""

    forge: str
    """A key of FORGES."""
    address: str
    """The forge's web address, or that of its API."""
    repo: str
    """`owner/name`."""
    pull_request: int | None


@frozen
class CommentOptions:
    """The settings for the comment."""

    key: str = ""
    on: CommentOn = "failure"
    size: int = 0
    """In the forge's unit; 0 for the default of the forge."""
    recreate: bool = False
    mention: bool = False
    """Mention the author of the build in the first comment."""
    find_pull_request: bool = False
    fallback: Fallback = "none"
