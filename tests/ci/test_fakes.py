"""The fakes answer as rudely as the real ones: status, kind and body to the byte, from what is known about servers."""

import pytest
import requests

from tests.ci.conftest import Start
from tests.fakes.servers.server import TOKEN, Fault
from tests.fakes.servers.truth import Fate, TrueStep, build

MAKE = TrueStep("test", code=1, log="+ make\nboom\n")
RUNS = TrueStep("slow", fate=Fate.RUNNING, log="+ make\n")
JSON, UTF8 = "application/json", "application/json; charset=utf-8"
TEXT, HTML = "text/plain; charset=utf-8", "text/html; charset=UTF-8"
D2, W = "/api/repos/octo/demo/builds", "/api/repos/17"
GN = "/api/v1/repos/space/sub/demo/+/pipelines/build-and-test/executions"
USER, GUEST, WRONG = f"Bearer {TOKEN}", "", "Bearer wrong"
DRONES = ("drone-1-agent", "drone-1", "drone-2")
WOODPECKERS = ("woodpecker-1.0", "woodpecker-2.5", "woodpecker-3.17")
NO_ROWS = '{"message":"sql: no rows in result set"}\n'
STORED = '[{"pos":0,"out":"+ make\\n","time":0},{"pos":1,"out":"boom\\n","time":0}]\n'
CHUNKS = '[{"proc":"test","pos":0,"out":"+ make\\n"},{"proc":"test","pos":1,"out":"boom\\n"}]'
LINES = (
    '[{"id":555,"step_id":13201,"time":0,"line":0,"data":"KyBtYWtl","type":0},'
    '{"id":556,"step_id":13201,"time":0,"line":1,"data":"Ym9vbQ==","type":0}]'
)

ANSWERS = [
    # servers, path, who, status, kind, body
    (DRONES, f"{D2}/42/logs/1/9", USER, 404, JSON, NO_ROWS),
    (DRONES, f"{D2}/42/logs/1/2", USER, 200, JSON, STORED),
    (DRONES, f"{D2}/42/logs/1/3", USER, 200, JSON, "null\n"),
    (DRONES, f"{D2}/99", USER, 404, JSON, NO_ROWS),
    (DRONES, f"{D2}/x", USER, 400, JSON, '{"message":"strconv.ParseInt: parsing \\"x\\": invalid syntax"}\n'),
    (DRONES, "/api/repos/octo/demo", GUEST, 401, JSON, '{"message":"Unauthorized"}\n'),
    (DRONES, "/api/repos/octo/demo", WRONG, 401, JSON, '{"message":"Unauthorized"}\n'),
    (DRONES, "/api/repos/octo/none", USER, 404, JSON, '{"message":"Not Found"}\n'),
    (DRONES, "/api/repos/octo/demo/logs/42/1", USER, 404, TEXT, "404 page not found\n"),
    (DRONES, "/api/version", USER, 404, TEXT, "404 page not found\n"),
    (("drone-1",), "/version", GUEST, 200, JSON, '{"version":"1.10.1"}\n'),
    (("drone-0.8", "woodpecker-0.15"), f"{D2}/99", USER, 500, "", ""),
    (("drone-0.8", "woodpecker-0.15"), f"{D2}/x", USER, 400, "", ""),
    (("drone-0.8", "woodpecker-0.15"), "/api/repos/octo/demo/logs/42/9", USER, 404, "", ""),
    (("drone-0.8", "woodpecker-0.15"), "/api/repos/octo/demo/logs/99/3", USER, 404, "", ""),
    (("drone-0.8", "woodpecker-0.15"), "/api/repos/octo/none", USER, 404, "", ""),
    (("drone-0.8", "woodpecker-0.15"), "/api/repos/octo/none", GUEST, 401, "", ""),
    (("drone-0.8", "woodpecker-0.15"), "/api/user", WRONG, 401, TEXT, "User not authorized"),
    (("drone-0.8", "woodpecker-0.15"), "/api/version", USER, 200, HTML, "<html>drone</html>"),
    (("drone-0.8",), "/api/repos/octo/demo/logs/42/3", USER, 200, JSON, CHUNKS),
    (("drone-0.8",), "/api/repos/octo/demo/logs/42/4", USER, 200, JSON, "null"),
    (("woodpecker-0.15",), "/api/repos/octo/demo/logs/42/3", USER, 200, JSON, CHUNKS.replace('"pos":0,', "")),
    (WOODPECKERS, f"{W}/logs/42/13202", USER, 200, UTF8, "null"),
    (WOODPECKERS, f"{W}/pipelines/99", USER, 404, "", ""),
    (WOODPECKERS, "/api/repos/octo/pipelines", USER, 400, "", ""),
    (WOODPECKERS, f"{W}/logs/42/test", USER, 400, "", ""),
    (WOODPECKERS, "/api/repos/lookup/octo/demo", GUEST, 401, "", ""),
    (WOODPECKERS, "/api/repos/lookup/octo/none", USER, 404, "", ""),
    (WOODPECKERS, f"{W}/pipelines/42", TOKEN, 401, "", ""),
    (WOODPECKERS, "/api/user", GUEST, 401, TEXT, "User not authorized"),
    (("woodpecker-3.17",), f"{W}/logs/42/13201", USER, 200, UTF8, LINES),
    (("harness",), f"{GN}/42/logs/1/9", USER, 404, UTF8, '{"message":"Not Found"}\n'),
    (("harness",), f"{GN}/42/logs/1/3", USER, 200, UTF8, "[]\n"),
    (("harness",), f"{GN}/42/logs/1/2", USER, 200, UTF8, STORED),
    (("harness",), f"{GN}/99", USER, 404, UTF8, '{"message":"Not Found"}\n'),
    (("harness",), f"{GN}/42", WRONG, 401, UTF8, '{"message":"Unauthorized"}\n'),
    (("harness",), f"{GN}/42", GUEST, 403, UTF8, '{"message":"Forbidden"}\n'),
    (("harness",), f"{GN}/42", "Bearer token-of-a-stranger", 403, UTF8, '{"message":"Forbidden"}\n'),
    (
        ("harness",),
        GN.replace("space/sub/demo/+", "space%2Fsub%2Fdemo") + "/99",
        USER,
        404,
        UTF8,
        '{"message":"Not Found"}\n',
    ),
    (("harness",), "/api/v1/system/version", GUEST, 200, TEXT, "3.3.0"),
]
CASES = [(server, *client) for servers, *client in ANSWERS for server in servers]


@pytest.mark.parametrize(
    ("server", "path", "who", "status", "kind", "body"), CASES, ids=[f"{case[0]} {case[1]} {case[3]}" for case in CASES]
)
def test_answers(server: str, path: str, who: str, status: int, kind: str, body: str, start: Start) -> None:
    fake = start(server, build(MAKE, TrueStep("silent", log=b"")))

    found = requests.get(fake.url + path, headers={"Authorization": who} if who else {}, timeout=5)

    assert (found.status_code, found.headers.get("Content-Type", ""), found.text) == (status, kind, body)


@pytest.mark.parametrize("server", WOODPECKERS)
def test_woodpecker_has_its_page_for_every_path_that_is_none(server: str, start: Start) -> None:
    found = requests.get(start(server, build()).url + "/api/nonsense", timeout=5)

    assert (found.status_code, found.headers["Content-Type"]) == (200, HTML)
    assert found.text.startswith("<!DOCTYPE html>")


STREAMS = [
    ("drone-0.8", "/stream/logs/octo/demo/42/4", ": ping\n\nevent: error\ndata: eof\n\n"),
    (
        "woodpecker-3.13",
        "/api/stream/logs/17/42/13201",
        (
            ': ping\n\nid: 1\ndata: {"id":0,"step_id":13201,"time":0,"line":0,"data":"KyBtYWtl","type":0}\n\n'
            "event: error\ndata: eof\n\n"
        ),
    ),
    (
        "woodpecker-3.17",
        "/api/stream/logs/17/42/13201",
        (
            ': ping\n\nid: 1\ndata: {"id":0,"step_id":13201,"time":0,"line":0,"data":"KyBtYWtl","type":0}\n\n'
            "event: eof\ndata: eof\n\n"
        ),
    ),
    ("woodpecker-3.17", "/api/stream/logs/17/42/13200", ": ping\n\nevent: error\ndata: step not running (anymore)\n\n"),
    ("drone-2", "/api/stream/octo/demo/42/1/1", ": ping\n\nevent: error\ndata: eof\n\n"),
    ("harness", f"{GN}/42/logs/1/9/stream", ': ping\n\n{"message":"Not Found"}\n'),
]


@pytest.mark.parametrize(("server", "path", "text"), STREAMS, ids=[f"{case[0]} {case[1]}" for case in STREAMS])
def test_streams(server: str, path: str, text: str, start: Start) -> None:
    found = requests.get(start(server, build(RUNS)).url + path, headers={"Authorization": USER}, timeout=5)

    assert (found.headers["Content-Type"], found.text) == ("text/event-stream", text)


def test_stream_of_a_running_step_of_drone(start: Start) -> None:
    """Two empty lines behind each entry, and no number before it."""
    path = "/api/stream/octo/demo/42/1/2"
    with requests.get(
        start("drone-2", build(RUNS)).url + path, headers={"Authorization": USER}, timeout=5, stream=True
    ) as found:
        start_of_it = found.raw.read(len(expected := b': ping\n\ndata: {"pos":0,"out":"+ make\\n","time":0}\n\n\n'))

    assert start_of_it == expected


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT], ids=lambda fault: fault.name)
def test_faults_break_the_connection(fault: Fault, start: Start) -> None:
    fake = start("drone-2", build(MAKE))
    fake.fault("builds", fault)

    with pytest.raises(requests.RequestException):
        requests.get(f"{fake.url}{D2}/42", headers={"Authorization": USER}, timeout=5)
    assert requests.get(f"{fake.url}{D2}/42", headers={"Authorization": USER}, timeout=5).status_code == 200
