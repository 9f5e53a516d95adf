"""Formats of chat messages: the markup of a channel, escaped so that untrusted text neither formats nor notifies.

Mentions and other control words are broken by a zero-width space, which all of these channels show as nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from urllib.parse import quote

from plugin.frozen import frozen, replace
from plugin.model.notify import ChatFormat, ChatMessage, Markup
from plugin.text.shorten import shorten

_BREAK = "\u200b"
_CONTROL = re.compile(
    r"""(?<=@)(?=\w)                                       # @everyone, @channel, @room, @user
      | (?<=<)(?=[@!\#/]|at\b|users/|t:|a?:)              # Slack, Discord, Webex, Feishu, Google Chat
      | (?<=:)(?=//)                                      # URLs, which some channels fetch for a preview
      | (?<=:)(?=[a-z_+][\w+-]*:)                         # emoji
      | (?<=`)(?=``)                                      # fences of code blocks
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKDOWN = re.compile(r"([\\`*_~|\[\]<>#{}()!$]|^[-+=]|^\d+(?=[.)]))")
_SHORTEST_HEADING = 20


def draw(message: ChatMessage, form: ChatFormat) -> tuple[str, str]:
    """Return the title, empty if it is not separate, and the body, cut to the limits of the channel."""
    syntax = _SYNTAXES[form.markup]
    heading = _safe(message.heading, form)
    title = shorten(heading, form.title_limit) if form.title_limit else ""
    for candidate in _shorter_and_shorter(message):
        body = _body(candidate, form, syntax, heading=title != heading)
        if body and _size(body, form) <= form.limit:
            return title, body
    return title, shorten(heading, form.limit // 4)


def _shorter_and_shorter(message: ChatMessage) -> Iterator[ChatMessage]:
    """Yield the message, then versions with less and less: log lines first, then facts, links, and words."""
    for lines in range(len(message.lines), -1, -1):
        yield replace(message, lines=message.lines[:lines])
    message = replace(message, lines=())
    for facts in range(len(message.facts) - 1, -1, -1):
        yield replace(message, facts=message.facts[:facts])
    message = replace(message, facts=(), command="")
    yield message
    yield (message := replace(message, links=message.links[:1]))
    yield (message := replace(message, links=()))
    for longest in range(len(message.heading), _SHORTEST_HEADING, -10):
        yield replace(message, heading=shorten(message.heading, longest))


def _size(text: str, form: ChatFormat) -> int:
    return len(text.encode()) if form.in_bytes else len(text.encode("utf-16-le")) // 2


@frozen
class _Syntax:
    """The parts of a markup; the texts that they get are already safe."""

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    block: Callable[[list[str]], str]
    """Return log lines as a block."""
    link: Callable[[str, str], str]
    newline: str = "\n"
    escape_code: Callable[[str], str] = str


def _body(message: ChatMessage, form: ChatFormat, syntax: _Syntax, *, heading: bool) -> str:
    code = [f"$ {message.command}"] if message.command else []
    code = [syntax.escape_code(_safe(line, form)) for line in (*code, *message.lines)]
    links = (syntax.link(label, quote(url, safe=_URL_CHARACTERS)) for label, url in message.links)
    parts = (
        syntax.bold(syntax.escape(_safe(message.heading, form))) if heading else "",
        syntax.block(code) if code else "",
        *(syntax.escape(_safe(fact, form)) for fact in message.facts),
        " · ".join(links),
        _html(message.mention) if form.markup in (Markup.HTML, Markup.TELEGRAM) else message.mention,
    )
    return syntax.newline.join(part for part in parts if part) or syntax.escape(_safe(message.heading, form))


_URL_CHARACTERS = "/:?#@!$&+,;=%~-._"


def _safe(text: str, form: ChatFormat) -> str:
    return _CONTROL.sub(_BREAK, text) if form.mentions else text


def _html(text: str) -> str:
    return escape(text, quote=False)


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _fenced(lines: list[str]) -> str:
    return "\n".join(("```", *lines, "```"))


def _pre(lines: list[str]) -> str:
    return "\n".join(lines).join(("<pre>", "</pre>"))


_SYNTAXES: Mapping[Markup, _Syntax] = {
    Markup.TEXT: _Syntax(
        escape=str,
        bold=str,
        block=lambda lines: "\n".join(f"    {line}" for line in lines),
        link=lambda label, url: f"{label}: {url}",
    ),
    Markup.MARKDOWN: _Syntax(
        escape=_markdown,
        bold=lambda text: f"**{text}**",
        block=_fenced,
        link=lambda label, url: f"[{label}]({url})",
    ),
    Markup.SLACK: _Syntax(
        escape=_html,
        bold=lambda text: f"*{text}*",
        block=_fenced,
        link=lambda label, url: f"<{_html(url)}|{label}>",
        escape_code=_html,
    ),
    Markup.TEAMS: _Syntax(
        escape=_markdown,
        bold=lambda text: f"**{text}**",
        block="\n\n".join,
        link=lambda label, url: f"[{label}]({url})",
        newline="\n\n",
        escape_code=_markdown,
    ),
    Markup.HTML: _Syntax(
        escape=_html,
        bold=lambda text: f"<b>{text}</b>",
        block=_pre,
        link=lambda label, url: f'<a href="{escape(url)}">{label}</a>',
        newline="<br>\n",
        escape_code=_html,
    ),
    Markup.TELEGRAM: _Syntax(
        escape=_html,
        bold=lambda text: f"<b>{text}</b>",
        block=_pre,
        link=lambda label, url: f'<a href="{escape(url)}">{label}</a>',
        escape_code=_html,
    ),
}
