"""API paths and build pages, and the remedies for when a server does not show a build."""

from collections.abc import Mapping
from urllib.parse import quote

from plugin.errors import ServerError
from plugin.http.urls import display_url
from plugin.model.context import BuildContext
from plugin.model.message import Message


def repo_path(repo: str) -> str:
    """Return the repository's full name, quoted for a path. It may have more than two parts (groups, spaces).

    Raise ServerError for a name that is no full name.
    """
    parts = repo.strip("/").split("/")
    if len(parts) < 2 or any(part in ("", ".", "..") for part in parts):
        raise ServerError(
            Message("{repo} is not the full name of a repository; set `repo` to OWNER/NAME", repo=repr(repo[:100]))
        )
    return quote("/".join(parts))


def build_page(context: BuildContext, path: str) -> str:
    """Return the build's web page: the one that the environment names, else where this server has it."""
    return page_by_environment(context) or f"{display_url(context.web_url or context.server)}/{path}"


def page_by_environment(context: BuildContext) -> str:
    """Return the build's web page as the environment names it, or empty."""
    return web_page(context.build_url)


def web_page(url: str) -> str:
    """Return the URL without credentials, empty if it is none of the web."""
    return display_url(url.rstrip("/")) if url.startswith(("https://", "http://")) else ""


def page_of_build(page: str, build: int, other: int) -> str:
    """Return the web page of another build, from that of `build`; empty where the page does not end in its number."""
    before, _, number = page.rpartition("/")
    return f"{before}/{other}" if before and number == str(build) else ""


def remedies(context: BuildContext) -> Mapping[int, str]:
    """Return, by HTTP status, what to do when the server refuses to show the build."""
    token = Message(
        "set `token` to the token of a user who may read {repo}; a wrong token counts as none", repo=context.repo
    )
    return {
        401: token,
        403: Message(
            "there is no token, or its user may not read {repo}; set `token`, or give that user read access",
            repo=context.repo,
        ),
        404: Message(
            "check `repo` ({repo}) and `build` ({build}), and that the token's user may read them",
            repo=context.repo,
            build=context.build,
        ),
    }
