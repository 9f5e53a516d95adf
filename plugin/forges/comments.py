"""Comments in the form that almost every forge has: a paged list that accepts posts, and a path for each comment."""

from collections.abc import Callable, Iterable, Iterator

from plugin.frozen import frozen
from plugin.http.client import ApiClient, Remedies
from plugin.http.json_fields import Record, record
from plugin.http.response import Response
from plugin.model.comment import PostedComment


@frozen
class CommentList:
    """The comments of one pull request or commit. The fields hold what differs between forges."""

    client: ApiClient
    many: str
    """Path of the list."""
    one: str
    """Path of a comment without its id."""
    listed: Callable[[], Iterator[Record]]
    posted: Callable[[Record], PostedComment]
    body: Callable[[str], object]
    """Makes the body of a write from a comment's text."""
    remedies: Remedies
    account: Callable[[], str]
    """Returns the id of the token's account, empty if the forge refuses to say."""
    edit: str = "PATCH"

    def comments(self) -> Iterable[PostedComment]:
        """Yield all comments."""
        return map(self.posted, self.listed())

    def create(self, text: str) -> PostedComment | None:
        """Post a new comment and return it as the forge answered."""
        answer = self.client.write("POST", self.many, self.body(text), remedies=self.remedies)
        return posted_in(answer, self.posted)

    def update(self, posted: PostedComment, text: str) -> PostedComment | None:
        """Replace the text of a comment and return it as the forge answered."""
        answer = self.client.write(self.edit, f"{self.one}/{posted.id}", self.body(text), remedies=self.remedies)
        return posted_in(answer, self.posted)

    def delete(self, posted: PostedComment) -> None:
        """Delete a comment."""
        self.client.write("DELETE", f"{self.one}/{posted.id}", remedies=self.remedies)


def posted_in(answer: Response, posted: Callable[[Record], PostedComment]) -> PostedComment | None:
    """Return the comment in the answer to a write, None if there is none with an id."""
    try:
        comment = posted(record(answer.json()))
    except ValueError:
        return None
    return comment if comment.id else None


def body(text: str) -> dict[str, str]:
    """Return the body of a write as most forges expect it."""
    return {"body": text}
