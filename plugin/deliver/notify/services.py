"""What each service can show: markup, limits, and whether it turns words into mentions.

docs/notifications.md names the vendors' documentation of each limit. A service that is not listed gets plain text.
"""

from collections.abc import Iterable, Mapping

from plugin.frozen import frozen
from plugin.model.notify import ChatFormat, Markup

_LONGEST = 3_000
"""Maximum size of any message: it is meant to be read at once."""
_LONGEST_TITLE = 250


@frozen
class _Service:
    markup: Markup = Markup.TEXT
    separate_title: bool = True
    """The title has a field of its own that everyone sees."""
    limit: int = _LONGEST
    """The vendor's limit, where it is lower than ours or Apprise's."""
    in_bytes: bool = False
    mentions: bool = True


_MARKDOWN = _Service(Markup.MARKDOWN, separate_title=False)
_TEAMS = _Service(Markup.TEAMS, separate_title=False)
_MAIL = _Service(Markup.HTML, mentions=False)
_WEBHOOK = _Service(mentions=False)
_PUSH = _Service(mentions=False)
_BYTES = _Service(separate_title=False, in_bytes=True)

_SERVICES: Mapping[str, _Service] = {
    "slack": _Service(Markup.SLACK),
    "discord": _MARKDOWN,
    "mmost": _MARKDOWN,
    "mmosts": _MARKDOWN,
    "rocket": _MARKDOWN,
    "rockets": _MARKDOWN,
    "zulip": _Service(Markup.MARKDOWN),
    "wxteams": _MARKDOWN,
    "workflow": _TEAMS,
    "workflows": _TEAMS,
    "msteams": _TEAMS,
    "tgram": _Service(Markup.TELEGRAM, separate_title=False),
    "matrix": _Service(Markup.HTML, separate_title=False),
    "matrixs": _Service(Markup.HTML, separate_title=False),
    "mailto": _MAIL,
    "mailtos": _MAIL,
    "json": _WEBHOOK,
    "jsons": _WEBHOOK,
    "xml": _WEBHOOK,
    "xmls": _WEBHOOK,
    "form": _WEBHOOK,
    "forms": _WEBHOOK,
    "ntfy": _Service(limit=4_096, in_bytes=True, mentions=False),
    "ntfys": _Service(limit=4_096, in_bytes=True, mentions=False),
    "gotify": _PUSH,
    "gotifys": _PUSH,
    "pover": _PUSH,
    "wecombot": _Service(separate_title=False, limit=2_048, in_bytes=True),
    "dingtalk": _BYTES,
    "feishu": _BYTES,
    "lark": _BYTES,
}
_KIND_OF_MARKUP = {Markup.TEXT: "text", Markup.HTML: "html", Markup.TELEGRAM: "html"}


def chat_format(schema: str, formats: Iterable[str], *, longest: int, longest_title: int) -> ChatFormat:
    """Return what a channel of the service can show.

    `formats` are those that Apprise knows for the service (`text`, `markdown`, `html`); `longest` and `longest_title`
    its limits in characters.
    """
    formats = tuple(formats)
    service = _SERVICES.get(schema) or _Service(_only_markup(formats))
    limit = min(limit for limit in (service.limit, longest, _LONGEST) if limit > 0)
    return ChatFormat(
        service.markup,
        limit,
        title_limit=min(longest_title, _LONGEST_TITLE) if service.separate_title else 0,
        in_bytes=service.in_bytes,
        mentions=service.mentions,
    )


def _only_markup(formats: tuple[str, ...]) -> Markup:
    if formats == ("html",):
        return Markup.HTML
    return Markup.MARKDOWN if formats == ("markdown",) else Markup.TEXT


def apprise_format(markup: Markup) -> str:
    """Return Apprise's name for the kind of text."""
    return _KIND_OF_MARKUP.get(markup, "markdown")
