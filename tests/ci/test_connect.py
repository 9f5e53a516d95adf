"""Choice of the server: by the environment, by `/version` only where that is not enough; a setting overrides both."""

from collections.abc import Mapping

import pytest

from plugin.ci.connect import SERVERS
from plugin.errors import ServerError
from tests.ci.conftest import Start
from tests.ci.reach import reach
from tests.fakes.servers import FAKES, Reply
from tests.fakes.servers.truth import TrueStep, build

TEST = TrueStep("test", code=2)
KINDS: Mapping[str, object] = SERVERS


def test_without_an_environment_the_kind_is_requested(generation: str, start: Start) -> None:
    fake = start(generation, build(TEST))

    client = reach(fake, environ={}, server=fake.url, repo=fake.repo, build=42, pipeline="build-and-test")

    assert type(client.server) is KINDS[fake.kind]
    assert len(fake.requests) <= 2


def test_setting_overrules_the_environment(start: Start) -> None:
    fake = start("drone-2", build(TEST))

    client = reach(fake, server_kind="drone08")

    assert type(client.server) is KINDS["drone08"]
    assert fake.requests == []


def test_server_kind_woodpecker_includes_0_15(start: Start) -> None:
    fake = start("woodpecker-0.15", build(TEST))

    client = reach(fake, environ={}, server=fake.url, repo="octo/demo", build=42, server_kind="woodpecker")

    assert type(client.server) is KINDS["woodpecker015"]


def test_an_unknown_kind_is_an_error_that_lists_the_known_ones(start: Start) -> None:
    fake = start("drone-2", build(TEST))

    with pytest.raises(
        ServerError, match="`server_kind` 'jenkins' is not known; use one of drone08, drone, woodpecker015"
    ):
        reach(fake, server_kind="jenkins")


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, b"<html>Log in</html>", "text/html"),
        Reply(404),
        Reply(401, b'{"message":"no"}', "application/json"),
        Reply(200, b'{"source":"https://example.com/else"}', "application/json"),
        Reply(200, b"[1]", "application/json"),
        Reply(200, b'{"version":""}', "application/json"),
    ],
    ids=["html", "404", "401", "something else", "no object", "nothing"],
)
def test_an_unknown_server_is_an_error(answer: Reply, start: Start) -> None:
    fake = start("drone-2", build(TEST))
    fake.fault("version", answer, times=2)

    with pytest.raises(ServerError, match="no server of the Drone family answers at this address: check `server`"):
        reach(fake, environ={}, server=fake.url, repo="octo/demo", build=42)


def test_a_missing_address_is_an_error() -> None:
    with pytest.raises(ServerError, match="`server` must be a URL like"):
        reach(FAKES["drone-2"](), environ={"CI": "true"}, repo="octo/demo", build=42)


@pytest.mark.parametrize("repo", ["demo", "", "octo/", "/", "octo/../admin", "octo//demo"])
def test_an_invalid_repository_name_is_an_error(repo: str, start: Start) -> None:
    fake = start("drone-2", build(TEST))

    with pytest.raises(ServerError, match="is not the full name of a repository; set `repo` to OWNER/NAME"):
        reach(fake, environ={}, server=fake.url, server_kind="drone", repo=repo, build=42)


def test_odd_names_are_quoted(start: Start) -> None:
    fake = start("drone-2", build(TEST))

    with pytest.raises(ServerError, match="404"):
        reach(fake, environ={}, server=fake.url, server_kind="drone", repo="octo/a b?c#d", build=42).build()

    assert fake.requests[-1].path == "/api/repos/octo/a%20b%3Fc%23d/builds/42"
