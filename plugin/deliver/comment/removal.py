"""Remove every comment that the plugin wrote in a repository: our own ones with our marker, whatever its key."""

from collections.abc import Iterable, Iterator

from plugin.deliver.comment.hidden_data import marker_key
from plugin.deliver.comment.identity import Identity
from plugin.errors import ForgeError
from plugin.forges.interface import CommentThread, Forge
from plugin.frozen import frozen
from plugin.model.comment import PostedComment


@frozen
class RemovedComment:
    """A comment of ours, and why the forge refused to delete it."""

    pull_request: int
    url: str
    problem: str = ""
    """Empty if it was deleted, or would be."""


def remove_comments(
    forge: Forge, pull_requests: Iterable[int], token: str, place: tuple[str, str], *, dry_run: bool
) -> Iterator[RemovedComment]:
    """Delete our comments on these pull requests and yield each; delete nothing if `dry_run`.

    `place` is the kind of the forge and the name of the repository. Raise ForgeError where comments cannot be read.
    """
    for number in pull_requests:
        thread = forge.pull_request(number)
        for posted in _own(thread, token, (*place, str(number))):
            yield RemovedComment(number, posted.url, "" if dry_run else _delete(thread, posted))


def _own(thread: CommentThread, token: str, place: tuple[str, str, str]) -> list[PostedComment]:
    """Return our own comments with a marker. The account is requested only if a marker is there."""
    comments = list(thread.comments())
    keys = {key for one in comments if (key := marker_key(one.text)) is not None}
    own: dict[int, PostedComment] = {}
    for key in sorted(keys):
        identity = Identity(thread.account, token, (*place, key))
        identity.ask()
        own |= {one.posted.id: one.posted for one in identity.own(comments, key)[0]}
    return [own[number] for number in sorted(own)]


def _delete(thread: CommentThread, posted: PostedComment) -> str:
    try:
        thread.delete(posted)
    except ForgeError as error:
        if not 400 <= error.status < 500:
            raise
        return str(error)
    return ""
