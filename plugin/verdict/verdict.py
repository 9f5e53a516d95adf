"""The verdict on each failure of a build, and on the build, from what is known of earlier builds.

A statement is made only where builds show it. What was not read or cannot be compared is not claimed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile

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
from plugin.verdict.compare import (
    PUSH,
    Seen,
    built_again,
    failed_and_passed,
    of_other_pull_requests,
    of_same_branch,
    of_same_commit,
    of_target,
    seen_in,
)
from plugin.verdict.facts import FailureId, Known
from plugin.verdict.history import passed, previous, series

PageOf = Callable[[int], str]
"""Returns the web page of a build, or an empty text."""

_TIMES = 2
"""Times at which others had a failure and passed again, from which it counts as flaky."""
_PULL_REQUESTS = 2
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
    before = previous(failure, known)
    seen = seen_in(before, failure, known) if before else None
    return FailureVerdict(
        kind=_kind(evidence, had_it_first=_first_failed(failure, known) < _target_red_since(known)),
        evidence=evidence,
        previous=_COMPARISONS.get(seen, Comparison.UNKNOWN) if seen else Comparison.UNKNOWN,
    )


# Evidence


def _evidence(failure: FailureId, known: Known, page: PageOf) -> Iterator[Evidence]:
    """Yield the statements that builds show, in the order of worth."""
    for kind, builds in _shown(failure, known):
        chosen = tuple(SeenBuild(one.number, page(one.number), one.branch, one.ref) for one in builds)
        if chosen:
            failed = _failed_of_commit(failure, known) if kind is EvidenceKind.SAME_COMMIT_PASSED else 0
            older = kind is EvidenceKind.SINCE and any(map(_is_unclear, _before_series(failure, known)))
            yield Evidence(kind, chosen, failed, older)


def _shown(failure: FailureId, known: Known) -> Iterator[tuple[EvidenceKind, Iterable[EarlierBuild]]]:
    target = of_target(known)
    for one in target[:1]:
        if kind := _OF_TARGET.get(seen_in(one, failure, known)):
            yield kind, [one]
    yield EvidenceKind.TARGET_BEFORE, _passed_since(target, failure, known)
    yield EvidenceKind.SAME_COMMIT_PASSED, [one for one in of_same_commit(known) if passed(one, failure, known)]
    yield EvidenceKind.PASSED_AGAIN, _passed_again(failure, known)
    yield EvidenceKind.INTERMITTENT, _intermittent(failure, known)
    before = previous(failure, known)
    if before:
        yield _OF_PREVIOUS[seen_in(before, failure, known)], series(failure, known)[0] or [before]
    yield EvidenceKind.BEFORE, _passed_since(of_same_branch(known), failure, known)
    yield EvidenceKind.OTHER_PULL_REQUESTS, _in_other_pull_requests(failure, known)


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
    return (seen_in(one, failure, known) for one in series(failure, known)[1])


def _passed_since(builds: Iterable[EarlierBuild], failure: FailureId, known: Known) -> Iterator[EarlierBuild]:
    """Yield the newest build of each time at which the builds had the failure and passed again."""
    has_passed = False
    for one in builds:
        seen = seen_in(one, failure, known)
        if seen is Seen.SAME and has_passed:
            yield one
        has_passed = seen is Seen.PASSED or (has_passed and seen is not Seen.SAME)


def _passed_again(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return two builds of one commit elsewhere: one that passed the step, and one that had this failure."""
    for red, other in built_again(known):
        if seen_in(red, failure, known) is Seen.SAME and passed(other, failure, known):
            return other, red
    return ()


def _intermittent(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the builds that had the failure at several times, if their branches passed after each; newest first.

    They are of the target branch, and of other pull requests, each once, before the target branch is known to have had
    it: after that, a pull request may contain what was wrong with the target branch for a while.
    """
    same = [one for one in failed_and_passed(known) if seen_in(one, failure, known) is Seen.SAME]
    first_push = min((one.number for one in same if one.event == PUSH), default=known.build.number)
    times = {
        one.number if one.event == PUSH else one.ref: one
        for one in same
        if one.number <= first_push or one.event == PUSH
    }
    return tuple(times.values()) if len(times) >= _TIMES else ()


def _in_other_pull_requests(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the builds of other pull requests that had the failure before this one could have caused it."""
    first = _first_failed(failure, known)
    same = tuple(
        one for one in of_other_pull_requests(known) if one.number < first and seen_in(one, failure, known) is Seen.SAME
    )
    return same if len(same) >= _PULL_REQUESTS else ()


def _first_failed(failure: FailureId, known: Known) -> int:
    """Return the number of the first build of the branch in which this failure may have begun."""
    first = known.build.number
    for one in of_same_branch(known):
        if seen_in(one, failure, known) in (Seen.PASSED, Seen.OTHER):
            break
        first = one.number
    return first


def _target_red_since(known: Known) -> int:
    """Return the number of the first of the failed builds that end the target branch; 0 if the newest one passed."""
    red = takewhile(lambda one: one.state.failed, of_target(known))
    return min((one.number for one in red), default=0)


def _failed_of_commit(failure: FailureId, known: Known) -> int:
    return 1 + sum(seen_in(one, failure, known) is Seen.SAME for one in of_same_commit(known))


# Kind


def _kind(evidence: Iterable[Evidence], *, had_it_first: bool) -> VerdictKind | None:
    """Return the kind by the most valuable statement; None without any.

    `had_it_first`: this branch may have had the failure before the target branch, which then is not where it came from.
    """
    builds = {one.kind: one.builds for one in evidence}
    for kind, shown in (
        (VerdictKind.FLAKY, EvidenceKind.INTERMITTENT in builds),  # also where the newest build has it
        (VerdictKind.ELSEWHERE, EvidenceKind.TARGET in builds and not had_it_first),
        (VerdictKind.FLAKY, EvidenceKind.SAME_COMMIT_PASSED in builds or EvidenceKind.PASSED_AGAIN in builds),
        (VerdictKind.WIDESPREAD, _is_widespread(builds)),
        (VerdictKind.KNOWN, EvidenceKind.SINCE in builds),
        (VerdictKind.NEW, EvidenceKind.NEW in builds or EvidenceKind.NEW_REASON in builds),
        (VerdictKind.UNDECIDED, EvidenceKind.NOT_COMPARED in builds),
        (VerdictKind.NEW, EvidenceKind.TARGET_PASSED in builds),
        (VerdictKind.UNDECIDED, bool(builds)),  # the target branch fails, too
    ):
        if shown:
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
    shown = _deciding(worst)
    build = shown[-1] if worst.kind is VerdictKind.KNOWN else shown[0]
    return Verdict(
        kind,
        build.number,
        build.branch,
        url=build.url,
        latest=shown[0].number if worst.kind is VerdictKind.KNOWN else 0,
        previous_keys=_previous_keys(known),
    )


def _deciding(verdict: FailureVerdict) -> tuple[SeenBuild, ...]:
    """Return the builds of the statement that decided the kind."""
    builds = {one.kind: one.builds for one in verdict.evidence}
    kinds = DECIDING[verdict.kind] if verdict.kind else ()
    return next((builds[kind] for kind in kinds if kind in builds), verdict.evidence[0].builds)


def _previous_keys(known: Known) -> frozenset[str] | None:
    before = next(iter(of_same_branch(known)), None)
    if not before:
        return None
    return frozenset() if before.state is State.SUCCESS else (known.commented or {}).get(before.number)
