"""Each token is sent to its own server, in a header only, on every kind of server and forge."""

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges import FakeForge
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.server import TOKEN, FakeServer
from tests.faults.scene import before, environ_of, red

PAIRS = [*((kind, "gitea") for kind in SERVERS), *(("drone-2", kind) for kind in FORGES if kind != "gitea")]


@pytest.fixture(params=PAIRS, ids="-".join)
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[FakeServer, FakeForge]]:
    """Return a server and a forge after a run between them."""
    server_kind, forge_kind = request.param
    with ExitStack() as stack:
        forge = stack.enter_context(FORGES[forge_kind]())
        forge.repo = forge.repo.replace(" ", "-")
        server = stack.enter_context(SERVERS[server_kind](red(), before(), repo=forge.repo))
        environ = environ_of(server, server.url, forge, forge.url, tmp_path)
        assert PluginStep(environ, io.BytesIO(), io.StringIO()).run() == 0
        yield server, forge


def test_each_token_is_sent_to_its_own_server_in_a_header_only(asked: tuple[FakeServer, FakeForge]) -> None:
    server, forge = asked
    assert forge.texts()
    assert {TOKEN in str(one.headers) for one in server.requests if one.path != "/version"} == {True}
    assert all(one.headers.get("Authorization") or one.headers.get("PRIVATE-TOKEN") for one in forge.requests)
    for to_server in server.requests:
        assert TOKEN not in f"{to_server.path} {to_server.query}"
        assert forge.token not in str(to_server)
    for to_forge in forge.requests:
        assert forge.token not in f"{to_forge.path} {to_forge.query} {to_forge.body}"
        assert TOKEN not in str(to_forge)
