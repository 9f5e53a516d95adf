"""Gogs. https://github.com/gogs/docs-api (Issues/Comments)."""

from collections.abc import Mapping
from functools import partial

from plugin.forges.comments import CommentList, body
from plugin.forges.files import raw_file
from plugin.forges.interface import CommentThread, account_of, repository_path, with_api_path
from plugin.forges.pagination import by_link
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.comment import CommentFormat, MarkdownSupport, PostedComment, SizeLimit
from plugin.model.message import Message

_REMEDIES = {
    401: Message("the token is wrong or was deleted; check setting `forge_token`"),
    403: Message("the token's account may not write comments here"),
    404: Message(
        "there is no such pull request, the token's account does not see this repository (Gogs says 404 "
        "for 403), or the repository has issues switched off, without which Gogs has no comments"
    ),
    422: Message("the forge refused the text; a smaller setting `comment_size` may help"),
    500: Message("the text may be too long for its database; a smaller setting `comment_size` may help"),
}


class Gogs:
    """One repository. A comment is a TEXT of MySQL, 65,535 bytes. HTML other than comments is not reliable."""

    comment_format = CommentFormat(
        SizeLimit(60_000, "bytes"), MarkdownSupport(folds=False, raw_mentions=True), narrow_database=True
    )

    def __init__(self, client: ApiClient, repo: str, web: str) -> None:  # noqa: ARG002 — comments bring their address
        self._client = client
        self._repo = f"repos/{repository_path(repo)}"

    @staticmethod
    def api(address: str) -> str:
        """Return the base address of the API."""
        return with_api_path(address, "/api/v1")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        """Return the headers that carry the token."""
        return {"Authorization": f"token {token}"}

    def pull_request(self, number: int) -> CommentThread:
        """Return the comments of a pull request."""
        many = f"{self._repo}/issues/{number}/comments"
        listed = partial(by_link, self._client, many, remedies=_REMEDIES)
        return CommentList(self._client, many, many, listed, self._posted, body, _REMEDIES, self._account)

    def file(self, path: str, branch: str) -> bytes | None:
        """Return the content of a file at a branch, None if there is none."""
        place = f"{self._repo}/raw/{repository_path(branch)}/{repository_path(path)}"
        return raw_file(self._client, place, None)

    def _posted(self, comment: Record) -> PostedComment:
        author, url = _name(record(comment.get("user"))), text(comment.get("html_url"))
        return PostedComment(integer(comment.get("id")), text(comment.get("body")), author, url)

    def _account(self) -> str:
        return _name(account_of(self._client, "user", _REMEDIES))


def _name(user: Record) -> str:
    """Return the account's name; versions of Gogs differ in the field."""
    return text(user.get("login")) or text(user.get("username"))
