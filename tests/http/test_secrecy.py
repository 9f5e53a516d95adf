"""No message, traceback or repr contains the token or a proxy's password."""

import traceback
from base64 import b64encode
from collections.abc import Mapping

import pytest

from plugin.errors import PluginError, ServerError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Rude, answer
from tests.http.clients import BEARER, TOKEN, Pauses, client

PASSWORD = "proxy-" + "word-" + "19" * 4
BASIC = {"Authorization": f"Basic {b64encode(f'ci-bot:{TOKEN}'.encode()).decode()}"}


def failure_text(api: ApiClient, path: str = "build") -> str:
    """Return everything that an error shows: message, traceback with causes, attributes."""
    with pytest.raises(PluginError) as caught:
        api.json(path)
    return "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize("headers", [BEARER, BASIC, {"PRIVATE-TOKEN": TOKEN}], ids=["bearer", "basic", "private"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_token_in_the_servers_message_is_masked(headers: Mapping[str, str], kind: str) -> None:
    (value,) = headers.values()
    words = f"bad credentials {value} {TOKEN}"
    body = {"message": words} if kind == "application/json" else words
    with Rude(lambda _: answer(401, body, kind=kind)) as server:
        shown = failure_text(client(server.url, headers=headers))
    assert "bad credentials" in shown
    assert TOKEN not in shown
    assert value not in shown


@pytest.mark.parametrize("before", range(150, 210, 7))
def test_no_part_of_the_token_remains_where_the_message_is_cut(before: int) -> None:
    with Rude(lambda _: answer(401, "x" * before + TOKEN, kind="text/plain")) as server:
        assert TOKEN[:4] not in failure_text(client(server.url))


ENDLESS = {"slow drip", "slow head", "silent"}
VALUES = {"null", "wrong type"}


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - ENDLESS - VALUES))
def test_no_error_contains_the_token_or_the_query(fault: str) -> None:
    with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(PluginError) as caught:
        client(server.url, Pauses().deadline(5)).json("build", {"access_token": TOKEN})
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN in server.asked[0].path


def test_token_in_a_path_is_masked() -> None:
    with Rude(lambda _: FAULTS["404"]) as server:
        assert TOKEN not in failure_text(client(server.url), f"users/{TOKEN}/builds")


def test_password_in_the_url_is_neither_sent_nor_shown() -> None:
    with Rude(lambda _: FAULTS["404"]) as server:
        shown = failure_text(client(server.url.replace("//", f"//amy:{PASSWORD}@")))
    assert PASSWORD not in shown
    assert server.asked[0].headers["Authorization"] == BEARER["Authorization"]


def test_password_of_an_unreachable_proxy_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(lambda _: answer(200, {})) as gone:
        pass
    proxied(monkeypatch, gone.url)
    shown = failure_text(client("http://ci.example.com"))
    assert "the proxy does not work; check HTTP_PROXY" in shown
    assert PASSWORD not in shown


def test_password_of_a_refusing_proxy_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(lambda _: answer(407, f"who is {PASSWORD}?", kind="text/html")) as proxy:
        proxied(monkeypatch, proxy.url)
        shown = failure_text(client("http://ci.example.com"))
    assert "answered 407; the proxy requires a user and password" in shown
    assert PASSWORD not in shown
    assert proxy.asked[0].path == "http://ci.example.com/build"


def test_password_in_an_invalid_proxy_url_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://amy:{PASSWORD}@")
    shown = failure_text(client("http://ci.example.com"))
    assert "HTTP_PROXY" in shown
    assert PASSWORD not in shown


def test_repr_of_the_client_contains_no_secret() -> None:
    api = client("http://ci.example.com", Deadline(1))
    assert TOKEN not in repr(api)
    with pytest.raises(ServerError) as caught:
        client(f"gopher://{TOKEN}@ci.example.com")
    assert TOKEN not in str(caught.value)


def proxied(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", url.replace("//", f"//amy:{PASSWORD}@"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
