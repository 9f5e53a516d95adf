"""Detection of the forge's kind and address from settings and environment."""

from urllib.parse import urlsplit

from plugin.errors import ForgeError
from plugin.model.message import Message

_HOSTS = {
    "github.com": "github",
    "api.github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "api.bitbucket.org": "bitbucket",
    "codeberg.org": "forgejo",
    "gitea.com": "gitea",
    "try.gogs.io": "gogs",
}
_NAMES = {
    "github": "github",
    "ghe": "github",
    "gitlab": "gitlab",
    "gitea": "gitea",
    "forgejo": "forgejo",
    "gogs": "gogs",
    "bitbucket": "bitbucket_dc",
    "stash": "bitbucket_dc",
    "harness": "harness",
    "gitness": "harness",
}
"""Labels of host names that people give their own forge."""
_DATA_CENTER_PREFIXES = ("/projects/", "/users/", "/scm/")
"""What precedes the repository in an address of Bitbucket Data Center."""


def detect_forge(*, forge: str, forge_url: str, repo_url: str, repo: str) -> tuple[str, str]:
    """Return the forge's kind (a key of FORGES) and its address with its sub-path; empty arguments are derived.

    Raise ForgeError that names the missing setting.
    """
    address = forge_url.rstrip("/") or _before_repository(repo_url, repo)
    kind = forge or _kind_of(address, repo_url)
    if not kind:
        raise ForgeError(
            Message(
                "the environment does not name the forge; set `forge` to github, gitea, forgejo, gogs, gitlab, "
                "bitbucket, bitbucket_dc or harness"
            )
        )
    if not address:
        raise ForgeError(Message("the environment does not contain the forge's address; set `forge_url`"))
    return kind, address


def _kind_of(address: str, repo_url: str) -> str:
    host = _host(address)
    if host in _HOSTS:
        return _HOSTS[host]
    if host.endswith(".ghe.com"):
        return "github"
    named = (_NAMES[label] for label in host.split(".")[:-1] if label in _NAMES)
    is_data_center = "/projects/" in repo_url and "/repos/" in repo_url
    return "bitbucket_dc" if is_data_center else next(named, "")


def _before_repository(repo_url: str, repo: str) -> str:
    """Return the forge's part of the address of the repository's page, without user and password."""
    try:
        parts = urlsplit(repo_url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    path = parts.path.rstrip("/").removesuffix(".git")
    if path.lower().endswith(f"/{repo}".lower()):
        path = path[: -len(repo) - 1].removesuffix("/scm")
    else:
        path = path[: min((at for prefix in _DATA_CENTER_PREFIXES if (at := path.find(prefix)) >= 0), default=0)]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
