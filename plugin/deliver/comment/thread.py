"""Comments as almost every forge has them: a list in pages to which one posts, and an address for each comment."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from plugin.ci.fields import Record
from plugin.deliver.comment.forge import Posted
from plugin.deliver.comment.pages import Remedies
from plugin.rest import Rest


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of one pull request or commit; what differs between forges is given as values."""

    rest: Rest
    many: str
    """Path of the list."""
    one: str
    """Path of a comment without its id."""
    listed: Callable[[], Iterator[Record]]
    posted: Callable[[Record], Posted]
    body: Callable[[str], object]
    """What carries a comment's text to the forge."""
    remedies: Remedies
    edit: str = "PATCH"

    def comments(self) -> Iterable[Posted]:
        return map(self.posted, self.listed())

    def create(self, text: str) -> None:
        self.rest.write("POST", self.many, self.body(text), remedies=self.remedies)

    def update(self, posted: Posted, text: str) -> None:
        self.rest.write(self.edit, f"{self.one}/{posted.id}", self.body(text), remedies=self.remedies)

    def delete(self, posted: Posted) -> None:
        self.rest.write("DELETE", f"{self.one}/{posted.id}", remedies=self.remedies)


def body(text: str) -> dict[str, str]:
    """What most forges call it."""
    return {"body": text}
