"""Remove comments beside the one that is kept: delete them, or where the forge refuses that, edit them once."""

from collections.abc import Iterable
from functools import partial

from plugin.deliver.comment.writes import CLASHES, Writes, is_refusal
from plugin.errors import ForgeError
from plugin.forges.interface import CommentThread
from plugin.model.comment import PostedComment
from plugin.text.escape import link
from plugin.text.language import _

_GONE = (404, 410)


class Duplicates:
    """The duplicates in a thread, and which of them cannot be removed."""

    def __init__(self, thread: CommentThread, writes: Writes[PostedComment | None]) -> None:
        self._thread = thread
        self._writes = writes
        self._kept: set[int] = set()
        """Ids of comments that were tried once and must not be tried again."""

    def remove(self, duplicates: Iterable[PostedComment], kept: PostedComment) -> bool:
        """Remove the duplicates of the kept comment. Return whether anything was tried, so that a read must follow."""
        candidates = [one for one in duplicates if one.id not in self._kept]
        for duplicate in candidates:
            if not self._delete(duplicate, kept):
                break
        return bool(candidates)

    def _delete(self, duplicate: PostedComment, kept: PostedComment) -> bool:
        try:
            accepted, _answer = self._writes.write("comment updated", partial(self._deleted, duplicate), _GONE)
        except ForgeError as error:
            if not is_refusal(error):
                raise
            self._writes.forget_failure()
            return self._replace(duplicate, kept)
        return accepted

    def _deleted(self, duplicate: PostedComment) -> None:
        """Delete a comment. Bitbucket Data Center refuses that if it has replies, others without a permission."""
        self._thread.delete(duplicate)

    def _replace(self, duplicate: PostedComment, kept: PostedComment) -> bool:
        """Edit a comment so that it points to the kept one and, without the marker, is no duplicate any more."""
        text = _("Replaced by {comment}.", comment=link(_("another comment"), kept.url))
        self._kept.add(duplicate.id)
        try:
            update = partial(self._thread.update, duplicate, text)
            accepted, _answer = self._writes.write("comment updated", update, CLASHES)
        except ForgeError as error:
            if not is_refusal(error):
                raise
            self._writes.forget_failure()
            return True
        return accepted
