"""Parse the channels (`notify_urls`) and rules (`notify`) of notifications, in every form that servers send.

Servers send a list of texts joined by commas, a map or a list of maps as JSON, and a secret as its text, which may be
YAML. Woodpecker 0.15 joins a list of maps with commas, which is no JSON.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import cast, get_args
from urllib.parse import unquote

from plugin.frozen import replace
from plugin.model.excerpt import Category
from plugin.model.notify import Channel, NotifyOn, NotifyRule

_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S", re.IGNORECASE)
_BETWEEN_URLS = re.compile(r"\s*\n\s*|\s*,\s*(?=[a-z][a-z0-9+.-]*://)", re.IGNORECASE)
_NAMED = re.compile(r"^\s*[\w .-]+:\s+\S", re.MULTILINE)
"""An entry of a YAML map; a URL has no space after its colon."""
KEYS = ("to", "on", "events", "branch", "category", "mention", "lines")
_MAX_LINES = 5
_FORM = "a map of rules such as `team: {to: chat, on: change}`"


def channels(text: str) -> tuple[Channel, ...]:
    """Return the channels of `notify_urls`: URLs, one per line or separated by commas, or a map of name to URL.

    Raise ValueError that quotes no URL.
    """
    text = text.strip()
    value = _json(text)
    if value is None and not _URL.match(text) and (_NAMED.search(text) or text.startswith("- ")):
        value = _yaml(text)
    if isinstance(value, dict):
        return tuple(Channel(name, _checked_url(url, name)) for name, url in value.items())
    listed = value if isinstance(value, list) else [url for url in _BETWEEN_URLS.split(text) if url]
    return tuple(Channel("", _checked_url(url, f"number {number}")) for number, url in enumerate(listed, 1))


def rules(text: str) -> tuple[NotifyRule, ...]:
    """Return the rules of `notify`, a map of names to rules or a list of rules; their channels have no URLs yet.

    Raise ValueError that names the rule and the key.
    """
    value = _json(text)
    if value is None:
        if text.lstrip().startswith("{") and re.search(r"\}\s*,\s*\{", text):  # Woodpecker 0.15
            raise ValueError(f"cannot be read: this server does not send a list of rules; write {_FORM}")
        value = _yaml(text)
    if isinstance(value, list):
        value = {str(number): rule for number, rule in enumerate(value, 1)}
    if not isinstance(value, dict):
        raise ValueError(f"must be {_FORM}, or a list of rules")
    return tuple(_rule(str(name), rule) for name, rule in value.items())


def resolved(found: Sequence[NotifyRule], known: Sequence[Channel]) -> tuple[NotifyRule, ...]:
    """Return the rules with the URLs of their channels; all known channels in a rule without `to`.

    Raise ValueError where a rule names a channel that is not known, or has none.
    """
    return tuple(replace(rule, to=_resolved(rule, known)) for rule in found)


def _resolved(rule: NotifyRule, known: Sequence[Channel]) -> tuple[Channel, ...]:
    where = f"rule {_shown(rule.name)}"
    channels_of_rule: list[Channel] = []
    for target in rule.to:
        named = [target] if target.url else [channel for channel in known if channel.name == target.name]
        if not named:
            raise ValueError(f"names the channel {_shown(target.name)} in {where}, which `notify_urls` does not have")
        channels_of_rule += named
    if not channels_of_rule and not known:
        raise ValueError(f"has no channel in {where}; set `notify_urls`, or `to` in the rule")
    return tuple(channels_of_rule or known)


def secret_parts(url: str) -> Iterator[str]:
    """Yield the URL and the parts of it that may be passwords or tokens, as written and percent-decoded.

    Host names and words such as the name of a chat room are no secrets, and logs contain them.
    """
    yield url
    _, _, rest = url.partition("://")
    credentials, at, _ = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")
    passwords = credentials.split(":")[1:] if at else []
    tokens = (part for part in re.split(r"[/:@?&=,;#]+", rest) if _TOKEN.fullmatch(part) and not _HOST.search(part))
    for part in (*passwords, *tokens):
        yield from {part, unquote(part)} - {""}


_TOKEN = re.compile(r"(?=.*\d|.*[a-z].*[A-Z]|.*[A-Z].*[a-z])\S{8,}|\S{16,}")
"""A word that is unlikely to be a name: long, or of letters and digits or of both cases."""
_HOST = re.compile(r"\.[a-z]{2,}$|^\d{1,3}(?:\.\d{1,3}){3}$")


def _json(text: str) -> object:
    """Return the value of a JSON list or map, None for any other text."""
    try:
        value = json.loads(text) if text.lstrip().startswith(("[", "{")) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | dict) else None


def _yaml(text: str) -> object:
    """Return the value of a YAML text, which may be a secret, so errors do not quote it."""
    from plugin.untrusted_yaml import UnusableYamlError, load_plain  # late: most runs need no YAML before a request

    try:
        value, left_out = load_plain(text)
    except UnusableYamlError:
        raise ValueError("is no valid YAML") from None
    if left_out:
        raise ValueError("is no valid YAML: a key is missing or appears twice")
    return value


def _checked_url(value: object, place: str) -> str:
    if isinstance(value, dict) and "from_secret" in value:
        raise ValueError(
            f"has a secret inside a map ({_shown(place)}), which this server does not resolve; put the whole map into "
            "one secret, as YAML text"
        )
    if not (isinstance(value, str) and _URL.match(value.strip())):
        raise ValueError(f"must contain URLs such as slack://TOKEN; the entry {_shown(place)} is none")
    return value.strip()


def _rule(name: str, rule: object) -> NotifyRule:
    where = f"rule {_shown(name)}"
    if not isinstance(rule, dict):
        raise ValueError(f"must be {_FORM}; {where} is no map")
    if "true" in rule:  # Drone reads the key `on` as a boolean of YAML 1.1
        rule = {"on": rule["true"], **{key: value for key, value in rule.items() if key != "true"}}
    if unknown := [str(key) for key in rule if key not in KEYS]:
        raise ValueError(f"has the unknown key {_shown(unknown[0])} in {where}; known keys: {', '.join(KEYS)}")
    return NotifyRule(
        name=name,
        to=_targets(rule.get("to"), where),
        on=cast("NotifyOn", _choice(rule.get("on", "change"), get_args(NotifyOn), where, "on")),
        events=tuple(_texts(rule.get("events"), where, "events")),
        branches=tuple(_texts(rule.get("branch"), where, "branch")),
        categories=tuple(
            cast("Category", _choice(item, get_args(Category), where, "category"))
            for item in _texts(rule.get("category"), where, "category")
        ),
        mentions=_mentions(rule.get("mention"), where),
        lines=_lines(rule.get("lines"), where),
    )


def _targets(value: object, where: str) -> tuple[Channel, ...]:
    """Return the channels that `to` names, without URLs; an item that is a URL is a channel without a name."""
    is_url = isinstance(value, str) and _URL.match(value)
    items = _BETWEEN_URLS.split(str(value)) if is_url else _texts(value, where, "to")
    return tuple(Channel("", item) if _URL.match(item) else Channel(item, "") for item in items)


def _texts(value: object, where: str, key: str) -> list[str]:
    """Return the items of a list, or of a text with commas."""
    if value is None:
        return []
    items = value.split(",") if isinstance(value, str) else value
    if not (isinstance(items, list) and all(isinstance(item, str) for item in items)):
        raise ValueError(f"must have a text or a list of texts as `{key}` in {where}")
    return [item.strip() for item in items if item.strip()]


def _choice(value: object, choices: Sequence[str], where: str, key: str) -> str:
    if value not in choices:
        raise ValueError(f"must have one of {', '.join(choices)} as `{key}` in {where}")
    return str(value)


def _mentions(value: object, where: str) -> Mapping[str, str]:
    if value is None:
        return MappingProxyType({})
    if not (isinstance(value, dict) and all(isinstance(text, str) for entry in value.items() for text in entry)):
        raise ValueError(f'must have a map such as {{alice@example.com: "@alice"}} as `mention` in {where}')
    return MappingProxyType({address.lower(): name for address, name in value.items()})


def _lines(value: object, where: str) -> int:
    if value is None:
        return _MAX_LINES
    if not re.fullmatch(rf"[0-{_MAX_LINES}]", str(value)):
        raise ValueError(f"must have a number from 0 to {_MAX_LINES} as `lines` in {where}")
    return int(str(value))


def _shown(text: str) -> str:
    """Return a name for a message; a URL put in its place may hold a password, so it is not shown."""
    return "(a URL)" if "://" in text else repr(text[:40])
