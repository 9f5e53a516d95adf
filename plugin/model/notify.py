"""Channels to notify, and the rules that say when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from plugin.model.excerpt import Category

NotifyOn = Literal["failure", "change", "fixed", "always"]


@dataclass(frozen=True, slots=True)
class Channel:
    """Where to send messages."""

    name: str
    """Name in the setting, empty if it has none there."""
    url: str = field(repr=False)
    """Apprise URL, which contains passwords and tokens."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When to send a message, and to whom. An empty condition is always met."""

    name: str
    to: tuple[Channel, ...]
    on: NotifyOn = "change"
    events: tuple[str, ...] = ()
    """Events of builds in the server's words, for example push or cron. Empty: all but pull requests."""
    branches: tuple[str, ...] = ()
    """Names of branches, in which `*` matches any text."""
    categories: tuple[Category, ...] = ()
    mentions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Names in the chat by the mail addresses of commit authors."""
    lines: int = 5
    """Maximum number of log lines in a message."""
