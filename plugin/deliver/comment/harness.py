"""Harness Open Source. Its own description of the API is at /openapi.yaml of every server."""

from collections.abc import Mapping
from functools import cached_property, partial

from plugin.ci.fields import Record, record, records, text, whole
from plugin.deliver.comment.forge import (
    Paper,
    Posted,
    Size,
    Status,
    Syntax,
    Thread,
    escaped,
    known,
    of_this_build,
    repository,
    status_words,
    under,
)
from plugin.deliver.comment.pages import until_seen
from plugin.deliver.comment.thread import Comments
from plugin.render.neutral import shorten
from plugin.rest import Rest

_API = "/api/v1"
_REMEDIES = {
    400: "Harness refused the text; a smaller setting `comment_size` may help",
    401: "the token is wrong or has expired; check setting `forge_token`",
    403: "the token's account needs a role in the space that may review (contributor or above)",
    404: "there is no such pull request, or the token's account does not see this repository",
}
_STATES = status_words(red="failure", green="success", running="running", stopped="error")
_DESCRIPTION = 255


class Harness:
    """One repository. The limit of a comment is 16 KiB."""

    paper = Paper(Size(16_000, "bytes"), Syntax(folds=False, comments=False))

    def __init__(self, rest: Rest, repo: str, web: str) -> None:
        self._rest = rest
        self._repo = f"repos/{repository(repo)}/+"
        self._page = f"{web.removesuffix(_API)}/{repository(repo)}/pulls"

    @staticmethod
    def api(address: str) -> str:
        return under(address, _API)

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def pull_request(self, number: int) -> Thread:
        pull = f"{self._repo}/pullreq/{number}"
        listed = partial(
            until_seen, self._rest, f"{pull}/activities", {"kind": "comment", "limit": 100}, remedies=_REMEDIES
        )
        posted = partial(self._posted, f"{self._page}/{number}")
        return Comments(self._rest, f"{pull}/comments", f"{pull}/comments", listed, posted, _body, _REMEDIES)

    def find_pull_request(self, commit: str, branch: str) -> int | None:
        """By branch; that with this newest commit first."""
        asked = {"state": "open", "source_branch": branch}
        found = records(self._rest.json(f"{self._repo}/pullreq", asked, remedies=_REMEDIES))
        found = tuple(one for one in found if one.get("source_repo_id") == one.get("target_repo_id"))
        newest = [one for one in found if text(one.get("source_sha")) == commit]
        return min((whole(one.get("number")) for one in newest or found), default=None)

    def set_status(self, commit: str, status: Status) -> None:
        said = {
            "identifier": status.name,
            "status": _STATES[status.outcome],
            "summary": shorten(status.title, _DESCRIPTION),
            "link": status.url,
        }
        self._rest.write(
            "PUT", f"{self._repo}/checks/commits/{escaped(commit)}", said, remedies=_REMEDIES, idempotent=True
        )

    def has_status(self, commit: str, status: Status) -> bool:
        path = f"{self._repo}/checks/commits/{escaped(commit)}"
        listed = until_seen(self._rest, path, {"limit": 100}, remedies=_REMEDIES)
        return any(of_this_build(status, one.get("identifier"), one.get("link")) for one in listed)

    def _posted(self, page: str, activity: Record) -> Posted:
        number = whole(activity.get("id"))
        author = text(record(activity.get("author")).get("uid"))
        mine = author == self._me and not whole(activity.get("deleted"))
        return Posted(number, text(activity.get("text")), mine, f"{page}/conversation?commentId={number}")

    @cached_property
    def _me(self) -> str:
        return known(text(record(self._rest.json("user", remedies=_REMEDIES)).get("uid")))


def _body(shown: str) -> dict[str, str]:
    return {"text": shown}
