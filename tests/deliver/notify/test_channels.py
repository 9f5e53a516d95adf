"""Messages reach the services in the form that each of them documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.deliver.notify.send import send
from plugin.errors import PluginError
from plugin.http.deadline import Deadline
from plugin.model.notify import Channel, ChatFormat, ChatMessage
from plugin.render.chat_markup import draw
from tests.fakes.chats import Chats, chats

URLS = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#builds",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "teams": "workflows://prod-3a.westeurope.logic.azure.com:443/643e69f83c8944/4Cs1ODEcyPQRkaNUO3SVA",
    "matrix": "matrixs://syt_token@matrix.example.com/!room:example.com",
    "mattermost": "mmosts://mattermost.example.com/3ccdd113474722377935511fc85d3dd4",
    "telegram": "tgram://123456789:AbCdEfGhIjKlMnOpQrStUvWxYz/-100123456",
    "ntfy": "ntfys://ntfy.example.com/builds",
    "gotify": "gotifys://gotify.example.com/AbCdEfGhIjKlMnO",
    "dingtalk": "dingtalk://12345678901234567890",
    "feishu": "feishu://abcdef0123456789",
    "lark": "lark://abcdef0123456789",
    "wecom": "wecombot://693a1112-7aac-4bc4-97a0-0ec2dfa5aaa1",
    "google chat": "gchat://workspace/key/token",
    "webhook": "jsons://webhook.example.com/builds",
}
HOSTILE = (
    '<!here> @everyone @channel @all @room <@U1> <users/all> <at user_id="all"></at> </pre><script> ``` [x](//e) & é'
)
MESSAGE = ChatMessage(
    failed=True,
    heading=f"❌ octo/app main: test failed: {HOSTILE}",
    command=f"pytest {HOSTILE}",
    facts=(HOSTILE, "Failed after 3 s"),
    lines=tuple(f"E {number} {HOSTILE}" for number in range(5)),
    links=(("Build", "https://ci.example.com/octo/app/42"), ("Log", "https://ci.example.com/octo/app/42/1/2")),
)
LONG = ChatMessage(
    failed=True,
    heading="字" * 300,
    facts=("字" * 300,) * 3,
    lines=("字" * 160,) * 5,
    links=(("Build", f"https://ci.example.com/{'x' * 300}"),),
)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Chats]:
    with chats(monkeypatch, tmp_path) as found:
        yield found


def deliver(url: str, message: ChatMessage = MESSAGE, seconds: float = 20) -> str:
    def drawn(form: ChatFormat) -> tuple[str, str]:
        return draw(message, form)

    return send(Channel("chat", url), drawn, Deadline(seconds), failed=message.failed, verify=True)


def error(url: str, seconds: float = 20) -> str:
    with pytest.raises(PluginError) as caught:
        deliver(url, seconds=seconds)
    assert url.partition("://")[2] not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("message", [MESSAGE, LONG], ids=["hostile", "long"])
@pytest.mark.parametrize("service", URLS)
def test_payload_has_the_required_fields_and_keeps_the_limits(
    service: str, message: ChatMessage, services: Chats
) -> None:
    deliver(URLS[service], message)
    assert services.refused == []
    assert len(services.sent) == 1, "one message, not several parts"


@pytest.mark.parametrize("service", URLS)
def test_payload_contains_heading_command_lines_and_links(service: str, services: Chats) -> None:
    message = ChatMessage(
        failed=True,
        heading="❌ octo/app main: test failed",
        command="pytest -q",
        facts=("Failed after 3 s",),
        lines=("E   assert 1",),
        links=(("Build", "https://ci.example.com/octo/app/42"),),
    )
    deliver(URLS[service], message)
    text = str(services.sent[0].payload)
    for part in ("test failed", "pytest -q", "assert 1", "Failed after 3 s", "https://ci.example.com/octo/app/42"):
        assert part in text
    assert "githubusercontent" not in text
    assert "github.com/caronc" not in text, "no picture from another server"


def test_slack_gets_blocks_of_code_and_labeled_links(services: Chats) -> None:
    deliver(URLS["slack"])
    (attachment,) = services.sent[0].payload["attachments"]
    assert attachment["text"].startswith("```\n$ pytest &lt;")
    assert "<https://ci.example.com/octo/app/42|Build>" in attachment["text"]
    assert services.sent[0].payload["channel"] == "#builds"


def test_matrix_gets_html_and_the_same_as_text(services: Chats) -> None:
    deliver(URLS["matrix"])
    payload = services.sent[0].payload
    assert "<pre>$ pytest &lt;" in payload["formatted_body"]
    assert "<script>" not in payload["formatted_body"]
    assert "test failed" in payload["body"]


def test_a_mention_reaches_the_service_unescaped(services: Chats) -> None:
    for service, mention in (("slack", "<@U024BE7LH>"), ("discord", "<@80351110224678912>"), ("mattermost", "@alice")):
        deliver(URLS[service], ChatMessage(failed=True, heading="red", mention=mention))
        assert mention in str(services.sent[-1].payload)


# Errors


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_transient_answer_is_repeated(status: int, services: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)
    services.instead += [(status, ""), (status, "")]
    deliver(URLS["slack"])
    assert len(services.sent) == 3


def test_attempts_are_limited(services: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)
    services.instead += [(503, "")] * 9
    assert "the service answers 503" in error(URLS["slack"])
    assert len(services.sent) == 3


@pytest.mark.parametrize(
    ("status", "words"), [(404, "its token or its room is not valid"), (403, "not valid"), (400, "answers 400")]
)
def test_a_final_answer_is_not_repeated(status: int, words: str, services: Chats) -> None:
    services.instead += [(status, "")]
    assert words in error(URLS["slack"])
    assert len(services.sent) == 1


def test_a_redirect_is_not_followed(services: Chats) -> None:
    services.instead += [(307, "")]
    assert "redirect (307), which is not followed" in error(f"{URLS['webhook']}?redirect=yes")
    assert [request.host for request in services.sent] == ["webhook.example.com"]


def test_a_connection_that_broke_after_the_message_was_sent_is_not_repeated(services: Chats) -> None:
    def abort() -> None:
        raise ConnectionAbortedError

    services.instead += [abort]
    error(URLS["webhook"])
    assert len(services.sent) == 1


def test_a_slow_service_costs_no_more_time_than_is_left(services: Chats) -> None:
    import time

    services.instead += [lambda: time.sleep(3)]
    before = time.monotonic()
    assert "time limit" in error(URLS["webhook"], seconds=1)
    assert time.monotonic() - before < 2.5


def test_a_host_that_cannot_be_reached_is_named_as_the_cause() -> None:
    assert "cannot be reached" in error("json://127.0.0.1:9/x", seconds=6)


def test_a_certificate_that_is_not_trusted_is_named(services: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert "set `ca_bundle`" in error(URLS["webhook"])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nosuch://secret-token-1234", "Apprise knows no service `nosuch`"),
        ("slack://secret-token-1234", "is no valid URL of this service"),
        ("mqtt://secret-token-1234", "needs a package that is not installed"),
    ],
)
def test_an_unusable_url_is_named_without_its_secrets(url: str, words: str) -> None:
    message = error(url)
    assert words in message
    assert "channel `chat`" in message
    assert "secret" not in message
