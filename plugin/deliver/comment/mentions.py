"""Mentions: the one that is wanted, and none from logs where the forge finds them even inside code (Gogs)."""

import re
from collections.abc import Iterable

from plugin.frozen import replace
from plugin.model.comment import Entry, MarkdownSupport, Section

_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")
_GROUPS = ("all", "channel", "everyone", "here")
"""Names that mention more than one account on some forges."""


def account_name(author: str) -> str:
    """Return the author if it is the plain name of one account, else an empty text (`renovate[bot]`, `Jo Doe`)."""
    return author if _ACCOUNT.fullmatch(author) and author.lower() not in _GROUPS else ""


def without_mentions(sections: Iterable[Section], syntax: MarkdownSupport) -> Iterable[Section]:
    """Return the sections with a zero-width character after each `@`; in names, escaped later, a wide `＠`."""
    return map(_without_mentions, sections) if syntax.raw_mentions else sections


def text_without_mentions(markdown: str, syntax: MarkdownSupport) -> str:
    """Return Markdown with a zero-width character after each `@` where the forge finds mentions in code."""
    return markdown.replace("@", "@\u200b") if syntax.raw_mentions else markdown


def _without_mentions(section: Section) -> Section:
    return replace(
        section,
        name=section.name.replace("@", "＠"),
        failed=tuple(name.replace("@", "＠") for name in section.failed),
        headline=section.headline.replace("@", "@\u200b"),
        texts=tuple(text.replace("@", "@\u200b") for text in section.texts),
        entries=tuple(map(_entry_without_mentions, section.entries)),
    )


def _entry_without_mentions(entry: Entry) -> Entry:
    return replace(
        entry,
        step=entry.step.replace("@", "＠"),
        job=entry.job.replace("@", "＠"),
        cause=entry.cause.replace("@", "@\u200b"),
        url=entry.url.replace("@", "%40"),
        texts=tuple(text.replace("@", "@\u200b") for text in entry.texts),
    )
