"""Count the other diagnostics of a log, so that several failures are reported as several."""

from plugin.extract.evidence import Evidence
from plugin.extract.finding import ERROR, UNRATED, Finding
from plugin.extract.forms import load_forms, matches

_MOST = 99
"""Diagnostics that are counted."""


def others_as_text(finding: Finding, evidence: Evidence) -> str:
    """Return for example "and 12 more in 4 files" for the diagnostics beside `finding`; empty if there are none.

    Errors are counted beside an error, and otherwise what is not less severe than the finding. What was printed before
    the command that failed does not count.
    """
    least = min(finding.severity, ERROR)
    start = 0 if evidence.command is None else evidence.command + 1
    others: dict[str, str] = {}
    for row in range(start, len(evidence.lines)):
        other = evidence.read_diagnostic(row)
        if not other or other.title == finding.title or other.severity < max(least, UNRATED):
            continue
        message = other.title.removeprefix(other.place).lstrip(": ")
        if not matches(load_forms("title.yaml")["summary"], message.encode()):
            others[other.title] = other.file
        if len(others) > _MOST:
            break
    if not others:
        return ""
    files = set(others.values())
    count = f"more than {_MOST} more" if len(others) > _MOST else f"{len(others)} more"
    return f"and {count}" if files <= {finding.file} else f"and {count} in {len(files)} file{'s' * (len(files) > 1)}"
