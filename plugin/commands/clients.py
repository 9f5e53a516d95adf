"""The build context and the HTTP clients that commands derive from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from plugin.context import read_context
from plugin.errors import ForgeError, PluginError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls
from plugin.model.context import BuildContext
from plugin.render.source_links import source_url
from plugin.settings.schema import Settings

if TYPE_CHECKING:
    from plugin.forges.interface import Forge


ClientFactory = Callable[[str, Mapping[str, str]], ApiClient]
"""Function that makes an HTTP client from a base URL and headers."""


def make_client_factory(
    settings: Settings, deadline: Deadline, error: type[PluginError], setting: str
) -> ClientFactory:
    """Return a function that makes an HTTP client from a base URL and headers; its clients raise `error`.

    `setting` is the setting that holds the base URL, for error messages.
    """
    tls = Tls(verify=not settings.skip_verify, ca_bundle=settings.ca_bundle)

    def client(base: str, headers: Mapping[str, str]) -> ApiClient:
        return ApiClient(base, deadline=deadline, headers=headers, tls=tls, error=error, setting=setting)

    return client


def context_of(environ: Mapping[str, str], settings: Settings) -> BuildContext:
    """Return the build context by the environment and the settings that override it."""
    return read_context(
        environ,
        server=settings.server,
        server_kind=settings.server_kind,
        repo=settings.repo,
        build=settings.build,
        pipeline=settings.pipeline,
        step_name=settings.step,
        commit=settings.commit,
        source_branch=settings.branch,
        pull_request=settings.pull_request,
        forge=settings.forge,
        forge_url=settings.forge_url,
    )


def forge_of(context: BuildContext) -> tuple[str, str] | PluginError:
    """Return kind and address of the forge, or the reason why they are not known."""
    from plugin.forges.detect import detect_forge

    try:
        return detect_forge(
            forge=context.forge, forge_url=context.forge_url, repo_url=context.repo_url, repo=context.repo
        )
    except PluginError as error:
        return error


def source_url_of(context: BuildContext, commit: str) -> str:
    """Return the template of links to source lines at the commit; empty where the forge is not known."""
    kind = ""
    with suppress(Exception):  # only links in the report depend on it
        forge = forge_of(context)
        kind = "" if isinstance(forge, PluginError) else forge[0]
    return source_url(kind, context.repo_url, commit)


def forge_client(settings: Settings, context: BuildContext, deadline: Deadline) -> Forge | None:
    """Return the client of the repository's forge; None without a token, or where the forge is not known."""
    found = forge_of(context) if settings.forge_token else None
    if found is None or isinstance(found, PluginError):
        return None
    return client_of(found, settings, context.repo, deadline)


def client_of(found: tuple[str, str], settings: Settings, repo: str, deadline: Deadline) -> Forge:
    """Return the client of a repository at the forge of this kind and address."""
    from plugin.forges import FORGES

    kind, address = found
    forge = FORGES[kind]
    factory = make_client_factory(settings, deadline, ForgeError, "forge_url")
    return forge(factory(forge.api(address), forge.headers(settings.forge_token)), repo, address)
