"""Requests that the client sends, and responses that it accepts."""

import gzip
import json

import pytest

from plugin.errors import ServerError
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Rude, answer
from tests.http.clients import BEARER, client


def test_get_sends_the_token_and_the_user_agent() -> None:
    with Rude(lambda _: answer(200, {"number": 3})) as server:
        assert client(f"{server.url}/sub/").json("api/builds/3", {"page": 2}) == {"number": 3}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/sub/api/builds/3?page=2")
    assert asked.headers["Authorization"] == BEARER["Authorization"]
    assert asked.headers["User-Agent"].startswith("drone-failure-alert/")
    assert asked.headers["Accept-Encoding"] == "gzip"


def test_write_sends_json() -> None:
    with Rude(lambda _: answer(201, {"id": 1})) as server:
        assert client(server.url).write("POST", "comments", {"body": "é"}).json() == {"id": 1}
    (asked,) = server.asked
    assert json.loads(asked.body) == {"body": "é"}
    assert asked.headers["Content-Type"] == "application/json"


def test_gzip_response_is_decompressed() -> None:
    packed = gzip.compress(json.dumps(["a" * 100_000]).encode())
    with Rude(lambda _: answer(200, packed, {"Content-Encoding": "gzip"})) as server:
        assert client(server.url).json("log") == ["a" * 100_000]


def test_cookies_and_netrc_are_ignored(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:  # noqa: PTH123
        file.write("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", netrc)
    with Rude(lambda _: answer(200, {}, {"Set-Cookie": "session=1"})) as server:
        api = client(server.url)
        api.json("one")
        api.json("two")
    assert [asked.headers["Authorization"] for asked in server.asked] == [BEARER["Authorization"]] * 2
    assert "Cookie" not in server.asked[1].headers


def test_accepted_status_does_not_raise() -> None:
    with Rude(lambda _: answer(404, {"message": "Not Found"})) as server:
        assert client(server.url).get("version", accept_status=(404,)).status == 404


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("HTML", r"text/html instead of JSON.*`server` \(http://127"),
        ("empty", "not complete JSON"),
        ("truncated JSON", "not complete JSON"),
        ("deep JSON", "not complete JSON"),
        ("half a gzip", "incomplete gzip"),
        ("packed unasked", "the encoding 'br'"),
        ("404", r"answered 404 \(Not Found\)"),
        ("502", "answered 502$"),
        ("503", r"answered 503 \(upstream is away\)"),
    ],
)
def test_unusable_response_is_an_error_that_names_the_cause(fault: str, message: str) -> None:
    with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(ServerError, match=message):
        client(server.url).json("api/builds/3")


def test_error_contains_status_and_remedy() -> None:
    with (
        Rude(lambda _: answer(401, {"message": "no"})) as server,
        pytest.raises(ServerError, match=r"GET http://127.0.0.1:\d+/api: answered 401 \(no\); set `token`") as caught,
    ):
        client(server.url).json("api", {"page": 1}, remedies={401: "set `token`"})
    assert caught.value.status == 401


def test_write_answered_with_a_web_page_is_an_error() -> None:
    with Rude(lambda _: FAULTS["HTML"]) as server, pytest.raises(ServerError, match="instead of JSON"):
        client(server.url).write("POST", "comments", {"body": "text"})


def test_write_answered_with_an_empty_body_succeeds() -> None:
    with Rude(lambda _: answer(204, b"", kind="text/html")) as server:
        assert client(server.url).write("DELETE", "comments/1").status == 204


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ci.example.com",
        "ftp://ci.example.com",
        "http://",
        "https://[::1",
        "http://a:99999",
        "http://a:0",
        "http://a:b",
    ],
)
def test_error_for_an_invalid_url_names_the_setting(address: str) -> None:
    with pytest.raises(ServerError, match="setting `server` must be a URL"):
        client(address)


def test_token_with_a_line_break_is_an_error_that_does_not_show_it() -> None:
    with pytest.raises(ServerError, match="not allowed in the Authorization header") as caught:
        client("http://127.0.0.1", headers={"Authorization": "Bearer to\nken-value"})
    assert "ken-value" not in str(caught.value)
