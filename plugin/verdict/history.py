"""The choice of what to read next of the past of a failed build, in the order of worth.

The target branch comes first, then builds of the same commit, earlier builds of the branch or pull request, and other
pull requests. Nothing is read that could not change the verdict.
"""

from collections.abc import Iterable, Iterator

from plugin.model.build import EarlierBuild
from plugin.verdict.compare import (
    Seen,
    built_again,
    counterpart,
    failed_and_passed,
    of_other_pull_requests,
    of_same_branch,
    of_same_commit,
    of_target,
    seen_in,
)
from plugin.verdict.facts import FailureId, Known, Read, ReadBuild, ReadComment, ReadList, ReadLog

_SAME_COMMIT = 2
_OLDER_TARGETS = 2
_BUILT_AGAIN = 3
_PULL_REQUESTS = 3
"""Builds that are read to look for one failure in other pull requests; two must have it."""
_ENOUGH_PULL_REQUESTS = 2


def wanted(known: Known) -> tuple[Read, ...]:
    """Return what to read next, the most valuable first; nothing if what is known is enough.

    The reads do not depend on each other, so they may be made at once.
    """
    if not known.failures:
        return ()
    if known.listed is None:
        return (ReadList(),)
    stages = (_closest, _series, _older_targets, _others) if known.analyzed else (_closest,)
    for stage in stages:
        reads = tuple(dict.fromkeys(stage(known)))
        if reads:
            room = known.most - len(known.builds)
            builds = [read for read in reads if isinstance(read, ReadBuild)][: max(room, 0)]
            return tuple(read for read in reads if not isinstance(read, ReadBuild) or read in builds)
    return ()


def _closest(known: Known) -> Iterator[Read]:
    """Yield the reads of the newest build of the target branch, the same commit, and the previous build."""
    for failure in known.failures:
        yield from _missing(of_target(known)[:1], failure, known)
        yield from _missing(of_same_commit(known)[:_SAME_COMMIT], failure, known, even_passed=True)
        yield from _previous(failure, known)


def _previous(failure: FailureId, known: Known) -> Iterator[Read]:
    """Yield the reads of the previous build: the comment first, which may have its keys."""
    before = previous(failure, known)
    if not before or not before.state.failed:
        return
    if not known.has_comment or (known.commented is not None and known.analyzed):
        yield from _missing((before,), failure, known)
    elif known.commented is None:
        yield ReadComment()


def _series(known: Known) -> Iterator[Read]:
    """Yield the reads of the build before those that are known to have the same failure."""
    for failure in _undecided(known):
        yield from _missing(series(failure, known)[1], failure, known)


def _older_targets(known: Known) -> Iterator[Read]:
    """Yield the reads of the last builds that failed before the target branch passed: it may come and go there."""
    for failure in _comparable(known):
        red = [one for one in failed_and_passed(known) if one in of_target(known)]
        yield from _missing(red[:_OLDER_TARGETS], failure, known)


def _others(known: Known) -> Iterator[Read]:
    """Yield the reads of commits that were built again, then of other pull requests and of what passed again."""
    for failure in _undecided(known):
        for red, other in built_again(known)[:_BUILT_AGAIN]:
            yield from _missing((red,), failure, known)
            if seen_in(red, failure, known) is Seen.SAME:
                yield from _missing((other,), failure, known, even_passed=True)
    for failure in _undecided(known):
        candidates = of_other_pull_requests(known)[:_PULL_REQUESTS]
        same = [one for one in candidates if seen_in(one, failure, known) is Seen.SAME]
        if len(candidates) >= _ENOUGH_PULL_REQUESTS > len(same):
            yield from _missing(candidates, failure, known)
        yield from _missing(failed_and_passed(known), failure, known)


def _undecided(known: Known) -> Iterator[FailureId]:
    """Yield the failures that can be compared and that neither the target branch nor the same commit explains."""
    for failure in _comparable(known):
        if not any(seen_in(one, failure, known) is Seen.SAME for one in of_target(known)[:1]):
            yield failure


def _comparable(known: Known) -> Iterator[FailureId]:
    """Yield the failures that can be compared and that the same commit does not explain."""
    for failure, facts in known.failures.items():
        commit = any(passed(one, failure, known) for one in of_same_commit(known))
        if facts.key and facts.complete and not commit:
            yield failure


def _missing(
    builds: Iterable[EarlierBuild], failure: FailureId, known: Known, *, even_passed: bool = False
) -> Iterator[Read]:
    """Yield the reads that are missing to know what the builds show; of one that passed, only with `even_passed`."""
    for one in builds:
        if one.number not in known.builds:
            known_same = seen_in(one, failure, known) is Seen.SAME
            if failure[1] and not known_same and (one.state.failed or even_passed):
                yield ReadBuild(one.number)
        elif known.analyzed and seen_in(one, failure, known) is Seen.FAILED:
            yield from _missing_log(one, failure, known)


def _missing_log(one: EarlierBuild, failure: FailureId, known: Known) -> Iterator[Read]:
    build, facts = known.builds[one.number], known.failures[failure]
    place = counterpart(failure, known.build, build) if build else None
    if place and facts.key and facts.complete:
        job, step = place
        read = ReadLog(one.number, job.number, step.number)
        if (read.number, read.job, read.step) not in known.logs:
            yield read


# What the reads have shown


def passed(one: EarlierBuild, failure: FailureId, known: Known) -> bool:
    """Return whether the step is known to have passed: the build has been read, or the step had no chance to differ."""
    return known.builds.get(one.number) is not None and seen_in(one, failure, known) is Seen.PASSED


def previous(failure: FailureId, known: Known) -> EarlierBuild | None:
    """Return the newest earlier build of the branch or pull request in which the step ran, as far as is known."""
    ran = (one for one in of_same_branch(known) if seen_in(one, failure, known) is not Seen.ABSENT)
    return next(ran, None)


def series(failure: FailureId, known: Known) -> tuple[tuple[EarlierBuild, ...], tuple[EarlierBuild, ...]]:
    """Return the builds up to the previous one that have the failure, newest first, and the one before them if any."""
    ran = [one for one in of_same_branch(known) if seen_in(one, failure, known) is not Seen.ABSENT]
    length = next((at for at, one in enumerate(ran) if seen_in(one, failure, known) is not Seen.SAME), len(ran))
    return tuple(ran[:length]), tuple(ran[length : length + 1]) if length else ()
