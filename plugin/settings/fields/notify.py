"""Messages to chat and mail."""

from dataclasses import dataclass

from plugin.model.notify import Channel, NotifyRule
from plugin.settings.fields._setting import setting
from plugin.settings.notify import channels, rules


@dataclass(frozen=True, kw_only=True)
class NotifySettings:
    """Messages to chat and mail."""

    notify_urls: tuple[Channel, ...] = setting(
        (),
        "Chat rooms and mail addresses to notify, as Apprise URLs: one in each line, or a map of names to URLs. "
        "The page on notifications has an example for each service.",
        example="{from_secret: chat_urls}",
        secret=True,
        parse=channels,
        kind="list or map",
    )
    notify: tuple[NotifyRule, ...] = setting(
        (),
        "Rules for these channels, by name: `to`, `on` (`failure`, `change`, `fixed`, `always`), `events`, `branch`, "
        "`category`, `mention`, `lines`. Without rules, every channel is notified of changes.",
        example="{team: {to: 'json://chat.example.com', branch: main}}",
        parse=rules,
        kind="list or map",
    )
