"""Replace the characters that MySQL's `utf8` cannot store: emoji and all others above U+FFFF.

A forge whose database is of that kind answers 500 to a comment with such a character.
"""

import re

from plugin.deliver.comment.state import CommentState
from plugin.frozen import replace
from plugin.model.comment import Entry, Section

_WIDE = re.compile("[\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def has_wide(text: str) -> bool:
    """Return whether the text has a character above U+FFFF."""
    return _WIDE.search(text) is not None


def narrow(text: str) -> str:
    """Return the text with U+FFFD in place of each character above U+FFFF."""
    return _WIDE.sub(_REPLACEMENT, text)


def narrow_state(state: CommentState) -> CommentState:
    """Return the data with narrow texts, marked as such for later runs."""
    sections = tuple(map(_narrow_section, state.sections))
    return replace(state, sections=sections, conclusion=narrow(state.conclusion), narrow=True)


def _narrow_section(section: Section) -> Section:
    return replace(
        section,
        name=narrow(section.name),
        headline=narrow(section.headline),
        texts=tuple(map(narrow, section.texts)),
        failed=tuple(map(narrow, section.failed)),
        entries=tuple(map(_narrow_entry, section.entries)),
    )


def _narrow_entry(entry: Entry) -> Entry:
    return replace(
        entry,
        step=narrow(entry.step),
        job=narrow(entry.job),
        cause=narrow(entry.cause),
        texts=tuple(map(narrow, entry.texts)),
    )
