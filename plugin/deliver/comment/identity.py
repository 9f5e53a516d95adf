"""Which comments are our own: those of the token's account, or those with a proof that it wrote them.

The forge may refuse to name the token's account, and asking costs a request with every run. So a comment carries a
proof in its hidden data: an HMAC, keyed with the token, over the place of the comment and the id of its author. It
counts only in a comment that the forge lists under this author, so a copy in another account's comment is not ours.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from plugin.deliver.comment.hidden_data import has_marker, parse
from plugin.deliver.comment.state import CommentState
from plugin.frozen import frozen, replace
from plugin.model.comment import PostedComment

_BYTES = 16


@frozen
class MarkedComment:
    """A comment with our marker, by any author."""

    posted: PostedComment
    state: CommentState | None
    """Its data, None if it is not intact."""


class Identity:
    """The account of a token, as far as it is known, and the proofs that the token makes."""

    def __init__(self, account: Callable[[], str], token: str, place: Sequence[str]) -> None:
        """`account` asks the forge, and returns an empty text if that refuses; `place` identifies the comment."""
        self._ask = account
        self._key = token.encode(errors="replace")
        self._place = place
        self._author = ""
        self._asked = False
        self._refused = False
        self._written: set[int] = set()

    @property
    def _can_prove(self) -> bool:
        """A password that a person chose could be guessed from a proof, so `account:password` makes none."""
        return b":" not in self._key

    def own(self, comments: Iterable[PostedComment], key: str) -> tuple[list[MarkedComment], list[MarkedComment]]:
        """Return our own comments with this key, the oldest first, and those of other accounts.

        While the account is unknown, a comment without a proof is taken for our own only if an app wrote it.
        """
        marked = [MarkedComment(one, parse(one.text)) for one in comments if has_marker(one.text, key)]
        marked.sort(key=lambda one: one.posted.id)
        if not self._author:
            self._author = next((one.posted.author for one in marked if self._is_proven(one)), "")
        own = [one for one in marked if self._is_own(one.posted)]
        return own, [one for one in marked if one not in own]

    def ask(self) -> bool:
        """Ask the forge for the account, unless it is known or was asked for before. Return whether it was asked."""
        if self._author or self._asked:
            return False
        self._asked = True
        self._author = self._ask()
        self._refused = not self._author
        return True

    def is_uncertain(self, others: Iterable[MarkedComment]) -> bool:
        """Return whether asking the forge could show that one of these comments is our own."""
        return not (self._author or self._asked) and any(others)

    def wrote(self, created: PostedComment) -> None:
        """Take a comment that this run has just created for our own, and its author for our account."""
        self._written.add(created.id)
        self._author = self._author or created.author

    def signed(self, state: CommentState) -> CommentState:
        """Return the data with a proof, if the account is known."""
        return replace(state, proof=self._proof(self._author) if self._author and self._can_prove else "")

    def lacks_proof(self, state: CommentState) -> bool:
        """Return whether later runs could not know this comment for ours, and a proof would change that."""
        return self._refused and bool(self._author) and self._can_prove and state.proof != self._proof(self._author)

    def _is_own(self, posted: PostedComment) -> bool:
        if posted.id in self._written:
            return True
        if self._author:
            return posted.author == self._author
        return self._asked and posted.automated

    def _is_proven(self, marked: MarkedComment) -> bool:
        author, state = marked.posted.author, marked.state
        if not (author and state and state.proof and self._can_prove):
            return False
        return hmac.compare_digest(state.proof.encode(), self._proof(author).encode())

    def _proof(self, author: str) -> str:
        digest = hmac.new(self._key, "\0".join((*self._place, author)).encode(errors="replace"), sha256).digest()
        return b64encode(digest[:_BYTES]).decode().rstrip("=")
