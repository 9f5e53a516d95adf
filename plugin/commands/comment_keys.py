"""The keys of earlier failures in the plugin's own comment, which cost one request for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin.commands.clients import forge_of, make_client_factory
from plugin.errors import ForgeError, PluginError
from plugin.http.deadline import Deadline
from plugin.model.build import Build
from plugin.model.context import BuildContext
from plugin.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plugin.commands.read_history import KeysOfComment


def keys_reader(settings: Settings, context: BuildContext, deadline: Deadline) -> KeysOfComment | None:
    """Return a function that reads them for a build, by build number; None where there can be no comment."""
    if not (context.pull_request and settings.forge_token) or settings.comment_on == "never":
        return None

    def keys(build: Build, seconds: float) -> Mapping[int, frozenset[str]]:
        from plugin.commands.publish import comment_key
        from plugin.deliver.comment import previous
        from plugin.model.comment import CommentTarget

        forge = forge_of(context)
        if isinstance(forge, PluginError):
            raise forge
        factory = make_client_factory(settings, deadline, ForgeError, "forge_url")
        target = CommentTarget(*forge, build.repo, context.pull_request)
        key = comment_key(build.url, settings)
        return previous.keys_in_comment(target, settings.forge_token, factory, key=key, seconds=seconds)

    return keys
