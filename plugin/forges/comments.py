"""Comments in the form that almost every forge has: a paged list that accepts posts, and a path for each comment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugin.http.client import ApiClient
from plugin.http.json_fields import Record
from plugin.model.comment import PostedComment


@dataclass(frozen=True, slots=True)
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
    remedies: Mapping[int, str]
    edit: str = "PATCH"

    def comments(self) -> Iterable[PostedComment]:
        """Yield all comments."""
        return map(self.posted, self.listed())

    def create(self, text: str) -> None:
        """Post a new comment."""
        self.client.write("POST", self.many, self.body(text), remedies=self.remedies)

    def update(self, posted: PostedComment, text: str) -> None:
        """Replace the text of a comment."""
        self.client.write(self.edit, f"{self.one}/{posted.id}", self.body(text), remedies=self.remedies)

    def delete(self, posted: PostedComment) -> None:
        """Delete a comment."""
        self.client.write("DELETE", f"{self.one}/{posted.id}", remedies=self.remedies)


def body(text: str) -> dict[str, str]:
    """Return the body of a write as most forges expect it."""
    return {"body": text}
