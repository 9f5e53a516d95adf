"""Post the report's sections as one comment on the pull request, or as its configured fallback.

The clients of the forges are in `plugin.forges`. The protocol that keeps one comment is in `sticky`, its data in
`state`, its size in `size`.
"""

from collections.abc import Callable, Iterable, Mapping

from plugin.deliver.comment.identity import Identity
from plugin.deliver.comment.markdown_cut import closed, cut
from plugin.deliver.comment.mentions import account_name, text_without_mentions, without_mentions
from plugin.deliver.comment.state import comment_state
from plugin.deliver.comment.sticky import StickyComment
from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.forges.interface import CommentsCommits, CommentThread, FindsPullRequests, Forge
from plugin.frozen import replace
from plugin.http.client import ApiClient
from plugin.model.comment import CUSTOM, CommentFacts, CommentOptions, CommentPolicy, CommentTarget, Section
from plugin.model.message import Message

_CUTS = (200, 100, 50, 25, 10)
"""Lines of its shorter texts."""


def without_folds(forge: str) -> bool:
    """Return whether the forge does not render `<details>`."""
    return not _forge(forge).comment_format.syntax.folds


def post(
    sections: Iterable[Section],
    facts: CommentFacts,
    target: CommentTarget,
    token: str,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
    options: CommentOptions,
) -> str:
    """Post the comment and return one line on what was done, with the comment's address. Raise ForgeError.

    `client_factory` makes a client from the API's base address and headers.
    """
    if options.on == "never":
        return "no comment, `comment_on` is never"
    kind = _forge(target.forge)
    client = client_factory(kind.api(target.address), kind.headers(token))
    forge = kind(client, target.repo, target.address)
    syntax = forge.comment_format.syntax
    parts, conclusion = without_mentions(sections, syntax), text_without_mentions(facts.conclusion, syntax)
    state = comment_state(facts.build, facts.commit, facts.url, parts, conclusion)
    number = target.pull_request
    if number is None and options.find_pull_request:
        number = _find_pull_request(forge, facts, target)
    thread = _fallback(forge, facts, target, options) if number is None else forge.pull_request(number)
    if thread:
        comment_format = replace(forge.comment_format, size=forge.comment_format.size.capped(options.size))
        mention, problem = _mention(facts, target, options) if number is not None else ("", "")
        policy = CommentPolicy(options.key, options.on, options.recreate, mention, facts.alone)
        place = place_of(replace(target, pull_request=number), options.key, facts.commit)
        identity = Identity(thread.account, token, place)
        return StickyComment(thread, comment_format, policy, client.deadline, identity).say(state) + problem
    return "no comment, the build belongs to no open pull request (see settings `find_pull_request` and `fallback`)"


def _mention(facts: CommentFacts, target: CommentTarget, options: CommentOptions) -> tuple[str, str]:
    """Return the account to mention, empty for none, and what to add to the message if that is not possible."""
    if not options.mention:
        return "", ""
    if not _forge(target.forge).comment_format.syntax.names_accounts:
        return "", f"; {target.forge} has no mentions by name, so nobody is mentioned"
    account = account_name(facts.author)
    return account, "" if account else "; nobody is mentioned: the CI server names no account as author of the build"


def place_of(target: CommentTarget, key: str, commit: str = "") -> tuple[str, ...]:
    """Return what identifies the place of a comment, for the proof in it."""
    number = target.pull_request
    return target.forge, target.repo, f"commit {commit}" if number is None else str(number), key


def custom_section(sections: Iterable[Section], text: str) -> Section:
    """Return the only section of a comment with a text of the user's own, in the state that the sections have.

    Each copy of this step writes all that it knows.
    """
    state = comment_state(0, "", "", sections)
    text = closed(text)
    titles = [section.headline for section in state.sections if section.state == state.state]
    keys = tuple(dict.fromkeys(key for section in state.sections for key in section.keys))
    lines = text.count("\n")
    shorter = (cut(text, kept) for kept in _CUTS if kept < lines)
    return Section(
        CUSTOM,
        "build",
        state.state,
        state.finished_steps,
        current=True,
        headline=titles[0] if titles else state.state,
        texts=(text, *shorter),
        keys=keys,
    )


def _find_pull_request(forge: Forge, facts: CommentFacts, target: CommentTarget) -> int | None:
    if not isinstance(forge, FindsPullRequests):
        raise ForgeError(
            Message(
                "{forge} cannot search for the pull request of a push; unset `find_pull_request`", forge=target.forge
            )
        )
    return forge.find_pull_request(facts.commit, facts.branch)


def _fallback(
    forge: Forge, facts: CommentFacts, target: CommentTarget, options: CommentOptions
) -> CommentThread | None:
    """Return the comments of the commit, if that is the configured fallback."""
    if options.fallback != "commit_comment" or not facts.commit:
        return None
    if not isinstance(forge, CommentsCommits):
        raise ForgeError(
            Message(
                "{forge} has no comments on commits that can be updated; set `fallback` to none", forge=target.forge
            )
        )
    return forge.commit(facts.commit)


def _forge(name: str) -> type[Forge]:
    try:
        return FORGES[name]
    except KeyError:
        raise ForgeError(
            Message(
                "setting `forge` is {name:.40}; it must be one of {kinds}", name=repr(name), kinds=", ".join(FORGES)
            )
        ) from None
