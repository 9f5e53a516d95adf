"""What the services document about messages: required fields and limits, with the source of each rule."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

_Check = Callable[[Any], Iterator[str]]


def violations(place: str, payload: Any, size: int) -> list[str]:
    """Return the rules that a message to this host and path breaks. `size` is that of the request's body in bytes."""
    broken = [one for pattern, rule in _RULES if re.search(pattern, place) for one in rule(payload)]
    most = next((most for pattern, most in _LARGEST_BODY if re.search(pattern, place)), size)
    return [*broken, f"the body is larger than {most:,} bytes"] if size > most else broken


def _slack(payload: Any) -> Iterator[str]:
    # https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    # Limits: https://api.slack.com/changelog/2018-04-truncating-really-long-messages (cut after 40,000 characters,
    # incoming webhooks too; 4,000 advised),
    # https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments (attachments),
    # https://docs.slack.dev/messaging/formatting-message-text#escaping (&, < and > are escaped; <!here> notifies)
    attachments = payload.get("attachments", [])
    if not (payload.get("text") or attachments):
        yield "no text, attachments or blocks"
    texts = [payload.get("text", ""), *(part for one in attachments for part in (one.get("title"), one.get("text")))]
    if sum(map(len, filter(None, texts))) > 4000:
        yield "longer than 4,000 characters"
    for text in filter(None, texts):
        if re.search(r"<(?!https?://[^<>|]+(\|[^<>]+)?>|@U\w+>)", text) or re.search(r"&(?!(amp|lt|gt);)", text):
            yield "&, < or > is not escaped"


def _discord(payload: Any) -> Iterator[str]:
    # https://discord.com/developers/docs/resources/webhook#execute-webhook (content or embeds; 2,000 characters)
    # and https://discord.com/developers/docs/resources/message#embed-object-embed-limits
    content, embeds = payload.get("content", ""), payload.get("embeds") or []
    if not (content or embeds):
        yield "no content and no embeds"
    if len(embeds) > 10 or sum(len(text) for one in embeds for text in one.values() if isinstance(text, str)) > 6000:
        yield "more than 10 embeds or 6,000 characters in them"
    if any(len(one.get("title", "")) > 256 or len(one.get("description", "")) > 4096 for one in embeds):
        yield "an embed with a title of more than 256 or a description of more than 4,096 characters"
    if len(content) > 2000:
        yield "content is longer than 2,000 characters"
    if re.search(r"@(everyone|here)\b", content):
        yield "mentions everyone"


def _teams(payload: Any) -> Iterator[str]:
    # https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    if payload.get("type") != "message":
        yield "type is not message"
    cards = payload.get("attachments") or [{}]
    if any(card.get("contentType") != "application/vnd.microsoft.card.adaptive" for card in cards):
        yield "an attachment is no adaptive card"
    content = cards[0].get("content", {})
    if content.get("type") != "AdaptiveCard" or not content.get("version") or not content.get("body"):
        yield "no AdaptiveCard with version and body"
    if any(one.get("type") == "TextBlock" and not one.get("text") for one in content.get("body", [])):
        yield "a TextBlock without text"


def _matrix(payload: Any) -> Iterator[str]:
    # https://spec.matrix.org/latest/client-server-api/#mroommessage
    if not (payload.get("msgtype") and payload.get("body")):
        yield "no msgtype or body"
    if "formatted_body" in payload and payload.get("format") != "org.matrix.custom.html":
        yield "no format of formatted_body"
    if "@room" in payload.get("body", ""):
        yield "mentions the room"


def _mattermost(payload: Any) -> Iterator[str]:
    # https://developers.mattermost.com/integrate/webhooks/incoming/ (text or attachments; 16,383 characters since 5.0,
    # `PostMessageMaxRunesV2` of the server; @channel and @all notify)
    text = payload.get("text", "")
    if not (text or payload.get("attachments")):
        yield "no text and no attachments"
    if len(text) > 16_383:
        yield "longer than 16,383 characters"
    if re.search(r"@(channel|all|here)\b", text):
        yield "mentions everyone"


def _telegram(payload: Any) -> Iterator[str]:
    # https://core.telegram.org/bots/api#sendmessage (1 to 4,096 characters, here with the tags, which do not count)
    # and #html-style (the tags that exist)
    if not payload.get("chat_id"):
        yield "no chat_id"
    if not 0 < len(payload.get("text", "")) <= 4096:
        yield "text is not of 1 to 4,096 characters"
    if payload.get("parse_mode") == "HTML":
        parser = _TelegramTags()
        parser.feed(payload.get("text", ""))
        yield from (f"unsupported start tag {tag}" for tag in parser.unknown)


class _TelegramTags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.unknown: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote"):
            self.unknown.append(tag)


def _dingtalk(payload: Any) -> Iterator[str]:
    # https://open.dingtalk.com/document/robots/custom-robot-access (isAtAll notifies everyone)
    if payload.get("msgtype") != "text" or not payload.get("text", {}).get("content"):
        yield "no text with content"
    if payload.get("at", {}).get("isAtAll"):
        yield "mentions everyone"


def _feishu(payload: Any) -> Iterator[str]:
    # https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (<at user_id="all"> notifies all)
    text = payload.get("content", {}).get("text", "")
    if payload.get("msg_type") != "text" or not text:
        yield "no text content"
    if "<at " in text:
        yield "contains a mention"


def _wecom(payload: Any) -> Iterator[str]:
    # https://developer.work.weixin.qq.com/document/path/91770 (text: 2,048 bytes of UTF-8; Markdown would be 4,096)
    content = payload.get("text", {}).get("content", "")
    if payload.get("msgtype") != "text" or not content:
        yield "no text with content"
    if len(content.encode()) > 2048:
        yield "longer than 2,048 bytes"


def _ntfy(payload: Any) -> Iterator[str]:
    # https://docs.ntfy.sh/publish/#publish-as-json and #limitations (4,096 bytes, longer ones become attachments)
    if not payload.get("topic"):
        yield "no topic"
    if len(payload.get("message", "").encode()) > 4096:
        yield "longer than 4,096 bytes"


def _gotify(payload: Any) -> Iterator[str]:
    # https://gotify.net/docs/pushmsg (only `message` is required; no limit is documented)
    if not payload.get("message"):
        yield "no message"


def _google_chat(payload: Any) -> Iterator[str]:
    # https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages (<users/all> notifies all)
    text = payload.get("text", "")
    if not text:
        yield "no text"
    if "<users/" in text:
        yield "contains a mention"


def _webhook(payload: Any) -> Iterator[str]:
    # https://appriseit.com/services/json/
    yield from (f"no {name}" for name in ("version", "title", "message", "type") if not payload.get(name))


_RULES: tuple[tuple[str, _Check], ...] = (
    (r"^hooks\.slack\.com/", _slack),
    (r"^discord\.com/", _discord),
    (r"\.logic\.azure\.com/", _teams),
    (r"/_matrix/.*/send/", _matrix),
    (r"^mattermost\..*/hooks/", _mattermost),
    (r"^api\.telegram\.org/", _telegram),
    (r"^oapi\.dingtalk\.com/", _dingtalk),
    (r"^open\.(feishu\.cn|larksuite\.com)/", _feishu),
    (r"^qyapi\.weixin\.qq\.com/", _wecom),
    (r"^ntfy\.", _ntfy),
    (r"^gotify\.", _gotify),
    (r"^chat\.googleapis\.com/", _google_chat),
    (r"^webhook\.", _webhook),
)
_LARGEST_BODY: tuple[tuple[str, int], ...] = (
    # "about 28 KB" for an action that posts a message or a card: https://learn.microsoft.com/en-us/connectors/teams/
    (r"\.logic\.azure\.com/", 28 * 1024),
    # The complete event, with what servers add: https://spec.matrix.org/latest/client-server-api/#size-limits
    (r"/_matrix/.*/send/", 65_536),
    # Error 460101 "exceed 20000 bytes": https://github.com/timonwong/prometheus-webhook-dingtalk/issues/30
    (r"^oapi\.dingtalk\.com/", 20_000),
    # https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
    (r"^open\.(feishu\.cn|larksuite\.com)/", 20 * 1024),
    # https://developers.google.com/workspace/chat/create-messages
    (r"^chat\.googleapis\.com/", 32_000),
)
