"""Wording of known issues."""

from plugin.model.report import Failure
from plugin.model.verdict import KnownIssue
from plugin.text.language import N_, _, clauses

_ACTIONS = {"retry": N_("build again"), "wait": N_("wait until it is fixed"), "ask": N_("ask the owner")}


def known_issue(failure: Failure) -> KnownIssue | None:
    """Return the known issue that the failure matches, if any."""
    return failure.verdict.known_issue if failure.verdict else None


def sentence(failure: Failure) -> str:
    """Return the known issue that the failure matches as plain text with its link; empty if it matches none."""
    issue = known_issue(failure)
    if not issue:
        return ""
    entry = clauses(filter(None, (issue.text, trusted_link(issue), *details(issue))))
    return _("{label}: {text}", label=label(issue), text=entry)


def label(issue: KnownIssue) -> str:
    """Return the words before the text of a known issue, with the reasons why it decides nothing."""
    reasons = (
        _("from an entry that this pull request may have added") if issue.untrusted else "",
        _("expired on {date}", date=issue.until) if issue.expired else "",
        _("one of several failures of this step") if issue.partial else "",
    )
    shown = clauses(filter(None, reasons))
    return _("Known issue ({reasons})", reasons=shown) if shown else _("Known issue")


def trusted_link(issue: KnownIssue) -> str:
    """Return the address of the issue where readers may be sent there; a pull request must not choose it."""
    return "" if issue.untrusted else issue.link


def details(issue: KnownIssue) -> tuple[str, ...]:
    """Return what else the entry says: the action, the owner and the date on which it expires."""
    found = (
        issue.link if issue.untrusted else "",
        _(_ACTIONS[issue.action]) if issue.action in _ACTIONS else "",
        _("owner: {name}", name=issue.owner) if issue.owner else "",
        _("until {date}", date=issue.until) if issue.until and not issue.expired else "",
    )
    return tuple(filter(None, found))
