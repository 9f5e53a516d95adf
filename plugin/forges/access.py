"""What a token may do in a repository of a forge, as far as the forge shows it without a write."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from plugin.forges.interface import escape_segment, repository_path
from plugin.forges.pagination import json_value
from plugin.frozen import frozen, replace
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, text
from plugin.http.response import Response

_GUEST = 10
"""Least access level of a member of a GitLab project."""


@frozen
class Access:
    """Whether the token may comment on pull requests."""

    may_comment: bool | None
    """None if the forge does not show it."""
    reason: str = ""
    """Why not, or what the token needs where the forge does not show its permissions."""
    may_read: bool = True
    """The token may read the repository itself, which commenting does not need on every forge."""
    may_set_status: bool | None = None
    """Whether the token may set the status of commits; None if the forge does not show it."""


def _denied(reason: str) -> Access:
    return Access(False, reason)  # noqa: FBT003


def _unknown(needed: str) -> Access:
    return Access(None, needed)


def check_access(kind: str, client: ApiClient, repo: str) -> Access:
    """Ask a forge, named by its key in FORGES, for the repository. Raise ForgeError if it refuses the token."""
    path, judge = _FORGES[kind]
    response = client.get(path(repo), accept_status=_OPTIONAL.get(kind, ()), remedies=_REMEDIES)
    if response.status == 403:
        return replace(judge(response, {}, client), may_read=False)
    found = record(json_value(response))
    if found.get("archived") is True:
        return _denied("the repository is archived, so nothing can be written there")
    may_set_status = _STATUS.get(kind, _not_shown)(response, found)
    return replace(judge(response, found, client), may_set_status=may_set_status)


_OPTIONAL: Mapping[str, tuple[int, ...]] = {"gitea": (403,), "forgejo": (403,), "bitbucket": (403,)}
"""Refusals of forges whose tokens may comment without a scope for the repository itself."""
_REMEDIES = {
    401: "the token is wrong or has expired; check setting `forge_token`",
    403: "the token may not read the repository; check its scopes and setting `forge_token`",
    404: "there is no such repository, or the token's account does not see it; check `forge_url` and `repo`",
}
_Judge = Callable[[Response, Record, ApiClient], Access]


def _github(response: Response, found: Record, _: ApiClient) -> Access:
    """Judge a classic token by its scopes. Other tokens show no permissions."""
    header = response.headers.get("X-OAuth-Scopes")
    if header is None:
        needed = "a fine-grained or app token needs the permission `Pull requests: write`"
        return _unknown(needed)
    scopes = _words(header)
    if "repo" in scopes or ("public_repo" in scopes and found.get("private") is not True):
        return Access(may_comment=True)
    return _denied(
        f"the classic token has the scopes {_listed(scopes)}; it needs `repo`, or `public_repo` for public repositories"
    )


def _gitea(_: Response, found: Record, __: ApiClient) -> Access:
    if record(found.get("permissions")).get("pull") is False:
        return _denied("the token's account may not read the repository")
    return _unknown("the token needs the scope `write:issue`")


def _gogs(_: Response, found: Record, __: ApiClient) -> Access:
    """Tokens have no scopes: an account that can read a repository can comment."""
    if record(found.get("permissions")).get("pull") is False:
        return _denied("the token's account may not read the repository")
    return Access(may_comment=True)


def _gitlab(_: Response, found: Record, client: ApiClient) -> Access:
    """Judge by the scopes of the token, which it may read itself, and by the role of its account."""
    answer = client.get("personal_access_tokens/self", accept_status=(400, 401, 403, 404))
    scopes = record(json_value(answer)).get("scopes") if answer.status == 200 else None
    if isinstance(scopes, list) and "api" not in scopes:
        return _denied(f"the token has the scopes {_listed(map(text, scopes))}; it needs `api`")
    permissions = record(found.get("permissions"))
    levels = (record(permissions.get(of)).get("access_level") for of in ("project_access", "group_access"))
    if max(map(integer, levels)) < _GUEST and found.get("visibility") != "public":
        return _unknown("the token's account is no member of the project, and needs at least role Reporter")
    return Access(may_comment=True) if scopes is not None else _unknown("the token needs the scope `api`")


def _bitbucket(response: Response, _: Record, __: ApiClient) -> Access:
    header = response.headers.get("X-OAuth-Scopes")
    needed = "`pullrequest:write`, or `write:pullrequest:bitbucket` of an API token"
    if header is None:
        return _unknown(f"the token needs the scope {needed}")
    scopes = _words(header)
    if scopes & {"pullrequest:write", "write:pullrequest:bitbucket", "repository:write", "repository:admin"}:
        return Access(may_comment=True)
    return _denied(f"the token has the scopes {_listed(scopes)}; it needs {needed}")


def _bitbucket_dc(_: Response, __: Record, ___: ApiClient) -> Access:
    """Who may read a repository may comment: POST comments requires REPO_READ (REST API of Data Center)."""
    return Access(may_comment=True)


def _harness(_: Response, __: Record, ___: ApiClient) -> Access:
    return _unknown("the token's account needs a role that may review, contributor or above")


def _status_github(response: Response, found: Record) -> bool | None:
    header = response.headers.get("X-OAuth-Scopes")
    if header is None:
        return None
    enough = {"repo", "repo:status", *(("public_repo",) if found.get("private") is not True else ())}
    return bool(_words(header) & enough)


def _status_bitbucket(response: Response, _: Record) -> bool | None:
    header = response.headers.get("X-OAuth-Scopes")
    return None if header is None else bool(_words(header) & {"repository:write", "repository:admin"})


def _not_shown(_: Response, __: Record) -> bool | None:
    return None


_STATUS: Mapping[str, Callable[[Response, Record], bool | None]] = {
    "github": _status_github,
    "bitbucket": _status_bitbucket,
}
"""Functions that judge whether the token may set the status of commits."""


def _words(header: str) -> frozenset[str]:
    return frozenset(word.strip() for word in header.split(",") if word.strip())


def _listed(scopes: Iterable[str]) -> str:
    return ", ".join(f"`{scope}`" for scope in sorted(scopes)) or "(none)"


def _of_data_center(repo: str) -> str:
    project, _, name = repo.rpartition("/")
    return f"rest/api/1.0/projects/{escape_segment(project)}/repos/{escape_segment(name)}"


_FORGES: Mapping[str, tuple[Callable[[str], str], _Judge]] = MappingProxyType(
    {
        "github": (lambda repo: f"repos/{repository_path(repo)}", _github),
        "gitea": (lambda repo: f"repos/{repository_path(repo)}", _gitea),
        "forgejo": (lambda repo: f"repos/{repository_path(repo)}", _gitea),
        "gogs": (lambda repo: f"repos/{repository_path(repo)}", _gogs),
        "gitlab": (lambda repo: f"projects/{escape_segment(repo)}", _gitlab),
        "bitbucket": (lambda repo: f"repositories/{repository_path(repo)}", _bitbucket),
        "bitbucket_dc": (_of_data_center, _bitbucket_dc),
        "harness": (lambda repo: f"repos/{repository_path(repo)}/+", _harness),
    }
)
