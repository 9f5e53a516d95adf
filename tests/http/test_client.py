"""What is sent, and what of the answers is taken for a value."""

import gzip
import json

import pytest

from plugin.errors import ServerError
from tests.fakes.faults import FAULTS
from tests.fakes.rude import Rude, answer
from tests.http.clients import BEARER, client


def test_a_get_shows_the_token_and_who_asks() -> None:
    with Rude(lambda _: answer(200, {"number": 3})) as server:
        assert client(f"{server.url}/sub/").json("api/builds/3", {"page": 2}) == {"number": 3}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/sub/api/builds/3?page=2")
    assert asked.headers["Authorization"] == BEARER["Authorization"]
    assert asked.headers["User-Agent"].startswith("drone-failure-alert/")
    assert asked.headers["Accept-Encoding"] == "gzip"


def test_a_write_sends_json() -> None:
    with Rude(lambda _: answer(201, {"id": 1})) as server:
        assert client(server.url).write("POST", "comments", {"body": "é"}).json() == {"id": 1}
    (asked,) = server.asked
    assert json.loads(asked.body) == {"body": "é"}
    assert asked.headers["Content-Type"] == "application/json"


def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(json.dumps(["a" * 100_000]).encode())
    with Rude(lambda _: answer(200, packed, {"Content-Encoding": "gzip"})) as server:
        assert client(server.url).json("log") == ["a" * 100_000]


def test_cookies_and_netrc_are_not_used(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_accepted_status_is_an_answer() -> None:
    with Rude(lambda _: answer(404, {"message": "Not Found"})) as server:
        assert client(server.url).get("version", accept_status=(404,)).status == 404


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("HTML", r"text/html instead of JSON.*`server` \(http://127"),
        ("empty", "not whole JSON"),
        ("truncated JSON", "not whole JSON"),
        ("deep JSON", "not whole JSON"),
        ("half a gzip", "half of a gzip"),
        ("packed unasked", "packed as 'br'"),
        ("404", r"answered 404 \(Not Found\)"),
        ("502", "answered 502$"),
        ("503", r"answered 503 \(upstream is away\)"),
    ],
)
def test_what_is_no_value_is_told(fault: str, told: str) -> None:
    with Rude(lambda _: FAULTS[fault]) as server, pytest.raises(ServerError, match=told):
        client(server.url).json("api/builds/3")


def test_the_status_and_its_remedy_are_told() -> None:
    with (
        Rude(lambda _: answer(401, {"message": "no"})) as server,
        pytest.raises(ServerError, match=r"GET http://127.0.0.1:\d+/api: answered 401 \(no\); set `token`") as caught,
    ):
        client(server.url).json("api", {"page": 1}, remedies={401: "set `token`"})
    assert caught.value.status == 401


def test_a_write_answered_by_a_web_page_did_not_arrive() -> None:
    with Rude(lambda _: FAULTS["HTML"]) as server, pytest.raises(ServerError, match="instead of JSON"):
        client(server.url).write("POST", "comments", {"body": "text"})


def test_a_write_answered_by_nothing_arrived() -> None:
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
def test_what_is_no_address_is_told_with_its_setting(address: str) -> None:
    with pytest.raises(ServerError, match="setting `server` must be an address"):
        client(address)


def test_a_token_that_no_header_can_carry() -> None:
    with pytest.raises(ServerError, match="no Authorization header can carry") as caught:
        client("http://127.0.0.1", headers={"Authorization": "Bearer to\nken-value"})
    assert "ken-value" not in str(caught.value)
