"""Show what failed at the source lines of the commit, where the forge has annotations for an external CI."""

from collections.abc import Callable, Mapping

from plugin.forges import FORGES
from plugin.forges.github_app import installation_token, is_installation_token
from plugin.forges.interface import Annotates
from plugin.frozen import frozen
from plugin.http.client import ApiClient
from plugin.model.annotation import AnnotationReport
from plugin.model.comment import CommentTarget
from plugin.model.message import Message

NEEDS_APP = Message(
    "check runs of GitHub need an App: set `forge_token` to a token of its installation, or "
    "`github_app_id` and `github_app_key`"
)


@frozen
class Access:
    """How the plugin identifies itself to the forge."""

    token: str
    app_id: str = ""
    app_key: str = ""
    """The private key of the GitHub App, in PEM format."""


def annotate(
    report: AnnotationReport,
    commit: str,
    target: CommentTarget,
    access: Access,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
) -> str:
    """Write the annotations and return one line on what was done. Raise ForgeError or SettingsError.

    `client_factory` makes a client from the API's base address and headers.
    """
    kind = FORGES[target.forge]
    if not hasattr(kind, "annotate"):
        return f"no annotations, {target.forge} has none for an external CI server"
    token = access.token
    if target.forge == "github" and not is_installation_token(token):
        if not (access.app_id and access.app_key):
            return f"no annotations, {NEEDS_APP}"
        token = installation_token(target.address, target.repo, access.app_id, access.app_key, client_factory)
    forge = kind(client_factory(kind.api(target.address), kind.headers(token)), target.repo, target.address)
    return forge.annotate(commit, report) if isinstance(forge, Annotates) else ""
