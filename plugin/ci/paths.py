"""Takes names and numbers, gives the paths and pages that they stand for, and what to do when nothing is there."""

from collections.abc import Mapping
from urllib.parse import quote

from plugin.errors import ServerError
from plugin.http.urls import display_url
from plugin.model.context import BuildContext


def repo_path(repo: str) -> str:
    """The repository's full name as it stands in a path; it may have more than two parts (groups, spaces)."""
    parts = repo.strip("/").split("/")
    if len(parts) < 2 or any(part in ("", ".", "..") for part in parts):
        raise ServerError(f"{repo[:100]!r} is no repository's full name; set `repo` to OWNER/NAME")
    return quote("/".join(parts))


def build_page(context: BuildContext, path: str) -> str:
    """The build's page for people: what the environment names, else the place where this server has it."""
    return page_by_environment(context) or f"{display_url(context.server)}/{path}"


def page_by_environment(context: BuildContext) -> str:
    """Return the build's page for people as the environment names it, or empty."""
    return display_url(context.build_url.rstrip("/")) if context.build_url.startswith(("https://", "http://")) else ""


def remedies(context: BuildContext) -> Mapping[int, str]:
    """What a person can do when the server refuses to show the build."""
    token = f"set `token` to the token of a user who may read {context.repo}; a wrong token counts as none"
    return {
        401: token,
        403: f"the token's user may not read {context.repo}; give that user read access or set another `token`",
        404: f"check `repo` ({context.repo}) and `build` ({context.build}), and that the token's user may read them",
    }
