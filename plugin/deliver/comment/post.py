"""Tells the pull request: takes a report's sections and a few facts, leaves one comment there and gives a line on it.

Each forge is a file that knows its interface only; the protocol above them is in `sticky`, the text in `sections`
(what it says) and `fit` (how much of it).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from plugin.deliver.comment.mentions import without_mentions
from plugin.deliver.comment.state import CommentState, comment_state
from plugin.deliver.comment.sticky import StickyComment
from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.forges.interface import CommentsCommits, CommentThread, FindsPullRequests, Forge, SetsStatus
from plugin.http.client import ApiClient
from plugin.model.comment import (
    CommentFacts,
    CommentOptions,
    CommentPolicy,
    CommentTarget,
    CommitStatus,
    Outcome,
    Section,
)
from plugin.text.shorten import single_line

STATUS_NAME = "failure-alert"


def without_folds(forge: str) -> bool:
    """Whether sections for this forge must do without `<details>`."""
    return not _forge(forge).comment_format.syntax.folds


def post(
    sections: Iterable[Section],
    facts: CommentFacts,
    target: CommentTarget,
    token: str,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
    options: CommentOptions,
) -> str:
    """Says in one line what was done, with the comment's address. Raises ForgeError.

    `rest_of` makes a client from the API's base address and headers.
    """
    if options.on == "never":
        return "no comment, `comment_on` is never"
    kind = _forge(target.forge)
    client = client_factory(kind.api(target.address), kind.headers(token))
    forge = kind(client, target.repo, target.address)
    said = comment_state(facts.build, facts.commit, facts.url, without_mentions(sections, forge.comment_format.syntax))
    number = target.pull_request
    if number is None and options.find_pull_request:
        number = _found(forge, facts, target)
    thread = _fallback(forge, facts, target, options) if number is None else forge.pull_request(number)
    if thread:
        comment_format = replace(forge.comment_format, size=forge.comment_format.size.capped(options.size))
        policy = CommentPolicy(key=options.key, on=options.on, recreate=options.recreate)
        return StickyComment(thread, comment_format, policy, client.deadline).say(said)
    if options.fallback == "status" and facts.commit:
        return _set_status(forge, said, facts, target, options)
    return "no comment, the build belongs to no open pull request (see settings `find_pull_request` and `fallback`)"


def _found(forge: Forge, facts: CommentFacts, target: CommentTarget) -> int | None:
    if not isinstance(forge, FindsPullRequests):
        raise ForgeError(f"{target.forge} cannot be asked for the pull request of a push; unset `find_pull_request`")
    return forge.find_pull_request(facts.commit, facts.branch)


def _fallback(
    forge: Forge, facts: CommentFacts, target: CommentTarget, options: CommentOptions
) -> CommentThread | None:
    """The commit's comments, if they are wanted."""
    if options.fallback != "commit_comment" or not facts.commit:
        return None
    if not isinstance(forge, CommentsCommits):
        raise ForgeError(
            f"{target.forge} has no comments on commits that can be kept; set `fallback` to status or none"
        )
    return forge.commit(facts.commit)


def _set_status(
    forge: Forge, said: CommentState, facts: CommentFacts, target: CommentTarget, options: CommentOptions
) -> str:
    if not isinstance(forge, SetsStatus):
        raise ForgeError(f"{target.forge} has no status of commits; set `fallback` to none")
    name = f"{STATUS_NAME}/{options.key}" if options.key else STATUS_NAME
    title = single_line(facts.title) or _OUTCOMES[said.state]
    status = CommitStatus(name, said.state, title, facts.url)
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
