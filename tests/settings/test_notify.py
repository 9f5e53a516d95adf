"""Channels and rules of notifications are read in every form that servers send; no error shows a URL."""

import json
from types import MappingProxyType

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from plugin.model.notify import Channel, NotifyRule
from plugin.settings.notify import channels, resolved, secret_parts
from plugin.settings.notify import rules as parsed_rules
from plugin.settings.parse import read_settings

SLACK = "slack://T1/B2/secret-token-of-slack"
MAIL = "mailtos://bot:secret-of-mail@example.com?to=a@example.com,b@example.com"
HOOK = "https://hooks.example.com/x,y"
URLS = (SLACK, MAIL, HOOK)
NAMED = {"chat": SLACK, "mail": MAIL}
KNOWN = tuple(Channel(name, url) for name, url in NAMED.items())


def rules(text: str, known: tuple[Channel, ...]) -> tuple[NotifyRule, ...]:
    return resolved(parsed_rules(text), known)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n".join(URLS), id="secret with one URL in each line"),
        pytest.param("\r\n".join(URLS) + "\r\n\r\n", id="Windows line breaks"),
        pytest.param(",".join(URLS), id="YAML list, which all servers join with commas"),
        pytest.param(", ".join(URLS), id="comma and space"),
        pytest.param(json.dumps(URLS), id="JSON list"),
        pytest.param(yaml.safe_dump(list(URLS)), id="YAML list as text of a secret"),
    ],
)
def test_list_of_urls(text: str) -> None:
    assert channels(text) == tuple(Channel("", url) for url in URLS)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps(NAMED), id="map, which all servers send as JSON"),
        pytest.param(json.dumps(NAMED, separators=(",", ":")), id="compact JSON"),
        pytest.param(yaml.safe_dump(NAMED), id="YAML map as text of a secret"),
        pytest.param("\n# channels\nchat: " + SLACK + "\nmail: '" + MAIL + "'\n", id="YAML text with a comment"),
    ],
)
def test_map_of_names_to_urls(text: str) -> None:
    assert channels(text) == KNOWN


def test_single_url_is_a_list_of_one() -> None:
    assert channels(f" {MAIL} ") == (Channel("", MAIL),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("secret-word", "entry 'number 1' is none"),
        (f"{SLACK}\nsecret-word", "must contain URLs"),
        ('{"chat": {"from_secret": "chat_url"}}', "put the whole map into one secret"),
        ('{"chat": 7}', "entry 'chat' is none"),
        ("chat: [" + SLACK, "no valid YAML"),
        (f"chat: {SLACK}\nchat: {MAIL}", "a key is missing or appears twice"),
    ],
)
def test_error_in_channels_shows_no_secret(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        channels(text)
    assert "secret-word" not in str(caught.value)
    assert "secret-token" not in str(caught.value)


RULES = {
    "team": {"to": "chat", "on": "fixed", "branch": ["main", "release/*"], "lines": 2},
    "ops": {"to": ["mail", HOOK], "category": "infrastructure,resource", "events": ["push", "cron"]},
    "who": {"mention": {"Alice@example.com": "@alice"}},
}
EXPECTED = (
    NotifyRule("team", (KNOWN[0],), on="fixed", branches=("main", "release/*"), lines=2),
    NotifyRule(
        "ops", (KNOWN[1], Channel("", HOOK)), events=("push", "cron"), categories=("infrastructure", "resource")
    ),
    NotifyRule("who", KNOWN, mentions=MappingProxyType({"alice@example.com": "@alice"})),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps(RULES), id="map, which all servers send as JSON"),
        pytest.param(yaml.safe_dump(RULES, sort_keys=False), id="YAML text"),
        pytest.param(json.dumps(RULES).replace('"on"', '"true"'), id="Drone, which reads `on` as a boolean"),
    ],
)
def test_map_of_rules(text: str) -> None:
    assert rules(text, KNOWN) == EXPECTED


@pytest.mark.parametrize(
    "text", [json.dumps([*RULES.values()]), yaml.safe_dump([*RULES.values()])], ids=["JSON", "YAML"]
)
def test_list_of_rules_has_numbers_as_names(text: str) -> None:
    assert [(rule.name, rule.to, rule.on) for rule in rules(text, KNOWN)] == [
        (str(number), rule.to, rule.on) for number, rule in enumerate(EXPECTED, 1)
    ]


def test_names_in_a_rule_may_be_a_list_or_a_text_with_commas() -> None:
    (listed,) = rules('{"a": {"branch": ["main", "release/*"]}}', KNOWN)
    (text,) = rules('{"a": {"branch": "main, release/*"}}', KNOWN)
    assert listed.branches == text.branches == ("main", "release/*")


def test_mail_addresses_of_mentions_are_lowercase() -> None:
    (rule,) = rules('{"a": {"mention": {"Alice@Example.com": "@alice"}}}', KNOWN)
    assert rule.mentions == {"alice@example.com": "@alice"}


def test_list_of_rules_of_woodpecker_0_15_is_an_error_that_shows_the_map_form() -> None:
    joined = ",".join(json.dumps(rule) for rule in RULES.values())
    with pytest.raises(ValueError, match=r"does not send a list of rules; write a map of rules such as `team: \{"):
        rules(joined, KNOWN)


@pytest.mark.parametrize("value", [[SLACK, MAIL], f"{SLACK},{MAIL}"])
def test_urls_in_to_keep_their_commas(value: object) -> None:
    (rule,) = rules(json.dumps({"a": {"to": value}}), ())
    assert [channel.url for channel in rule.to] == [SLACK, MAIL]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"to": "chta"}, "names the channel 'chta' in rule 'a', which `notify_urls` does not have"),
        ({"on": "sometimes"}, "one of failure, change, fixed, always as `on` in rule 'a'"),
        ({"category": "nothing"}, "as `category` in rule 'a'"),
        ({"lines": 50}, "number from 0 to 5 as `lines`"),
        ({"lines": True}, "number from 0 to 5 as `lines`"),
        ({"mention": "alice"}, "must have a map such as"),
        ({"events": {"push": 1}}, "a text or a list of texts as `events`"),
        (
            {"tto": "chat"},
            "unknown key 'tto' in rule 'a'; known keys: to, on, events, branch, category, mention, lines",
        ),
        ("chat", "rule 'a' is no map"),
    ],
)
def test_error_in_a_rule_names_rule_and_key(rule: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rules(json.dumps({"a": rule}), KNOWN)


@pytest.mark.parametrize("text", ["on failure", "7", "", '"text"'])
def test_value_that_is_no_map_of_rules_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="a map of rules"):
        rules(text, KNOWN)


def test_rule_without_any_channel_is_an_error() -> None:
    with pytest.raises(ValueError, match="set `notify_urls`"):
        rules('{"a": {"on": "always"}}', ())


@pytest.mark.parametrize(
    ("url", "secret", "public"),
    [
        (SLACK, "secret-token-of-slack", "T1"),
        (MAIL, "secret-of-mail", "example.com"),
        ("mailto://bot:p%40ss@mail.example.com:2525?to=team@example.com", "p@ss", "mail.example.com"),
        ("slack://xoxb-1234-abcd@T1/#backend-alerts", "xoxb-1234-abcd", "backend-alerts"),
        ("mmost://chat.example.com/3ccdd113474722377935511fc85d3dd4", "3ccdd113474722377935511fc85d3dd4", "chat"),
        ("tgram://123456789:AbCdEfGhIj/12315544", "AbCdEfGhIj", "tgram"),
        ("json://bot:s3cret@10.20.30.40:8080/builds", "s3cret", "10.20.30.40"),
    ],
)
def test_secret_parts_of_a_url_are_known_for_masking(url: str, secret: str, public: str) -> None:
    parts = set(secret_parts(url))
    assert {url, secret} <= parts
    assert public not in parts
    assert "secret" not in repr(Channel("chat", url))


@given(st.text(max_size=80) | st.text("{}[]:,'\"- \nabc/", max_size=80))
def test_any_text_is_read_or_a_value_error(text: str) -> None:
    for parse in (channels, lambda text: rules(text, KNOWN)):
        try:
            parse(text)
        except ValueError:
            continue


# As each server sends them: settings in the pipeline file become variables, see docs/servers.md


def sent(server: str, value: object) -> str:
    """Return the text of a setting as the server sends it."""
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    if isinstance(value, list):
        nested = any(isinstance(item, dict | list) for item in value)
        if nested and server != "woodpecker-0.15":
            return json.dumps(value, separators=(",", ":"))
        return ",".join(json.dumps(item, separators=(",", ":")) if nested else str(item) for item in value)
    return str(value)


@pytest.mark.parametrize("server", ["drone-0.8", "drone", "woodpecker-0.15", "woodpecker", "harness"])
@pytest.mark.parametrize(
    ("urls", "names"),
    [
        pytest.param(list(URLS), ["", "", ""], id="list"),
        pytest.param(NAMED, ["chat", "mail"], id="map"),
        pytest.param("\n".join(URLS), ["", "", ""], id="secret"),
        pytest.param(yaml.safe_dump(NAMED), ["chat", "mail"], id="secret with a map"),
        pytest.param(SLACK, [""], id="one"),
    ],
)
def test_channels_as_each_server_sends_them(server: str, urls: object, names: list[str]) -> None:
    settings, problems = read_settings({"PLUGIN_NOTIFY_URLS": sent(server, urls)})
    assert problems == ()
    assert [channel.name for channel in settings.notify_urls] == names
    assert {channel.url for channel in settings.notify_urls} <= set(URLS)


@pytest.mark.parametrize("server", ["drone-0.8", "drone", "woodpecker-0.15", "woodpecker", "harness"])
@pytest.mark.parametrize("form", ["map", "list", "text"])
def test_rules_as_each_server_sends_them(server: str, form: str) -> None:
    rules_of_form = {"map": RULES, "list": [*RULES.values()], "text": yaml.safe_dump(RULES, sort_keys=False)}
    environ = {"PLUGIN_NOTIFY_URLS": sent(server, NAMED), "PLUGIN_NOTIFY": sent(server, rules_of_form[form])}
    settings, problems = read_settings(environ)
    if (server, form) == ("woodpecker-0.15", "list"):
        assert "write a map of rules such as `team: {to: chat, on: change}`" in str(problems[0])
        assert settings.notify == ()
        return
    assert problems == ()
    assert [rule.to for rule in settings.notify] == [rule.to for rule in EXPECTED]


def test_rule_that_names_an_unknown_channel_is_an_error_of_the_setting() -> None:
    environ = {"PLUGIN_NOTIFY_URLS": sent("drone", NAMED), "PLUGIN_NOTIFY": '{"a": {"to": "chta"}}'}
    settings, (problem,) = read_settings(environ)
    assert str(problem) == "setting `notify` names the channel 'chta' in rule 'a', which `notify_urls` does not have"
    assert settings.notify == ()
