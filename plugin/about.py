"""Name, version and addresses of this program, for requests, reports and messages.

A module of its own, because `plugin/__init__.py` imports all of extraction for `analyze_log`.
"""

NAME = "drone-failure-alert"
"""Name of the package, the console script and the image."""

VERSION = "0.1.0"
"""Version of the package. `pyproject.toml` and the scripts of the image read it from this line."""

REPOSITORY = f"https://github.com/{NAME}/{NAME}"

USER_AGENT = f"{NAME}/{VERSION} (+{REPOSITORY})"
"""Value of the header `User-Agent` in requests to CI servers and forges."""


def docs_url(page: str) -> str:
    """Return the URL of a page of the documentation, such as `forks.md`."""
    return f"{REPOSITORY}/blob/main/docs/{page}"
