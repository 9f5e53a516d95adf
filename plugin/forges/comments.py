"""Comments as almost every forge has them: a list in pages to which one posts, and an address for each comment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from plugin.http.client import ApiClient
from plugin.http.json_fields import Record
from plugin.model.comment import PostedComment


@dataclass(frozen=True, slots=True)
class CommentList:
    """The comments of one pull request or commit; what differs between forges is given as values."""

    client: ApiClient
    many: str
    """Path of the list."""
    one: str
    """Path of a comment without its id."""
    listed: Callable[[], Iterator[Record]]
    posted: Callable[[Record], PostedComment]
    body: Callable[[str], object]
    """What carries a comment's text to the forge."""
    remedies: Mapping[int, str]
    edit: str = "PATCH"

    def comments(self) -> Iterable[PostedComment]:
        return map(self.posted, self.listed())

    def create(self, text: str) -> None:
        self.client.write("POST", self.many, self.body(text), remedies=self.remedies)

    def update(self, posted: PostedComment, text: str) -> None:
        self.client.write(self.edit, f"{self.one}/{posted.id}", self.body(text), remedies=self.remedies)

    def delete(self, posted: PostedComment) -> None:
        self.client.write("DELETE", f"{self.one}/{posted.id}", remedies=self.remedies)


def body(text: str) -> dict[str, str]:
    """What most forges call it."""
    return {"body": text}
