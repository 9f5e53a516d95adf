"""Takes sections, gives them without mentions where the forge finds those even in code: Gogs searches the raw text."""

from collections.abc import Iterable
from dataclasses import replace

from plugin.model.comment import MarkdownSupport, Section


def without_mentions(sections: Iterable[Section], syntax: MarkdownSupport) -> Iterable[Section]:
    """A sign without width keeps the name apart from its `@`; in names, which are escaped later, a wide one stands."""
    return map(_quiet, sections) if syntax.raw_mentions else sections


def _quiet(section: Section) -> Section:
    return replace(
        section,
        name=section.name.replace("@", "＠"),
        failed=tuple(name.replace("@", "＠") for name in section.failed),
        headline=section.headline.replace("@", "@\u200b"),
        texts=tuple(text.replace("@", "@\u200b") for text in section.texts),
    )
