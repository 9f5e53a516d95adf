"""Redirects and next pages are followed on the same origin only, as no other server may get the token."""

import pytest

from plugin.errors import ServerError
from plugin.http.deadline import Deadline
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Asked, Behaviour, Line, Rude, answer, head, in_turn
from tests.http.clients import BEARER, client


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_on_the_same_server_is_followed_with_the_token(status: int) -> None:
    with Rude(in_turn(answer(status, b"", {"Location": "/new?page=2"}), answer(200, [1]))) as server:
        assert client(server.url).json("old", {"page": 1}) == [1]
    assert [asked.path for asked in server.asked] == ["/old?page=1", "/new?page=2"]
    assert server.asked[1].headers["Authorization"] == BEARER["Authorization"]


def test_redirect_to_another_port_is_not_followed() -> None:
    with Rude(lambda _: answer(200, [])) as other:
        to_other = answer(302, b"", {"Location": f"{other.url}/steal?access_token=x"})
        with Rude(lambda _: to_other) as server, pytest.raises(ServerError, match="the token must not go") as caught:
            client(server.url).json("build")
    assert other.asked == []
    assert "access_token" not in str(caught.value)


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1:{port}/x",
        "//elsewhere.example.com/x",
        "http://localhost:{port}/x",
        "http://127.0.0.1:{port}@elsewhere.example.com/x",
        "http:\\\\elsewhere.example.com/x",
        "file:///etc/passwd",
        "http://[::1",
        "http://127.0.0.1:99999/x",
    ],
)
def test_redirect_to_a_similar_looking_host_is_not_followed(location: str) -> None:
    port = ""

    def behave(_: Asked) -> Behaviour:
        return answer(301, b"", {"Location": location.format(port=port)})

    with Rude(behave) as server:
        port = server.url.rpartition(":")[2]
        with pytest.raises(ServerError):
            client(server.url).json("build")
    assert len([asked for asked in server.asked if asked.path == "/build"]) == 1


def test_body_of_a_redirect_is_not_read() -> None:
    def endless(line: Line) -> None:
        line.send(head(302, {"Location": "/new", "Content-Length": str(10 * 1024**3)}))
        while line.pause(1):
            pass

    with Rude(in_turn(endless, answer(200, [1]))) as server:
        assert client(server.url, Deadline(5)).json("old") == [1]


def test_redirect_loop_ends() -> None:
    with Rude(lambda _: FAULTS["307 in a circle"]) as server, pytest.raises(ServerError, match="in a circle"):
        client(server.url).json("build")
    assert len(server.asked) == 5


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_write_is_never_redirected(status: int) -> None:
    to_new = answer(status, b"", {"Location": "/new"})
    with Rude(lambda _: to_new) as server, pytest.raises(ServerError, match=r"redirects to http://127.0.0.1:\d+/new"):
        client(server.url).write("POST", "comments", {"body": "text"})
    assert len(server.asked) == 1


def test_next_page_may_be_a_full_url_of_the_same_server() -> None:
    with Rude(lambda _: answer(200, [2])) as server:
        assert client(f"{server.url}/api/v3").json(f"{server.url}/api/v3/comments?page=2") == [2]


@pytest.mark.parametrize("page", ["http://elsewhere.example.com/next", "https://127.0.0.1/next", "file:///etc/passwd"])
def test_next_page_on_another_host_is_not_requested(page: str) -> None:
    with Rude(lambda _: answer(200, [])) as server, pytest.raises(ServerError, match="another host"):
        client(server.url).json(page)
    assert server.asked == []
