"""Gogs. https://github.com/gogs/docs-api (Issues/Comments)."""

from collections.abc import Mapping
from functools import cached_property, partial

from plugin.ci.fields import Record, record, text, whole
from plugin.deliver.comment.forge import Paper, Posted, Size, Syntax, Thread, known, repository, under
from plugin.deliver.comment.pages import by_link
from plugin.deliver.comment.thread import Comments, body
from plugin.rest import Rest

_REMEDIES = {
    401: "the token is wrong or was deleted; check setting `forge_token`",
    403: "the token's account may not write comments here",
    404: "there is no such pull request, the token's account does not see this repository (Gogs says 404 for 403), "
    "or the repository has issues switched off, without which Gogs has no comments",
    422: "the forge refused the text; a smaller setting `comment_size` may help",
    500: "the text may be too long for its database; a smaller setting `comment_size` may help",
}


class Gogs:
    """One repository. A comment is a TEXT of MySQL, 65,535 bytes; HTML but for comments is not to be relied on."""

    paper = Paper(Size(60_000, "bytes"), Syntax(folds=False, raw_mentions=True))

    def __init__(self, rest: Rest, repo: str, web: str) -> None:  # noqa: ARG002 — comments bring their address
        self._rest = rest
        self._repo = f"repos/{repository(repo)}"

    @staticmethod
    def api(address: str) -> str:
        return under(address, "/api/v1")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        return {"Authorization": f"token {token}"}

    def pull_request(self, number: int) -> Thread:
        many = f"{self._repo}/issues/{number}/comments"
        listed = partial(by_link, self._rest, many, remedies=_REMEDIES)
        return Comments(self._rest, many, many, listed, self._posted, body, _REMEDIES)

    def _posted(self, comment: Record) -> Posted:
        user = record(comment.get("user"))
        mine = self._me in (text(user.get("login")), text(user.get("username")))
        return Posted(whole(comment.get("id")), text(comment.get("body")), mine, text(comment.get("html_url")))

    @cached_property
    def _me(self) -> str:
        user = record(self._rest.json("user", remedies=_REMEDIES))
        return known(text(user.get("login")) or text(user.get("username")))
