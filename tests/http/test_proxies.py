"""Proxies: every usual form of NO_PROXY is honored, and errors of a proxy name the proxy, not the server's tokens."""

import pytest

from plugin.errors import ServerError
from plugin.http.proxies import no_proxy_for
from plugin.http.urls import Origin
from tests.fakes.rude import Rude, answer, in_turn
from tests.http.clients import Pauses, client


def use_proxy(monkeypatch: pytest.MonkeyPatch, url: str, no_proxy: str = "") -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", url)
    monkeypatch.setenv("HTTPS_PROXY", url)
    monkeypatch.setenv("NO_PROXY", no_proxy)


@pytest.mark.parametrize(
    "no_proxy",
    ["127.0.0.1:{port}", "127.0.0.0/8", "127.0.0.1", "*", "other.example, 127.0.0.1:{port}", "127.0.0.1:1 127.0.0.1"],
)
def test_excepted_server_is_requested_without_the_proxy(no_proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(lambda _: answer(200, [])) as proxy, Rude(lambda _: answer(200, [1])) as server:
        use_proxy(monkeypatch, proxy.url, no_proxy.format(port=server.url.rpartition(":")[2]))
        assert client(server.url).json("build") == [1]
    assert proxy.asked == []


@pytest.mark.parametrize("no_proxy", ["", "127.0.0.1:1", "127.0.0.2", "10.0.0.0/8", "*.0.0.1.example"])
def test_other_server_is_requested_through_the_proxy(no_proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Rude(lambda _: answer(200, [2])) as proxy, Rude(lambda _: answer(200, [])) as server:
        use_proxy(monkeypatch, proxy.url, no_proxy)
        assert client(server.url).json("build") == [2]
    assert server.asked == []


@pytest.mark.parametrize(
    ("no_proxy", "origin", "excepted"),
    [
        ("*.example.com", Origin("https", "ci.example.com", 443), True),
        ("*.example.com:8443", Origin("https", "ci.example.com", 443), False),
        (".example.com", Origin("https", "ci.example.com", 443), True),
        ("EXAMPLE.com", Origin("https", "ci.example.com", 443), True),
        ("ample.com", Origin("https", "ci.example.com", 443), False),
        ("ci.example.com:443", Origin("https", "ci.example.com", 443), True),
        ("[2001:db8::1]:8080", Origin("http", "2001:db8::1", 8080), True),
        ("2001:db8::/32", Origin("http", "2001:db8::1", 8080), True),
        ("2001:db8::1", Origin("http", "2001:db8::2", 8080), False),
        (",, ", Origin("http", "ci.example.com", 80), False),
        (".", Origin("http", "ci.example.com", 80), False),
    ],
)
def test_forms_of_no_proxy(no_proxy: str, origin: Origin, excepted: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    use_proxy(monkeypatch, "http://proxy.example:3128", no_proxy)
    assert no_proxy_for(origin) == ({origin.scheme: ""} if excepted else {})


def test_socks_proxy_is_named_as_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    use_proxy(monkeypatch, "socks5://proxy.example:1080")
    with pytest.raises(ServerError, match="SOCKS proxies are not supported") as caught:
        client("http://ci.example.com").json("build")
    assert "`server`" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 403, 451])
def test_web_page_of_a_proxy_is_not_taken_for_a_refusal_of_the_server(status: int) -> None:
    page = answer(status, "<html>Blocked by policy</html>", kind="text/html; charset=utf-8")
    with (
        Rude(lambda _: page) as server,
        pytest.raises(ServerError, match=f"answered {status} with a web page") as caught,
    ):
        client(server.url).json("build", remedies={status: "the token's user may not read"})
    assert "token's user" not in str(caught.value)
    assert "NO_PROXY" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (407, "the proxy answered 407; the proxy requires a user and password: set them in HTTP_PROXY and HTTPS_PROXY"),
        (403, "the proxy refused the connection .it answered 403.; allow the host in the proxy"),
        (503, "the proxy does not work"),
    ],
)
def test_refused_tunnel_names_the_reason(status: int, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = Pauses()
    with Rude(lambda _: answer(status, b"")) as proxy:
        use_proxy(monkeypatch, proxy.url)
        with pytest.raises(ServerError, match=message):
            client("https://ci.example.com", pauses.deadline()).json("build")
    assert len(proxy.asked) == (5 if status == 503 else 1)


def test_login_page_of_the_network_is_not_retried() -> None:
    pauses = Pauses()
    page = answer(511, "<html>Sign in</html>", kind="text/html")
    with (
        Rude(lambda _: page) as server,
        pytest.raises(ServerError, match="answered 511; this network requires a login"),
    ):
        client(server.url, pauses.deadline()).json("build")
    assert (len(server.asked), pauses) == (1, [])


@pytest.mark.parametrize("status", [501, 505])
def test_error_that_no_retry_changes_is_not_retried(status: int) -> None:
    with Rude(in_turn(answer(status, b""), answer(200, []))) as server, pytest.raises(ServerError):
        client(server.url).json("build")
    assert len(server.asked) == 1
