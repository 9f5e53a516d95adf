"""The conclusion: whose failure it is, from earlier builds, changed lines, known issues and the kind of the cause.

Only what builds show is certain. A guess from the cause itself, or from one comparison, is probable at most.
"""

import re
from collections.abc import Iterable, Mapping

from plugin.frozen import replace
from plugin.model.excerpt import Category, Excerpt
from plugin.model.verdict import (
    Cause,
    ChangedLines,
    Conclusion,
    EvidenceKind,
    FailureVerdict,
    KnownIssue,
    Relation,
    VerdictKind,
)
from plugin.verdict.facts import FailureId

_OF_THE_CODE: frozenset[Category] = frozenset({"code", "test", "lint"})
"""Categories of causes that a change to the code can have."""
_ELSEWHERE = {EvidenceKind.TARGET, EvidenceKind.TARGET_BEFORE, EvidenceKind.OTHER_PULL_REQUESTS}
_OWN_MACHINE = re.compile(
    r"(?<![\w.-])(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[?::1\]?)(?![\w.-]*\w)", re.IGNORECASE
)
_ALARM = (
    Cause.THIS_CHANGE,
    Cause.UNDECIDED,
    Cause.TARGET_BRANCH,
    Cause.INFRASTRUCTURE,
    Cause.KNOWN,
    Cause.FLAKY,
)


def concluded(
    verdicts: Mapping[FailureId, FailureVerdict],
    changed: Mapping[FailureId, ChangedLines],
    known_issues: Mapping[FailureId, KnownIssue],
    categories: Mapping[FailureId, Category],
) -> tuple[Mapping[FailureId, FailureVerdict], Conclusion | None]:
    """Return the verdicts with all evidence and their conclusions, and the conclusion about the build.

    None if there is no evidence at all. `categories` are those of the causes.
    """
    found = {}
    for failure in {**verdicts, **changed, **known_issues}:
        verdict = replace(
            verdicts.get(failure, FailureVerdict()),
            changed=changed.get(failure),
            known_issue=known_issues.get(failure),
        )
        found[failure] = replace(verdict, conclusion=conclude(verdict, categories.get(failure, "unknown")))
    return found, conclude_build(one.conclusion for one in found.values()) if found else None


def category_of(excerpt: Excerpt) -> Category:
    """Return the category of the cause.

    Infrastructure is no excuse for a named test, which may have caused it, for another failure in the log, or for a
    service on the own machine, which the job starts.
    """
    doubtful = (
        any(block.kind == "failure" for block in excerpt.blocks)
        or (excerpt.identity and excerpt.identity.tests)
        or _names_own_machine(excerpt)
    )
    return "unknown" if excerpt.category == "infrastructure" and doubtful else excerpt.category


def _names_own_machine(excerpt: Excerpt) -> bool:
    cause = (line.text for line in excerpt.lines if line.number == excerpt.title_line)
    return any(_OWN_MACHINE.search(text) for text in (excerpt.title, *cause))


def conclude(verdict: FailureVerdict, category: Category) -> Conclusion:
    """Return the conclusion about one failure. `category` is that of its cause."""
    if verdict.known_issue and verdict.known_issue.counts:
        return Conclusion(Cause.KNOWN, certain=True)
    if verdict.kind in _BY_KIND:
        return _BY_KIND[verdict.kind]
    if verdict.changed and verdict.changed.relation is Relation.CHANGED_LINE and category in _OF_THE_CODE:
        return Conclusion(Cause.THIS_CHANGE)
    if category == "infrastructure":
        return Conclusion(Cause.INFRASTRUCTURE)
    return Conclusion(Cause.THIS_CHANGE if _is_of_this_change(verdict, category) else Cause.UNDECIDED)


_BY_KIND = {
    VerdictKind.ELSEWHERE: Conclusion(Cause.TARGET_BRANCH, certain=True),
    VerdictKind.WIDESPREAD: Conclusion(Cause.KNOWN),
    VerdictKind.FLAKY: Conclusion(Cause.FLAKY),
}


def _is_of_this_change(verdict: FailureVerdict, category: Category) -> bool:
    """Return whether two facts speak for the change: when the failure began, and what it is or where."""
    kinds = {one.kind for one in verdict.evidence}
    relation = verdict.changed.relation if verdict.changed else None
    if kinds & _ELSEWHERE or relation is Relation.OTHER_FILES:
        return False
    began = verdict.kind is VerdictKind.NEW or (
        verdict.kind is VerdictKind.KNOWN and EvidenceKind.TARGET_PASSED in kinds
    )
    return began and (category in _OF_THE_CODE or relation is not None)


def conclude_build(conclusions: Iterable[Conclusion]) -> Conclusion:
    """Return the conclusion about a build: that on its most alarming failure; undecided without any."""
    found = list(conclusions)
    if not found:
        return Conclusion(Cause.UNDECIDED)
    cause = min((one.cause for one in found), key=_ALARM.index)
    return Conclusion(cause, certain=all(one.certain for one in found if one.cause is cause))
