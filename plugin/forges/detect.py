"""Which forge it is and where: takes what settings and environment say of it, gives its kind and address."""

from urllib.parse import urlsplit

from plugin.errors import ForgeError

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
"""What people call the host of their own forge."""
_OF_DATA_CENTER = ("/projects/", "/users/", "/scm/")
"""What stands before the repository in an address of Bitbucket Data Center."""


def detect_forge(*, forge: str, forge_url: str, repo_url: str, repo: str) -> tuple[str, str]:
    """The forge's kind (a key of FORGES) and its address, sub-path included; what is empty is told from the rest.

    Raises ForgeError naming the setting that is missing.
    """
    address = forge_url.rstrip("/") or _before_repository(repo_url, repo)
    kind = forge or _kind_of(address, repo_url)
    if not kind:
        raise ForgeError(
            "the environment does not say which forge this is; set `forge` to github, gitea, forgejo, gogs, gitlab, "
            "bitbucket, bitbucket_dc or harness"
        )
    if not address:
        raise ForgeError("the environment does not say where the forge is; set `forge_url` to its address")
    return kind, address


def _kind_of(address: str, repo_url: str) -> str:
    host = _host(address)
    if host in _HOSTS:
        return _HOSTS[host]
    if host.endswith(".ghe.com"):
        return "github"
    named = (_NAMES[label] for label in host.split(".")[:-1] if label in _NAMES)
    of_data_center = "/projects/" in repo_url and "/repos/" in repo_url
    return "bitbucket_dc" if of_data_center else next(named, "")


def _before_repository(repo_url: str, repo: str) -> str:
    """The forge's part of the repository's page, without user and password."""
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
        path = path[: min((at for mark in _OF_DATA_CENTER if (at := path.find(mark)) >= 0), default=0)]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
