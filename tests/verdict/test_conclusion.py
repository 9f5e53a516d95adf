"""Whose failure it is: what counts as certain, as probable, and as undecided."""

import pytest

from plugin import analyze_log
from plugin.model.excerpt import Block, BlockKind, Category, Excerpt, Line
from plugin.model.verdict import (
    Cause,
    ChangedLines,
    Conclusion,
    Evidence,
    EvidenceKind,
    FailureVerdict,
    KnownIssue,
    Relation,
    SeenBuild,
    VerdictKind,
)
from plugin.verdict.conclusion import category_of, conclude, conclude_build


def verdict(
    kind: VerdictKind | None,
    *evidence: EvidenceKind,
    changed: Relation | None = None,
    issue: KnownIssue | None = None,
) -> FailureVerdict:
    return FailureVerdict(
        kind=kind,
        evidence=tuple(Evidence(one, (SeenBuild(49),)) for one in evidence),
        changed=ChangedLines(changed) if changed else None,
        known_issue=issue,
    )


NEW = verdict(VerdictKind.NEW, EvidenceKind.NEW)
SURE, PROBABLE = True, False


@pytest.mark.parametrize(
    ("found", "category", "cause", "certain"),
    [
        (NEW, "test", Cause.THIS_CHANGE, PROBABLE),
        (NEW, "infrastructure", Cause.INFRASTRUCTURE, PROBABLE),
        (NEW, "timeout", Cause.UNDECIDED, PROBABLE),
        (NEW, "unknown", Cause.UNDECIDED, PROBABLE),
        (verdict(VerdictKind.NEW, changed=Relation.CHANGED_FILE), "unknown", Cause.THIS_CHANGE, PROBABLE),
        (verdict(VerdictKind.NEW, changed=Relation.OTHER_FILES), "test", Cause.UNDECIDED, PROBABLE),
        (verdict(VerdictKind.NEW, EvidenceKind.TARGET_BEFORE), "test", Cause.UNDECIDED, PROBABLE),
        (verdict(VerdictKind.KNOWN, EvidenceKind.SINCE), "test", Cause.UNDECIDED, PROBABLE),
        (
            verdict(VerdictKind.KNOWN, EvidenceKind.SINCE, EvidenceKind.TARGET_PASSED),
            "test",
            Cause.THIS_CHANGE,
            PROBABLE,
        ),
        (verdict(VerdictKind.KNOWN, EvidenceKind.SINCE, EvidenceKind.TARGET), "test", Cause.UNDECIDED, PROBABLE),
        (verdict(VerdictKind.ELSEWHERE, EvidenceKind.TARGET), "test", Cause.TARGET_BRANCH, SURE),
        (verdict(VerdictKind.FLAKY, EvidenceKind.SAME_COMMIT_PASSED), "test", Cause.FLAKY, PROBABLE),
        (verdict(VerdictKind.WIDESPREAD, EvidenceKind.OTHER_PULL_REQUESTS), "test", Cause.KNOWN, PROBABLE),
        (verdict(VerdictKind.UNDECIDED, EvidenceKind.NOT_COMPARED), "test", Cause.UNDECIDED, PROBABLE),
        (verdict(None), "test", Cause.UNDECIDED, PROBABLE),
        (verdict(None), "infrastructure", Cause.INFRASTRUCTURE, PROBABLE),
        (verdict(None, changed=Relation.CHANGED_LINE), "lint", Cause.THIS_CHANGE, PROBABLE),
        (verdict(VerdictKind.NEW, issue=KnownIssue("the mirror is down")), "test", Cause.KNOWN, SURE),
        (verdict(VerdictKind.NEW, issue=KnownIssue("old", expired=True)), "test", Cause.THIS_CHANGE, PROBABLE),
        (verdict(VerdictKind.NEW, issue=KnownIssue("mine", untrusted=True)), "test", Cause.THIS_CHANGE, PROBABLE),
    ],
)
def test_conclusion(found: FailureVerdict, category: Category, cause: Cause, certain: bool) -> None:  # noqa: FBT001
    assert conclude(found, category) == Conclusion(cause, certain=certain)


@pytest.mark.parametrize("kind", [VerdictKind.NEW, VerdictKind.KNOWN, VerdictKind.UNDECIDED, None])
@pytest.mark.parametrize("changed", [None, *Relation])
@pytest.mark.parametrize("category", ["code", "test", "timeout", "infrastructure", "unknown"])
def test_nothing_but_equal_failures_and_known_issues_is_certain(
    kind: VerdictKind | None, changed: Relation | None, category: Category
) -> None:
    assert not conclude(verdict(kind, changed=changed), category).certain


@pytest.mark.parametrize(
    ("category", "kinds", "expected"),
    [
        ("infrastructure", ["cause", "context"], "infrastructure"),
        ("infrastructure", ["cause", "failure"], "unknown"),
        ("test", ["cause", "failure"], "test"),
    ],
)
def test_infrastructure_is_no_excuse_for_another_failure_in_the_log(
    category: Category, kinds: list[BlockKind], expected: Category
) -> None:
    blocks = tuple(Block(kind, (Line(number, "line", "cause"),)) for number, kind in enumerate(kinds, 1))
    assert category_of(Excerpt((1,), (), "title", category=category, blocks=blocks)) == expected


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("curl: (7) Failed to connect to 127.0.0.1 port 57856 after 0 ms: Couldn't connect to server\n", "unknown"),
        ("curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server\n", "unknown"),
        ("connect ECONNREFUSED 127.0.0.1:50480\n", "unknown"),
        ("connect ECONNREFUSED ::1:50480\n", "unknown"),
        (
            "curl: (7) Failed to connect to shop.example port 80 after 0 ms: Couldn't connect to server\n",
            "infrastructure",
        ),
        ("connect ECONNREFUSED 10.0.0.7:50480\n", "infrastructure"),
    ],
)
def test_a_service_on_the_own_machine_is_no_infrastructure(log: str, expected: Category) -> None:
    assert category_of(analyze_log(log, exit_code=1)) == expected


def test_a_build_is_concluded_from_its_most_alarming_failure() -> None:
    target, flaky = Conclusion(Cause.TARGET_BRANCH, certain=True), Conclusion(Cause.FLAKY)
    mine, unclear = Conclusion(Cause.THIS_CHANGE), Conclusion(Cause.UNDECIDED)
    assert conclude_build([]) == unclear
    assert conclude_build([target, mine, unclear]) == mine
    assert conclude_build([target, unclear]) == unclear
    assert conclude_build([flaky, target]) == target
    assert conclude_build([target, target]) == target
    assert conclude_build([Conclusion(Cause.KNOWN, certain=True), Conclusion(Cause.KNOWN)]) == Conclusion(Cause.KNOWN)
