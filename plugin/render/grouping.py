"""Groups of the same failure in several jobs or parallel steps, for people; JSON, JUnit and SARIF list each step."""

from collections.abc import Hashable, Iterable

from plugin.model.report import Failure, Report
from plugin.render import phrases

FailureGroup = tuple[Failure, ...]
"""Failures with one key; the first is shown for all."""


def group_failures(failures: Iterable[Failure]) -> tuple[FailureGroup, ...]:
    """Return groups of failures with equal keys; one without a key is alone.

    The first group may explain the others: the order is by rank, then by the number of failures in a group.
    """
    groups: dict[Hashable, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(failure.key or id(failure), []).append(failure)
    return tuple(sorted(map(tuple, groups.values()), key=lambda group: (group[0].rank, -len(group))))


def member_name(member: Failure, group: FailureGroup, report: Report) -> str:
    """Return the job, the step or both, whatever distinguishes a member from the rest of the group; else empty."""
    step = member.step if any(other.step != member.step for other in group) else ""
    return " / ".join(filter(None, (phrases.job_of(member, report), step)))
