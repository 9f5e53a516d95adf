"""Tells the pull request: takes a report's sections and a few facts, leaves one comment there and gives a line on it.

Each forge is a file that knows its interface only; the protocol above them is in `sticky`, the text in `sections`
(what it says) and `fit` (how much of it).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from plugin.deliver.comment.bitbucket import Bitbucket
from plugin.deliver.comment.bitbucket_dc import BitbucketDC
from plugin.deliver.comment.forge import (
    CommentsCommits,
    FindsPullRequests,
    Forge,
    Outcome,
    SetsStatus,
    Status,
    Thread,
)
from plugin.deliver.comment.gitea import Gitea
from plugin.deliver.comment.github import GitHub
from plugin.deliver.comment.gitlab import GitLab
from plugin.deliver.comment.gogs import Gogs
from plugin.deliver.comment.harness import Harness
from plugin.deliver.comment.mentions import quiet
from plugin.deliver.comment.sections import Content, content
from plugin.deliver.comment.sticky import Manner, Occasion, Sticky
from plugin.deliver.comment.whereabouts import recognise
from plugin.errors import ForgeError
from plugin.render.as_comment import Section
from plugin.render.neutral import one_line
from plugin.rest import Rest

__all__ = ["FORGES", "Facts", "Fallback", "Occasion", "Options", "Target", "comment", "plain", "recognise"]

FORGES: Mapping[str, type[Forge]] = MappingProxyType(
    {
        "github": GitHub,
        "gitea": Gitea,
        "forgejo": Gitea,
        "gogs": Gogs,
        "gitlab": GitLab,
        "bitbucket": Bitbucket,
        "bitbucket_dc": BitbucketDC,
        "harness": Harness,
    }
)
"""The forges by the names that setting `forge` knows."""

Fallback = Literal["none", "commit_comment", "status"]
STATUS_NAME = "failure-alert"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the comment is about."""

    build: int
    commit: str
    branch: str
    url: str
    """The build's page for people, or empty."""
    title: str = ""
    """The first failure, or why the result is unknown, in one line of plain text for a commit's status."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the comment goes."""

    forge: str
    """A key of FORGES."""
    address: str
    """The forge's address for people, or of its API."""
    repo: str
    """`owner/name`."""
    pull_request: int | None


@dataclass(frozen=True, slots=True)
class Options:
    """What settings say of the comment."""

    key: str = ""
    on: Occasion = "failure"
    size: int = 0
    """Units of the forge; 0 for as much as is good there."""
    recreate: bool = False
    find_pull_request: bool = False
    fallback: Fallback = "none"


def plain(forge: str) -> bool:
    """Whether sections for this forge must do without `<details>`."""
    return not _forge(forge).paper.syntax.folds


def comment(
    sections: Iterable[Section],
    facts: Facts,
    target: Target,
    token: str,
    rest_of: Callable[[str, Mapping[str, str]], Rest],
    options: Options,
) -> str:
    """Says in one line what was done, with the comment's address. Raises ForgeError.

    `rest_of` makes a client from the API's base address and headers.
    """
    if options.on == "never":
        return "no comment, `comment_on` is never"
    kind = _forge(target.forge)
    rest = rest_of(kind.api(target.address), kind.headers(token))
    forge = kind(rest, target.repo, target.address)
    said = content(facts.build, facts.commit, facts.url, quiet(sections, forge.paper.syntax))
    number = target.pull_request
    if number is None and options.find_pull_request:
        number = _found(forge, facts, target)
    thread = _fallback(forge, facts, target, options) if number is None else forge.pull_request(number)
    if thread:
        paper = replace(forge.paper, size=forge.paper.size.at_most(options.size))
        manner = Manner(key=options.key, on=options.on, recreate=options.recreate)
        return Sticky(thread, paper, manner, rest.budget).say(said)
    if options.fallback == "status" and facts.commit:
        return _set_status(forge, said, facts, target, options)
    return "no comment, the build belongs to no open pull request (see settings `find_pull_request` and `fallback`)"


def _found(forge: Forge, facts: Facts, target: Target) -> int | None:
    if not isinstance(forge, FindsPullRequests):
        raise ForgeError(f"{target.forge} cannot be asked for the pull request of a push; unset `find_pull_request`")
    return forge.find_pull_request(facts.commit, facts.branch)


def _fallback(forge: Forge, facts: Facts, target: Target, options: Options) -> Thread | None:
    """The commit's comments, if they are wanted."""
    if options.fallback != "commit_comment" or not facts.commit:
        return None
    if not isinstance(forge, CommentsCommits):
        raise ForgeError(
            f"{target.forge} has no comments on commits that can be kept; set `fallback` to status or none"
        )
    return forge.commit(facts.commit)


def _set_status(forge: Forge, said: Content, facts: Facts, target: Target, options: Options) -> str:
    if not isinstance(forge, SetsStatus):
        raise ForgeError(f"{target.forge} has no status of commits; set `fallback` to none")
    name = f"{STATUS_NAME}/{options.key}" if options.key else STATUS_NAME
    title = one_line(facts.title) or _OUTCOMES[said.state]
    status = Status(name, said.state, title, facts.url)
    if said.state == "unknown" and not forge.has_status(facts.commit, status):
        return "no status of the commit, for this build has set none yet and its result is unknown"
    forge.set_status(facts.commit, status)
    return f"status of commit {facts.commit[:10]} set to {said.state}"


_OUTCOMES: Mapping[Outcome, str] = {
    "red": "failed",
    "green": "passed",
    "running": "nothing failed so far",
    "unknown": "the result is unknown",
    "canceled": "canceled",
    "declined": "declined",
    "blocked": "waits for an approval",
    "skipped": "skipped",
}


def _forge(name: str) -> type[Forge]:
    try:
        return FORGES[name]
    except KeyError:
        raise ForgeError(f"setting `forge` is {name!r:.40}; it must be one of {', '.join(FORGES)}") from None
