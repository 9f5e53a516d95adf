"""The choice of what to read next of the past of a failed build, in the order of worth.

The target branch comes first, then builds of the same commit and the previous build; then what shows that the failure
comes and goes: commits that were built again, the target branch and other pull requests that passed since; then other
pull requests that fail now; last, where it began. Nothing is read that could not change the verdict.
"""

from collections.abc import Iterable, Iterator, Sequence

from plugin.model.build import EarlierBuild, State
from plugin.verdict import shown
from plugin.verdict.compare import Seen, counterpart, seen_in
from plugin.verdict.facts import FailureId, Known, Read, ReadBuild, ReadComment, ReadList, ReadLog

_SAME_COMMIT = 2
_PREVIOUS = 3
"""Builds that are read to look for the previous one in which the step ran."""
_BUILT_AGAIN = 5
"""Commits that were built again and that are read before builds that are newer."""
_CANDIDATES = 2
"""Builds that are read at once to look for a failure: the answers may show that no other is needed."""
_PULL_REQUESTS = 3
"""Builds that are read to look for one failure in other pull requests."""


def wanted(known: Known) -> tuple[Read, ...]:
    """Return what to read next, the most valuable first; nothing if what is known is enough.

    The reads do not depend on each other, so they may be made at once.
    """
    if not known.failures:
        return ()
    if known.listed is None:
        return (ReadList(),)
    for stage in _STAGES if known.analyzed else (_closest,):
        reads = _affordable(stage(known), known)
        if reads:
            return reads
    return ()


def _affordable(reads: Iterable[Read], known: Known) -> tuple[Read, ...]:
    """Return the reads without those of more builds than may be read."""
    room = max(known.most - len(known.builds), 0)
    chosen = tuple(dict.fromkeys(reads))
    builds = [read for read in chosen if isinstance(read, ReadBuild)][:room]
    return tuple(read for read in chosen if not isinstance(read, ReadBuild) or read in builds)


def _target(known: Known) -> Iterator[Read]:
    """Yield the reads of the newest build of the target branch."""
    for failure in known.failures:
        yield from _missing(known.past.target[:1], failure, known)


def _closest(known: Known) -> Iterator[Read]:
    """Yield the reads of the newest build of the target branch, the same commit, and the previous build."""
    yield from _target(known)
    for failure in known.failures:
        yield from _missing(known.past.same_commit[:_SAME_COMMIT], failure, known, even_passed=True)
        yield from _previous(failure, known)


def _previous(failure: FailureId, known: Known) -> Iterator[Read]:
    """Yield the reads of the previous build: the comment first, which may have its keys."""
    before = shown.previous(failure, known)
    if before not in known.past.same_branch[:_PREVIOUS] or not before.state.failed:
        return
    if not known.has_comment or (known.commented is not None and known.analyzed):
        yield from _missing((before,), failure, known)
    elif known.commented is None:
        yield ReadComment()


def _began_on_target(known: Known) -> Iterator[Read]:
    """Yield the reads that show whether the target branch had a failure first, where both have it."""
    for failure in _comparable(known):
        if not shown.on_target(failure, known) or shown.target_had_it_first(failure, known):
            continue
        for one in _targets_by_worth(failure, known):
            reads = list(_missing((one,), failure, known))
            before = shown.before(one, failure, known)
            if before and shown.is_same(one, failure, known):
                reads += _missing((before,), failure, known)
            yield from reads
            if reads:
                break


def _targets_by_worth(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the failed builds of the target branch: the last one before this branch failed first, then older ones."""
    run, first = shown.target_run(failure, known), shown.first_failed(failure, known)
    return (*(one for one in run if one.number < first), *(one for one in reversed(run) if one.number > first))


def _came_and_went(known: Known) -> Iterator[Read]:
    """Yield the reads of failed builds that were built again, or after which the same branch passed."""
    again = [(red, other) for red, other in known.past.built_again if not other.state.failed]
    passed = [(one, None) for one in known.past.came_and_went if _passed_since(one, known)]
    yield from _of_pairs([*again[:_BUILT_AGAIN], *passed, *again[_BUILT_AGAIN:]], known)


def _may_have_gone(known: Known) -> Iterator[Read]:
    """Yield the reads of failed builds after which the same branch failed as well, maybe for another reason."""
    yield from _of_pairs([(one, None) for one in known.past.came_and_went if not _passed_since(one, known)], known)


def _passed_since(red: EarlierBuild, known: Known) -> bool:
    return any(one.state is State.SUCCESS and one.number > red.number for one in known.past.beside(red))


_Pairs = Sequence[tuple[EarlierBuild, EarlierBuild | None]]
"""Failed builds, each with a passed one of the same commit if there is one."""


def _of_pairs(pairs: _Pairs, known: Known) -> Iterator[Read]:
    """Yield the next reads. Logs of builds that have been read come first: one may show that no more is needed."""
    reads = [read for failure in _undecided(known) for read in _of_candidates(pairs, failure, known)]
    logs = [read for read in reads if isinstance(read, ReadLog)]
    yield from logs or reads


def _of_candidates(pairs: _Pairs, failure: FailureId, known: Known) -> Iterator[Read]:
    """Yield the reads of the next builds that may show that a failure comes and goes."""
    builds = 0
    for red, other in pairs:
        if other and shown.is_same(red, failure, known):
            reads = list(_missing((other,), failure, known, even_passed=True))
        elif other or red.number not in known.builds or shown.passed_after(red, failure, known):
            reads = list(_missing((red,), failure, known))
        else:
            continue
        yield from reads
        builds += any(isinstance(read, ReadBuild) for read in reads)
        if builds >= _CANDIDATES:
            break


def _others(known: Known) -> Iterator[Read]:
    """Yield the reads of other pull requests that fail now."""
    for failure in _undecided(known):
        first = shown.first_failed(failure, known)
        candidates = [one for one in known.past.other_pull_requests if one.number < first][:_PULL_REQUESTS]
        if len(candidates) >= shown.PULL_REQUESTS and not shown.in_other_pull_requests(failure, known):
            yield from _missing(candidates, failure, known)


def _series(known: Known) -> Iterator[Read]:
    """Yield the reads of the build before those that are known to have the same failure."""
    for failure in _undecided(known):
        if not shown.on_target(failure, known):
            yield from _missing(shown.series(failure, known)[1], failure, known)


_STAGES = (_target, _began_on_target, _closest, _came_and_went, _others, _may_have_gone, _series)


def _undecided(known: Known) -> Iterator[FailureId]:
    """Yield the failures that can be compared and that are not known to come and go."""
    return (failure for failure in _comparable(known) if not shown.is_flaky(failure, known))


def _comparable(known: Known) -> Iterator[FailureId]:
    """Yield the failures that can be compared and that the same commit does not explain."""
    for failure, facts in known.failures.items():
        if facts.key and facts.complete and not shown.same_commit_passed(failure, known):
            yield failure


def _missing(
    builds: Iterable[EarlierBuild], failure: FailureId, known: Known, *, even_passed: bool = False
) -> Iterator[Read]:
    """Yield the reads that are missing to know what the builds show; of one that passed, only with `even_passed`."""
    for one in builds:
        if one.number not in known.builds:
            known_same = shown.is_same(one, failure, known)
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
