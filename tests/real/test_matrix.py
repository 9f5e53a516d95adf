"""A message to a real Matrix server, Synapse, is read back from its room."""

import importlib.util
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from plugin.deliver.notify.send import send
from plugin.http.deadline import Deadline
from plugin.model.notify import Channel, ChatMessage
from plugin.render.chat_markup import draw

PASSWORD = "a-password-of-the-bot"
needs_synapse = pytest.mark.skipif(
    importlib.util.find_spec("synapse") is None, reason="matrix-synapse is not installed: make .venv/.matrix"
)
_LISTENER = """\
server_name: localhost
listeners:
  - {port: %d, type: http, tls: false, bind_addresses: [127.0.0.1], resources: [{names: [client]}]}
database: {name: sqlite3, args: {database: %s/homeserver.db}}
media_store_path: %s/media
signing_key_path: %s/signing.key
pid_file: %s/synapse.pid
registration_shared_secret: shared-secret-of-the-test
report_stats: false
trusted_key_servers: []
"""


@dataclass
class Synapse:
    url: str
    token: str
    room: str

    def messages(self) -> list[dict[str, str]]:
        answer = requests.get(
            f"{self.url}/_matrix/client/v3/rooms/{self.room}/messages?dir=b&limit=20",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=10,
        ).json()
        return [event["content"] for event in answer["chunk"] if event["type"] == "m.room.message"]


@pytest.fixture
def synapse(tmp_path: Path) -> Iterator[Synapse]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    config = tmp_path / "homeserver.yaml"
    config.write_text(_LISTENER % (port, *[tmp_path] * 4))
    module = [sys.executable, "-m", "synapse.app.homeserver", "-c", str(config)]
    subprocess.run([*module, "--generate-keys"], cwd=tmp_path, check=True, capture_output=True)
    with tmp_path.joinpath("synapse.log").open("w") as log:
        server = subprocess.Popen(module, cwd=tmp_path, stdout=log, stderr=log)
        try:
            yield _ready(f"http://127.0.0.1:{port}", config)
        finally:
            server.terminate()
            server.wait(20)


def _ready(url: str, config: Path) -> Synapse:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(requests.RequestException):
            if requests.get(f"{url}/health", timeout=2).ok:
                break
        time.sleep(0.3)
    register = [
        str(Path(sys.executable).with_name("register_new_matrix_user")),
        "-u",
        "bot",
        "-p",
        PASSWORD,
        "--no-admin",
    ]
    subprocess.run([*register, "-c", str(config), url], check=True, capture_output=True)
    login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": "bot"}, "password": PASSWORD}
    token = requests.post(f"{url}/_matrix/client/v3/login", json=login, timeout=10).json()["access_token"]
    created = requests.post(
        f"{url}/_matrix/client/v3/createRoom",
        json={"preset": "private_chat"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return Synapse(url, token, created.json()["room_id"])


@needs_synapse
@pytest.mark.parametrize("account", ["bot:{password}", "{token}"], ids=["password", "token"])
def test_message_arrives_as_html_and_text(account: str, synapse: Synapse) -> None:
    who = account.format(password=PASSWORD, token=synapse.token)
    channel = Channel(
        "room", f"matrix://{who}@{synapse.url.removeprefix('http://')}/{synapse.room}?discovery=no&hsreq=no"
    )
    message = ChatMessage(
        failed=True,
        heading="❌ octo/app main: test failed: @room <b>",
        lines=("E   assert 1 < 2",),
        links=(("Build", "https://ci.example.com/octo/app/42"),),
    )
    send(channel, lambda form: draw(message, form), Deadline(30), failed=True, verify=True)
    (found,) = synapse.messages()
    assert found["formatted_body"].startswith("<b>❌ octo/app main: test failed: @\u200broom &lt;b&gt;</b>")
    assert "<pre>E   assert 1 &lt; 2</pre>" in found["formatted_body"]
    assert "test failed" in found["body"]
    assert "@room" not in found["body"]
