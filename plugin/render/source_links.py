"""Links to the source lines that a failure names."""

from plugin.model.report import Failure, Report, SourceLocation

_SHOWN = 3
"""Locations of a failure that views for readers show."""


def source_locations(failure: Failure, most: int = _SHOWN) -> tuple[SourceLocation, ...]:
    """Return the most important locations of the failure."""
    return failure.locations[:most]


def source_link(location: SourceLocation, report: Report) -> str:
    """Return the URL of the location at the build's commit; empty where it is not known to exist."""
    if not location.known:
        return ""
    from urllib.parse import quote  # late: text has no links

    filled = report.source_url.replace("{line}", str(location.line))
    return filled.replace("{path}", quote(location.path))


_PATHS = {
    "github": "/blob/{commit}/{{path}}#L{{line}}",
    "gitlab": "/-/blob/{commit}/{{path}}#L{{line}}",
    "gitea": "/src/commit/{commit}/{{path}}#L{{line}}",
    "forgejo": "/src/commit/{commit}/{{path}}#L{{line}}",
    "gogs": "/src/{commit}/{{path}}#L{{line}}",
    "bitbucket": "/src/{commit}/{{path}}#lines-{{line}}",
    "bitbucket_dc": "/browse/{{path}}?at={commit}#{{line}}",
    "harness": "/files/{commit}/~/{{path}}#L{{line}}",
}
_LONGEST = 64
"""Characters of a commit, the length of SHA-256."""


def source_url(forge: str, repo_url: str, commit: str) -> str:
    """Return a URL template with `{path}` and `{line}`, or an empty string if an argument is unknown."""
    if not (
        repo_url.startswith(("http://", "https://"))
        and commit.isalnum()
        and len(commit) <= _LONGEST
        and forge in _PATHS
    ):
        return ""
    page = repo_url.removesuffix("/").removesuffix(".git").replace("{", "%7B").replace("}", "%7D")
    return page + _PATHS[forge].format(commit=commit)
