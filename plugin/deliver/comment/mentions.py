"""Remove mentions from sections where the forge finds them even inside code: Gogs searches the raw text."""

from collections.abc import Iterable
from dataclasses import replace

from plugin.model.comment import Entry, MarkdownSupport, Section


def without_mentions(sections: Iterable[Section], syntax: MarkdownSupport) -> Iterable[Section]:
    """Return the sections with a zero-width character after each `@`; in names, escaped later, a wide `＠`."""
    return map(_without_mentions, sections) if syntax.raw_mentions else sections


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
