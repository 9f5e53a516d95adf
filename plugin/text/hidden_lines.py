"""Wording of what the setting `ignore` hides."""

from plugin.model.excerpt import HiddenLines
from plugin.model.message import Message


def note_on_hidden(lines: HiddenLines) -> Message:
    """Return one line for readers that says what was hidden, and what was not."""
    if lines.shown and not lines.lines:
        return Message(
            "{origin} matches the lines that explain the failure, so it hides nothing in this log", origin=lines.origin
        )
    hidden = Message.counted(
        "{number:,} line hidden by {origin}", "{number:,} lines hidden by {origin}", lines.lines, origin=lines.origin
    )
    if not lines.complete:
        hidden = Message("at least {hidden}", hidden=hidden)
    if not lines.shown:
        return hidden
    return Message("{hidden}; it also matches lines that explain the failure, they are shown anyway", hidden=hidden)
