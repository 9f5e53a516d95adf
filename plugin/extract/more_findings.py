"""Count the other diagnostics of a log, so that several failures are reported as several."""

from plugin.extract.diagnostics import Diagnostics
from plugin.extract.evidence import Evidence
from plugin.extract.finding import ERROR, UNRATED, Finding
from plugin.extract.forms import load_forms, matches
from plugin.model.message import Message

_MOST = 99
"""Diagnostics that are counted."""


def others_as_text(finding: Finding, evidence: Evidence) -> Message | None:
    """Return for example "and 12 more in 4 files" for the diagnostics beside `finding`; None if there are none.

    Errors are counted beside an error, and otherwise what is not less severe than the finding. What was printed before
    the command that failed does not count.
    """
    least = min(finding.severity, ERROR)
    start = 0 if evidence.command is None else evidence.command + 1
    diagnostics = Diagnostics(evidence.lines)
    others: dict[str, str] = {}
    for row in range(start, len(evidence.lines)):
        other = diagnostics.read(row)
        if not other or other.title == finding.title or other.severity < max(least, UNRATED):
            continue
        message = other.title.removeprefix(other.place).lstrip(": ")
        if not matches(load_forms("title.yaml")["summary"], message.encode()):
            others[other.title] = other.file
        if len(others) > _MOST:
            break
    if not others:
        return None
    many = len(others) > _MOST
    count = (
        Message("and more than {number} more", number=_MOST)
        if many
        else Message("and {number} more", number=len(others))
    )
    files = set(others.values())
    if files <= {finding.file}:
        return count
    return Message.counted("{others} in {number} file", "{others} in {number} files", len(files), others=count)
