"""Bitbucket Cloud. https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cached_property, partial

from plugin.ci.fields import Record, record, text, whole
from plugin.deliver.comment.forge import (
    Paper,
    Posted,
    Size,
    Status,
    Syntax,
    Thread,
    escaped,
    of_this_build,
    repository,
    status_words,
    under,
)
from plugin.deliver.comment.pages import Remedies, by_next_address, value
from plugin.deliver.comment.thread import Comments
from plugin.render.neutral import shorten
from plugin.rest import Rest

_REMEDIES = {
    401: "the token is wrong or has expired; setting `forge_token` takes an access token, or `account:password`",
    403: "the token needs scope `pullrequest:write`, an API token `write:pullrequest:bitbucket` and its like",
    404: "there is no such pull request, or the token does not see this repository",
    409: "the pull request cannot be written to now",
    429: "the account has used up its rate limit; give the plugin one of its own",
}
_COMMIT_REMEDIES = {**_REMEDIES, 403: "to comment on a commit, the token needs scope `repository:write`"}
_STATUS_REMEDIES = {**_REMEDIES, 403: "to set a commit's status, the token needs scope `repository:write`"}
_STATES = status_words(red="FAILED", green="SUCCESSFUL", running="INPROGRESS", stopped="STOPPED")
_KEY = 40
_DESCRIPTION = 255


class Bitbucket:
    """One repository. The limit is not documented; 32,768 characters is what others found safe."""

    paper = Paper(Size(32_000, "characters"), Syntax(folds=False, comments=False))

    def __init__(self, rest: Rest, repo: str, web: str) -> None:
        self._rest = rest
        self._repo = f"repositories/{repository(repo)}"
        self._page = f"{web.removesuffix('/2.0')}/{repository(repo)}"

    @staticmethod
    def api(address: str) -> str:
        return under(re.sub(r"^https?://(?:www\.)?bitbucket\.org$", "https://api.bitbucket.org", address), "/2.0")

    @staticmethod
    def headers(token: str) -> Mapping[str, str]:
        if ":" in token:
            return {"Authorization": f"Basic {b64encode(token.encode()).decode()}"}
        return {"Authorization": f"Bearer {token}"}

    def pull_request(self, number: int) -> Thread:
        return self._comments(f"{self._repo}/pullrequests/{number}/comments", _REMEDIES)

    def commit(self, commit: str) -> Thread:
        return self._comments(f"{self._repo}/commit/{escaped(commit)}/comments", _COMMIT_REMEDIES)

    def find_pull_request(self, commit: str, branch: str) -> int | None:  # noqa: ARG002 — it knows branches only
        """By branch; asking by commit needs an add-on in the workspace."""
        quoted = branch.replace("\\", "\\\\").replace('"', '\\"')
        asked = {"q": f'state = "OPEN" AND source.branch.name = "{quoted}"'}
        found = by_next_address(self._rest, f"{self._repo}/pullrequests", asked, remedies=_REMEDIES)
        return min((whole(one.get("id")) for one in found if _from_here(one)), default=None)

    def set_status(self, commit: str, status: Status) -> None:
        said = {
            "state": _STATES[status.outcome],
            "key": status.name[:_KEY],
            "name": status.name,
            "description": shorten(status.title, _DESCRIPTION),
            "url": status.url or f"{self._page}/commits/{escaped(commit)}",
        }
        path = f"{self._repo}/commit/{escaped(commit)}/statuses/build"
        self._rest.write("POST", path, said, remedies=_STATUS_REMEDIES, idempotent=True)

    def has_status(self, commit: str, status: Status) -> bool:
        path = f"{self._repo}/commit/{escaped(commit)}/statuses/build/{escaped(status.name[:_KEY])}"
        answer = self._rest.get(path, accept_status=(404,), remedies=_STATUS_REMEDIES)
        found = record(value(answer)) if answer.status != 404 else {}
        return of_this_build(status, found.get("name"), found.get("url"))

    def _comments(self, path: str, remedies: Remedies) -> Thread:
        listed = partial(by_next_address, self._rest, path, {"pagelen": 100}, remedies=remedies)
        return Comments(self._rest, path, path, listed, self._posted, _body, remedies, edit="PUT")

    def _posted(self, comment: Record) -> Posted:
        user = record(comment.get("user"))
        mine = text(user.get("uuid")) == self._me if self._me else user.get("type") == "app_user"
        shown = text(record(comment.get("content")).get("raw"))
        url = text(record(record(comment.get("links")).get("html")).get("href"))
        return Posted(whole(comment.get("id")), shown, mine and comment.get("deleted") is not True, url)

    @cached_property
    def _me(self) -> str:
        """Empty for the access token of a repository or project: it may not ask, and writes as an app."""
        answer = self._rest.get("user", accept_status=(403,), remedies=_REMEDIES)
        return "" if answer.status == 403 else text(record(value(answer)).get("uuid"))


def _body(shown: str) -> dict[str, dict[str, str]]:
    return {"content": {"raw": shown}}


def _from_here(pull: Record) -> bool:
    """A branch of the same name in a fork is another branch."""
    source, target = record(pull.get("source")), record(pull.get("destination"))
    return record(source.get("repository")).get("uuid") == record(target.get("repository")).get("uuid")
