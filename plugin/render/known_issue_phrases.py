"""Wording of known issues."""

from plugin.model.report import Failure
from plugin.model.verdict import KnownIssue

_ACTIONS = {"retry": "build again", "wait": "wait until it is fixed", "ask": "ask the owner"}


def known_issue(failure: Failure) -> KnownIssue | None:
    """Return the known issue that the failure matches, if any."""
    return failure.verdict.known_issue if failure.verdict else None


def sentence(failure: Failure) -> str:
    """Return the known issue that the failure matches as plain text with its link; empty if it matches none."""
    issue = known_issue(failure)
    if not issue:
        return ""
    return f"{label(issue)}: {'; '.join(filter(None, (issue.text, trusted_link(issue), *details(issue))))}"


def label(issue: KnownIssue) -> str:
    """Return the words before the text of a known issue, with the reasons why it decides nothing."""
    reasons = (
        "from an entry that this pull request may have added" if issue.untrusted else "",
        f"expired on {issue.until}" if issue.expired else "",
        "one of several failures of this step" if issue.partial else "",
    )
    shown = "; ".join(filter(None, reasons))
    return f"Known issue ({shown})" if shown else "Known issue"


def trusted_link(issue: KnownIssue) -> str:
    """Return the address of the issue where readers may be sent there; a pull request must not choose it."""
    return "" if issue.untrusted else issue.link


def details(issue: KnownIssue) -> tuple[str, ...]:
    """Return what else the entry says: the action, the owner and the date on which it expires."""
    found = (
        issue.link if issue.untrusted else "",
        _ACTIONS.get(issue.action, ""),
        f"owner: {issue.owner}" if issue.owner else "",
        f"until {issue.until}" if issue.until and not issue.expired else "",
    )
    return tuple(filter(None, found))
