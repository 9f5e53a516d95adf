"""Find the known issue that a failure matches."""

from collections.abc import Callable, Iterable, Iterator

from plugin.frozen import frozen, replace
from plugin.known_issues.entries import Entry
from plugin.model.message import Message
from plugin.model.verdict import KnownIssue

Search = Callable[[str, str], bool]
"""Function that returns whether an expression matches somewhere in a line."""
_MOST_NOTES = 3


@frozen
class FailureText:
    """What identifies a failure: its key, and the lines that state its cause.

    Only these are compared, because a log may print a warning that is no reason to fail.
    """

    key: str
    cause: tuple[str, ...]
    """The title, the server's message, and the lines of the cause."""
    others: tuple[str, ...] = ()
    """Lines that name other failures of the step."""
    tests: tuple[tuple[str, ...], ...] = ()
    """Name and message of each failed test of its test reports."""
    named_tests: int = 0
    """How many failed tests the log names."""


def known_issue(failure: FailureText, entries: Iterable[Entry], search: Search) -> KnownIssue | None:
    """Return the issue that the failure matches: one that counts before others, keys before expressions."""
    matching = [
        (entry, replace(entry.issue, partial=not _explains_all(failure, entry, search)))
        for entry in entries
        if matches(failure, entry, search)
    ]
    best = min(matching, key=lambda match: (not match[1].counts, not match[0].is_key), default=None)
    return best[1] if best else None


def matches(failure: FailureText, entry: Entry, search: Search) -> bool:
    """Return whether a failure, or one of several in its step, matches an entry."""
    if entry.is_key:
        return entry.match == failure.key
    lines = (*failure.cause, *failure.others, *(line for test in failure.tests for line in test))
    return any(search(entry.match, line) for line in lines)


def _explains_all(failure: FailureText, entry: Entry, search: Search) -> bool:
    """Return whether nothing else in the step failed, as far as is known: a second cause is not a known issue."""
    if entry.is_key:
        return True
    if failure.tests:
        return all(any(search(entry.match, line) for line in test) for test in failure.tests)
    matched = {line for line in failure.cause if search(entry.match, line)}
    if failure.named_tests > 1:
        matched |= {line for line in failure.others if search(entry.match, line)}
    return len(matched) >= max(1, failure.named_tests)


def expiry_notes(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a warning for each of the first entries that have expired, and a count of the others."""
    expired = [entry for entry in entries if entry.issue.expired]
    for entry in expired[:_MOST_NOTES]:
        owner = Message(" (owner: {name})", name=entry.issue.owner) if entry.issue.owner else ""
        yield Message(
            "{name}: it expired on {until}; renew `until` or remove the entry{owner}",
            name=entry.name,
            until=entry.issue.until,
            owner=owner,
        )
    if len(expired) > _MOST_NOTES:
        yield Message("and {number} more known issues that have expired", number=len(expired) - _MOST_NOTES)
