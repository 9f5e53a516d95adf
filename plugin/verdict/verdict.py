"""The verdict on each failure of a build, and on the build, from what is known of earlier builds.

A statement is made only where builds show it. What was not read or cannot be compared is not claimed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from plugin.model.build import EarlierBuild, State
from plugin.model.verdict import (
    DECIDING,
    Comparison,
    Evidence,
    EvidenceKind,
    FailureVerdict,
    SeenBuild,
    Verdict,
    VerdictKind,
)
from plugin.verdict import shown
from plugin.verdict.compare import Seen, seen_in
from plugin.verdict.facts import FailureId, Known

PageOf = Callable[[int], str]
"""Returns the web page of a build, or an empty text."""

_FLAKY_ELSEWHERE = frozenset({EvidenceKind.INTERMITTENT, EvidenceKind.PASSED_AGAIN})
_COMPARISONS = {
    Seen.SAME: Comparison.SAME,
    Seen.OTHER: Comparison.OTHER,
    Seen.PASSED: Comparison.PASSED,
}
_ALARM = (
    VerdictKind.NEW,
    VerdictKind.UNDECIDED,
    VerdictKind.KNOWN,
    VerdictKind.ELSEWHERE,
    VerdictKind.WIDESPREAD,
    VerdictKind.FLAKY,
)
"""The kinds from the most alarming one: a build is no better than its worst failure."""


def judge(known: Known, page: PageOf = lambda _: "") -> Mapping[FailureId, FailureVerdict]:
    """Return the verdict on each failure."""
    return {failure: _judged(failure, known, page) for failure in known.failures}


def _judged(failure: FailureId, known: Known, page: PageOf) -> FailureVerdict:
    evidence = tuple(_evidence(failure, known, page))
    before = shown.previous(failure, known)
    seen = seen_in(before, failure, known) if before else None
    return FailureVerdict(
        kind=_kind(evidence, had_it_first=not shown.target_had_it_first(failure, known)),
        evidence=evidence,
        previous=_COMPARISONS.get(seen, Comparison.UNKNOWN) if seen else Comparison.UNKNOWN,
    )


# Evidence


def _evidence(failure: FailureId, known: Known, page: PageOf) -> Iterator[Evidence]:
    """Yield the statements that builds show, in the order of worth."""
    for kind, builds in _statements(failure, known):
        chosen = tuple(SeenBuild(one.number, page(one.number), one.branch, one.ref) for one in builds)
        if chosen:
            failed = _failed_of_commit(failure, known) if kind is EvidenceKind.SAME_COMMIT_PASSED else 0
            older = kind is EvidenceKind.SINCE and any(map(_is_unclear, _before_series(failure, known)))
            yield Evidence(kind, chosen, failed, older)


def _statements(failure: FailureId, known: Known) -> Iterator[tuple[EvidenceKind, Iterable[EarlierBuild]]]:
    past = known.past
    for one in past.target[:1]:
        if kind := _OF_TARGET.get(seen_in(one, failure, known)):
            yield kind, [one]
    yield EvidenceKind.TARGET_BEFORE, shown.passed_since(past.target, failure, known)
    yield EvidenceKind.SAME_COMMIT_PASSED, shown.same_commit_passed(failure, known)
    yield EvidenceKind.PASSED_AGAIN, shown.passed_again(failure, known)
    yield EvidenceKind.INTERMITTENT, shown.intermittent(failure, known)
    before = shown.previous(failure, known)
    if before:
        yield _OF_PREVIOUS[seen_in(before, failure, known)], shown.series(failure, known)[0] or [before]
    yield EvidenceKind.BEFORE, shown.passed_since(past.same_branch, failure, known)
    yield EvidenceKind.OTHER_PULL_REQUESTS, shown.in_other_pull_requests(failure, known)


_OF_TARGET = {
    Seen.SAME: EvidenceKind.TARGET,
    Seen.OTHER: EvidenceKind.TARGET_OTHER,
    Seen.PASSED: EvidenceKind.TARGET_PASSED,
    Seen.FAILED: EvidenceKind.TARGET_NOT_COMPARED,
    Seen.UNREAD: EvidenceKind.TARGET_NOT_COMPARED,
}
_OF_PREVIOUS = {
    Seen.SAME: EvidenceKind.SINCE,
    Seen.OTHER: EvidenceKind.NEW_REASON,
    Seen.PASSED: EvidenceKind.NEW,
    Seen.FAILED: EvidenceKind.NOT_COMPARED,
    Seen.UNREAD: EvidenceKind.NOT_COMPARED,
}


def _is_unclear(seen: Seen) -> bool:
    return seen in (Seen.FAILED, Seen.UNREAD)


def _before_series(failure: FailureId, known: Known) -> Iterator[Seen]:
    return (seen_in(one, failure, known) for one in shown.series(failure, known)[1])


def _failed_of_commit(failure: FailureId, known: Known) -> int:
    return 1 + sum(shown.is_same(one, failure, known) for one in known.past.same_commit)


# Kind


def _kind(evidence: Iterable[Evidence], *, had_it_first: bool) -> VerdictKind | None:
    """Return the kind by the most valuable statement; None without any.

    `had_it_first`: this branch may have had the failure before the target branch, which then is not where it came from.
    """
    builds = {one.kind: one.builds for one in evidence}
    for kind, is_shown in (
        (VerdictKind.FLAKY, bool(_FLAKY_ELSEWHERE & builds.keys())),  # also where the newest build has it
        (VerdictKind.ELSEWHERE, EvidenceKind.TARGET in builds and not had_it_first),
        (VerdictKind.FLAKY, EvidenceKind.SAME_COMMIT_PASSED in builds),
        (VerdictKind.WIDESPREAD, _is_widespread(builds)),
        (VerdictKind.KNOWN, EvidenceKind.SINCE in builds),
        (VerdictKind.NEW, EvidenceKind.NEW in builds or EvidenceKind.NEW_REASON in builds),
        (VerdictKind.UNDECIDED, EvidenceKind.NOT_COMPARED in builds),
        (VerdictKind.NEW, EvidenceKind.TARGET_PASSED in builds),
        (VerdictKind.UNDECIDED, bool(builds)),  # the target branch fails, too
    ):
        if is_shown:
            return kind
    return None


def _is_widespread(builds: Mapping[EvidenceKind, tuple[SeenBuild, ...]]) -> bool:
    """Return whether other pull requests show that this one is not the cause.

    They do not where the target branch had the failure for a while: they may contain what caused it then.
    """
    return EvidenceKind.OTHER_PULL_REQUESTS in builds and EvidenceKind.TARGET_BEFORE not in builds


# The whole build


def judge_build(verdicts: Mapping[FailureId, FailureVerdict], known: Known) -> Verdict | None:
    """Return the verdict on the build: that on its most alarming failure; None if no earlier build shows anything."""
    decided = [one for one in verdicts.values() if one.kind]
    if not decided:
        return None
    worst = min(decided, key=lambda one: _ALARM.index(one.kind) if one.kind else len(_ALARM))
    kind = worst.kind or VerdictKind.UNDECIDED
    if kind not in (VerdictKind.NEW, VerdictKind.UNDECIDED) and len(decided) < len(verdicts):
        kind = VerdictKind.UNDECIDED  # a failure that was not compared may be worse
    builds = _deciding(worst)
    build = builds[-1] if worst.kind is VerdictKind.KNOWN else builds[0]
    return Verdict(
        kind,
        build.number,
        build.branch,
        url=build.url,
        latest=builds[0].number if worst.kind is VerdictKind.KNOWN else 0,
        previous_keys=_previous_keys(known),
    )


def _deciding(verdict: FailureVerdict) -> tuple[SeenBuild, ...]:
    """Return the builds of the statement that decided the kind."""
    builds = {one.kind: one.builds for one in verdict.evidence}
    kinds = DECIDING[verdict.kind] if verdict.kind else ()
    return next((builds[kind] for kind in kinds if kind in builds), verdict.evidence[0].builds)


def _previous_keys(known: Known) -> frozenset[str] | None:
    before = next(iter(known.past.same_branch), None)
    if not before:
        return None
    return frozenset() if before.state is State.SUCCESS else (known.commented or {}).get(before.number)
