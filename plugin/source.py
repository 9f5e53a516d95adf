"""Where the commit's files can be read: takes forge, repository page and commit, gives an address to fill in."""

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
"""Characters of a commit: SHA-256 has as many."""


def source_url(forge: str, repo_url: str, commit: str) -> str:
    """An address with `{path}` and `{line}` left to fill in, or empty where one of the three is not known."""
    if not (
        repo_url.startswith(("http://", "https://"))
        and commit.isalnum()
        and len(commit) <= _LONGEST
        and forge in _PATHS
    ):
        return ""
    page = repo_url.removesuffix("/").removesuffix(".git").replace("{", "%7B").replace("}", "%7D")
    return page + _PATHS[forge].format(commit=commit)
