"""Choice of the server client: one file per kind of server, all in the vocabulary of `plugin.model.build`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from plugin.ci.server import Server
from plugin.ci.servers.drone import Drone
from plugin.ci.servers.drone08 import Drone08
from plugin.ci.servers.harness import Harness
from plugin.ci.servers.woodpecker import Woodpecker
from plugin.ci.servers.woodpecker015 import Woodpecker015
from plugin.errors import ServerError
from plugin.frozen import replace
from plugin.http.json_fields import record, text
from plugin.model.message import Message

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.http.response import Response
    from plugin.model.context import BuildContext


class _Kind(Protocol):
    def __call__(self, client: ApiClient, context: BuildContext, *, baseline_requests: int) -> Server: ...


SERVERS: Mapping[str, _Kind] = {
    "drone08": Drone08,
    "drone": Drone,
    "woodpecker015": Woodpecker015,
    "woodpecker": Woodpecker,
    "harness": Harness,
}
"""The kinds of servers, by the value of the setting `server_kind`."""


def connect(
    context: BuildContext,
    token: str,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
    *,
    baseline_requests: int = 3,
) -> Server:
    """Return the client of the server in `context`, ready to read its build; see `connect_and_detect`."""
    return connect_and_detect(context, token, client_factory, baseline_requests=baseline_requests)[0]


def connect_and_detect(
    context: BuildContext,
    token: str,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
    *,
    baseline_requests: int = 3,
) -> tuple[Server, BuildContext]:
    """Return the client of the server in `context`, and the context with the kind and version of the server.

    `client_factory` makes an HTTP client from a base URL and headers. The network is used only if the environment does
    not name the kind of server. Raise ServerError.
    """
    token = token.strip()
    client = client_factory(context.server, {"Authorization": f"Bearer {token}"} if token else {})
    known = detect_server(context, client)
    return SERVERS[known.server_kind or ""](client, known, baseline_requests=baseline_requests), known


def detect_server(context: BuildContext, client: ApiClient) -> BuildContext:
    """Return the context with the kind and version of its server."""
    kind, version = context.server_kind, context.server_version
    if kind is None or (kind == "woodpecker" and not version):
        kind, version = _request_version(client, kind)
    if kind == "woodpecker" and re.match(r"v?0\.", version):
        kind = "woodpecker015"
    if kind not in SERVERS:
        raise ServerError(
            Message("`server_kind` {kind} is not known; use one of {names}", kind=repr(kind), names=", ".join(SERVERS))
        )
    return replace(context, server_kind=kind, server_version=version)


def _request_version(client: ApiClient, kind: str | None) -> tuple[str, str]:
    """Return kind and version from `/version`, which every server but Harness answers with JSON, without a token."""
    about = record(_json(client.get("version", accept_status=(401, 403, 404))))
    source, version = text(about.get("source")), text(about.get("version"))
    if kind or "woodpecker" in source:
        return kind or "woodpecker", version
    if "drone" in source or "harness" in source or (version[:1].isdigit() and not source):  # as Drone's own builds
        return ("drone08" if version.startswith("0.") else "drone"), version
    harness = client.get("api/v1/system/version", accept_status=(401, 403, 404))
    if harness.status == 200 and re.fullmatch(rb"v?\d+\.\d+[\w.+-]*\s*", harness.body) and not _json(harness):
        return "harness", harness.body.decode().strip()
    raise ServerError(
        Message(
            "no server of the Drone family answers at this address: check `server`, or set `server_kind` to "
            "one of {names}",
            names=", ".join(SERVERS),
        )
    )


def _json(response: Response) -> object:
    if response.status != 200 or "json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        return response.json()
    except ValueError:
        return None
