"""Every channel in docs/notifications.md is parsed as a setting and sent to a recorder."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from plugin.deliver.notify.send import send
from plugin.http.deadline import Deadline
from plugin.model.notify import ChatMessage
from plugin.render.chat_markup import draw
from plugin.settings.parse import read_settings
from tests.docs.examples import ROOT, as_environment, examples
from tests.fakes.chats import Chats, chats
from tests.fakes.mail import MailServer, mail_server

PAGE = "docs/notifications.md"
MESSAGE = ChatMessage(
    failed=True,
    heading="❌ octo/app main: test failed",
    lines=("E   assert 1 == 2",),
    links=(("Build", "https://ci.example.com/octo/app/42"),),
)


def documented() -> list[str]:
    """Return the values of `notify_urls` in the page that contain URLs."""
    values = (example.value for example in examples() if example.place.startswith(PAGE))
    found = [value["notify_urls"] for value in values if isinstance(value, dict) and "notify_urls" in value]
    return [value for value in found if isinstance(value, str)]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Chats]:
    with chats(monkeypatch, tmp_path) as found:
        yield found


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(monkeypatch, tmp_path) as server:
        yield server


def test_each_service_of_the_table_has_an_example() -> None:
    schemas = {url.partition("://")[0] for url in documented()}
    assert schemas >= {
        *("slack", "discord", "workflows", "matrixs", "mmosts", "tgram", "rockets", "gchat", "zulip", "mailtos"),
        *("ntfys", "gotifys", "dingtalk", "feishu", "lark", "wecombot", "jsons"),
    }


@pytest.mark.parametrize("value", documented(), ids=lambda value: re.split("://|\n", value)[0])
def test_example_is_parsed_and_sent(value: str, services: Chats, mail: MailServer) -> None:
    settings, problems = read_settings({"PLUGIN_NOTIFY_URLS": value})
    assert problems == ()
    for channel in settings.notify_urls:
        send(channel, lambda form: draw(MESSAGE, form), Deadline(20), failed=True, verify=True)
    received = [*(str(request.payload) for request in services.sent), *map(str, mail.messages)]
    assert len(received) >= len(settings.notify_urls), "mail is sent to each address"
    assert services.refused == []
    assert all("test failed" in text or "octo/app_main" in text for text in received)


def test_example_of_rules_is_valid() -> None:
    (rules,) = (
        example.value
        for example in examples()
        if example.place.startswith(PAGE) and isinstance(example.value, dict) and "notify" in example.value
    )
    secret = "team: slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ\nops: json://localhost"
    assert isinstance(rules, dict)
    settings, problems = read_settings(as_environment(rules, {"notify_urls": secret}))
    assert problems == ()
    assert [rule.name for rule in settings.notify] == ["team", "ops", "public"]


def test_keys_of_the_table_are_those_of_a_rule() -> None:
    from plugin.settings.notify import KEYS

    page = ROOT.joinpath(PAGE).read_text("utf-8")
    section = page[page.index("| key | meaning") : page.index("`notify` can also be")]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == KEYS
    assert yaml.safe_load("on: 1") == {True: 1}, "as the page says of Drone's YAML"
