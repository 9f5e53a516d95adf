"""Channels to notify, the rules that say when, and what happened."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from plugin.frozen import field, frozen
from plugin.model.build import EarlierBuild
from plugin.model.excerpt import Category

NotifyOn = Literal["failure", "change", "fixed", "always"]


@frozen
class Channel:
    """Where to send messages."""

    name: str
    """Name in the setting, empty if it has none there."""
    url: str = field(repr=False)
    """Apprise URL, which contains passwords and tokens; empty until the rule's names are resolved."""


@frozen
class NotifyRule:
    """When to send a message, and to whom. An empty condition is always met."""

    name: str
    to: tuple[Channel, ...]
    on: NotifyOn = "change"
    events: tuple[str, ...] = ()
    """Events of builds in the server's words, for example push or cron. Empty: all but pull requests."""
    branches: tuple[str, ...] = ()
    """Names of branches, or of environments of deployments, in which `*` matches any text."""
    categories: tuple[Category, ...] = ()
    """Categories of failures; with one, only failures are sent."""
    mentions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names in the chat by the mail addresses of commit authors."""
    lines: int = 5
    """Maximum number of log lines in a message; 0 for no text of the log at all."""


class News(StrEnum):
    """What a build means for the line of builds that it belongs to."""

    FIRST_FAILURE = "first_failure"
    """The previous build passed, or there is none."""
    OTHER_FAILURE = "other_failure"
    """The previous build failed for another reason."""
    STILL_FAILING = "still_failing"
    """The previous build failed as well, for the same reason or for one that is not known."""
    FIXED = "fixed"
    """The build passed, the previous one failed."""
    PASSED = "passed"
    UNKNOWN = "unknown"
    """The result of the build is not known."""
    SILENT = "silent"
    """Nobody needs to hear of it: canceled, declined, superseded by a newer build, or not finished."""

    @property
    def failed(self) -> bool:
        """Whether the build failed."""
        return self in (News.FIRST_FAILURE, News.OTHER_FAILURE, News.STILL_FAILING)


LineKind = Literal["branch", "environment", "reference", "none"]


@frozen
class BuildLine:
    """The line of builds that are compared with each other: of a branch, an environment, or a pull request."""

    kind: LineKind
    """`none` for a tag or release, whose builds have no history."""
    name: str = ""

    def has(self, build: EarlierBuild) -> bool:
        """Return whether the build belongs to this line."""
        return self.kind != "none" and line_of(build.event, build.branch, build.ref, build.environment) == self


def line_of(event: str, branch: str, ref: str, environment: str) -> BuildLine:
    """Return the line that a build belongs to, by the server's word for its event."""
    if event in ("promote", "rollback", "deployment"):
        return BuildLine("environment", environment)
    if event in ("tag", "release"):
        return BuildLine("none")
    if event.startswith("pull_request"):
        return BuildLine("reference", ref)
    return BuildLine("branch", branch)


@frozen
class BuildOutcome:
    """What happened, with what a message says about earlier builds."""

    news: News
    line: BuildLine
    why_silent: str = ""
    """Why there is nothing to send, for SILENT."""
    first_failed: EarlierBuild | None = None
    """FIXED, STILL_FAILING: the first failed build of the series, as far as the list of builds shows."""
    failed_builds: int = 0
    """FIXED, STILL_FAILING: the number of earlier failed builds in the series."""
    last_good: EarlierBuild | None = None
    """The newest earlier build of the line that passed."""
    other_red_lines: int = 0
    """Number of other branches whose newest build failed."""


@frozen
class ChatMessage:
    """The content of a message, not yet formatted for a channel; every text may come from untrusted sources."""

    failed: bool
    heading: str
    """One line: repository, branch or pull request, step and cause."""
    command: str = ""
    facts: tuple[str, ...] = ()
    """One line each: verdict, author, duration."""
    lines: tuple[str, ...] = ()
    """Log lines."""
    links: tuple[tuple[str, str], ...] = ()
    """Label and URL."""
    mention: str = ""
    """Name in the chat to mention, as the administrator wrote it."""


class Markup(StrEnum):
    """The syntax that a channel formats."""

    TEXT = "text"
    MARKDOWN = "markdown"
    SLACK = "slack"
    TEAMS = "teams"
    HTML = "html"
    TELEGRAM = "telegram"


@frozen
class ChatFormat:
    """What a channel can show."""

    markup: Markup
    limit: int
    """Maximum size of the body, in UTF-8 bytes or UTF-16 code units; with the title, where that is not separate."""
    title_limit: int = 0
    """Maximum characters of a separate title; 0 for none, then the body begins with the heading."""
    in_bytes: bool = False
    mentions: bool = True
    """The channel turns words such as `@all` into notifications, and URLs into previews."""
