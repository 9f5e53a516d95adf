"""Whatever URL a server supplies, urllib3 connects to the configured server only.

The oracle is urllib3 itself: a replacement of the method that opens the TCP connection records the target and sends
the response of the test.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st
from urllib3.connection import HTTPConnection, HTTPSConnection

from plugin.errors import PluginError, ServerError
from plugin.forges.pagination import by_next_address
from plugin.http.client import ApiClient
from plugin.http.errors import RequestError
from plugin.http.origin_adapter import OneOriginAdapter, session_for
from plugin.http.urls import Origin, base_url, configured_origin, leads_to
from tests.http.clients import TOKEN, Pauses, client

HOME = Origin("http", "ci.example.com", 8080)
BASE = "http://ci.example.com:8080"
PIECES = [
    *["http:", "https:", "HTTP:", "ftp:", "file:", "javascript:", "//", "/", "\\", "\\\\", "\\@", "@", ":", "?", "#"],
    *["ci.example.com", "ci.example.com:8080", "CI.example.COM", "ci.example.com.", "ci%2eexample%2ecom"],
    *["evil.example", "evil.example:8080", "evil%2eexample", "evil.example%2f", "\u0435vil.example", "127.0.0.1"],
    *[":8080", ":80", ":0", ":08080", ":-1", ":99999", ":\uff18\uff10", "[::1]", "[::1%25eth0]", "[fe80::1%eth0]"],
    *["%5c", "%5C@", "%40", "%2f", "%09", "%00", "%", "\x00", "\x7f", "\u3002", "\uff0f", "\uff0e", "user:password@"],
    *[";", "&", ".", "[", "]", "::", "a", "..", "x?next=1", " ", "\t", "\x0b", "\x1f", "\x85", "\xa0", "\u2028"],
]
addresses = st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(max_size=30).map(
    lambda text: f"http://{text}"
)
WORST = "http://evil.example:8080\\@ci.example.com:8080/x"


def target(connection: HTTPConnection) -> Origin:
    scheme = "https" if isinstance(connection, HTTPSConnection) else "http"
    return Origin(scheme, connection._dns_host, connection.port or 0)


@contextmanager
def network(answer: bytes) -> Iterator[list[Origin]]:
    """Replace the network: record the target of each connection, and answer the first request on it."""
    targets: list[Origin] = []
    sockets: list[socket.socket] = []

    def connect(connection: HTTPConnection) -> socket.socket:
        targets.append(target(connection))
        client_end, server_end = socket.socketpair()
        server_end.sendall(answer)
        sockets.extend((client_end, server_end))
        return client_end

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnection, "_new_conn", connect)
        yield targets
    for end in sockets:
        end.close()


def redirect(location: str) -> bytes:
    value = location.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"")
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " + value + b"\r\n\r\n"


def page(following: str) -> bytes:
    body = json.dumps({"values": [{}], "next": following}).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def follow_redirects(api: ApiClient) -> None:
    api.get("builds/1")


def follow_pages(api: ApiClient) -> None:
    for _ in zip(range(3), by_next_address(api, "comments", remedies={}), strict=False):
        pass


def ask(answer: bytes, follow: Callable[[ApiClient], None]) -> list[Origin]:
    """Return the targets to which urllib3 was about to connect."""
    with network(answer) as targets:
        try:
            follow(client(BASE, Pauses().deadline(5)))
        except PluginError as error:
            assert TOKEN not in str(error)  # noqa: PT017 — a refusal is allowed, not required
    return targets


@settings(max_examples=300, deadline=None)
@given(addresses)
@example(WORST)
@example("http://evil.example:8080\t@ci.example.com:8080/")
@example("//evil.example:8080\\@ci.example.com:8080/")
def test_redirect_never_makes_urllib3_connect_to_another_origin(location: str) -> None:
    assert set(ask(redirect(location), follow_redirects)) == {HOME}


@settings(max_examples=300, deadline=None)
@given(addresses)
@example(WORST)
def test_next_page_never_makes_urllib3_connect_to_another_origin(following: str) -> None:
    assert set(ask(page(following), follow_pages)) == {HOME}


@settings(max_examples=600, deadline=None)
@given(addresses)
@example(WORST)
@example("http://ci.example.com:8080/next?page=2")
def test_check_and_connection_agree_on_the_origin(address: str) -> None:
    """An accepted URL connects to the origin; the adapter refuses every other one by itself."""
    session = session_for(HOME, {"Authorization": TOKEN})
    with network(redirect("/")) as targets:
        try:
            session.get(address, allow_redirects=False, timeout=5)
        except (requests.RequestException, RequestError, ValueError):
            assert not leads_to(address, HOME)
    assert set(targets) <= {HOME}
    assert targets or not leads_to(address, HOME)


@pytest.mark.parametrize(
    "address",
    [
        "http://ci.example.com:8080",
        "http://ci.example.com:8080/api?next=http://x",
        "HTTP://CI.EXAMPLE.COM:8080/a%5Cb",
        "http://ci.example.com:08080/",
    ],
)
def test_other_spelling_of_the_same_origin_is_accepted(address: str) -> None:
    assert leads_to(address, HOME)


@pytest.mark.parametrize(
    "address",
    [
        WORST,
        "http://ci.example.com:8080\\x",
        "http://user:password@ci.example.com:8080/",
        "http://@ci.example.com:8080/",
        "http://ci.example.com.:8080/",
        "http://ci%2eexample%2ecom:8080/",
        "http://ci.example.com:8080/a b",
        "http://ci.example.com:8080/a\tb",
        " http://ci.example.com:8080/",
        "http://ci.example.com:8080/\x00",
        "http://cı.example.com:8080/",
        "http://ci。example.com:8080/",
        "http://ci.example.com/",
        "https://ci.example.com:8080/",
        "//ci.example.com:8080/",
        "/path",
        "",
    ],
)
def test_url_that_parsers_read_differently_is_refused(address: str) -> None:
    assert not leads_to(address, HOME)


@pytest.mark.parametrize(
    ("configured", "origin"),
    [
        ("https://ci.example.com/drone", Origin("https", "ci.example.com", 443)),
        ("http://CI.example.com:80/", Origin("http", "ci.example.com", 80)),
        ("https://user:password@ci.example.com", Origin("https", "ci.example.com", 443)),
        ("https://bücher.example:8443", Origin("https", "xn--bcher-kva.example", 8443)),
        ("http://[2001:DB8::1]:3000", Origin("http", "2001:db8::1", 3000)),
        ("http://drone_server", Origin("http", "drone_server", 80)),
    ],
)
def test_origin_of_a_configured_url(configured: str, origin: Origin) -> None:
    assert configured_origin(base_url(configured)) == origin


@pytest.mark.parametrize(
    "configured",
    [
        "http://a\\@ci.example.com",
        "http://ci.example.com:0",
        "http://ci.example.com/a b",
        "http://ci.example.com\t/",
        "http://[fe80::1%25eth0]/",
        "http://[::1",
        "ftp://ci.example.com",
        "ci.example.com",
    ],
)
def test_error_for_an_ambiguous_configured_url_names_the_setting(configured: str) -> None:
    with pytest.raises(ServerError, match="setting `server` must be a URL like"):
        client(configured)


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example:8080/",
        WORST,
        "https://ci.example.com:8080/",
        "http://ci.example.com/",
        "file:///etc/passwd",
    ],
)
def test_adapter_refuses_another_origin(url: str) -> None:
    request = requests.PreparedRequest()
    request.url = url
    with network(b"") as targets, pytest.raises(RequestError, match="the token must not go"):
        OneOriginAdapter(HOME).send(request, timeout=5)
    assert targets == []


def test_every_adapter_of_the_session_checks_the_origin() -> None:
    assert {type(adapter) for adapter in session_for(HOME, {}).adapters.values()} == {OneOriginAdapter}
