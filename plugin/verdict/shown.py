"""What the builds that were read show of a failure: since when, where else, and what came and went."""

from collections.abc import Iterable, Iterator
from itertools import takewhile

from plugin.model.build import EarlierBuild
from plugin.verdict.compare import Seen, seen_in
from plugin.verdict.facts import FailureId, Known
from plugin.verdict.past import newest_first

_TIMES = 2
"""Times at which others had a failure and passed again, from which it counts as flaky."""
PULL_REQUESTS = 2
"""Other pull requests that show that a failure is not of this one."""


def is_same(one: EarlierBuild, failure: FailureId, known: Known) -> bool:
    """Return whether an earlier build is known to have the failure."""
    return seen_in(one, failure, known) is Seen.SAME


def passed(one: EarlierBuild, failure: FailureId, known: Known) -> bool:
    """Return whether the step is known to have passed: the build has been read, so the step ran."""
    return known.builds.get(one.number) is not None and seen_in(one, failure, known) is Seen.PASSED


# The same branch or pull request


def previous(failure: FailureId, known: Known) -> EarlierBuild | None:
    """Return the newest earlier build of the branch or pull request in which the step ran, as far as is known."""
    return next(iter(_ran(known.past.same_branch, failure, known)), None)


def series(failure: FailureId, known: Known) -> tuple[tuple[EarlierBuild, ...], tuple[EarlierBuild, ...]]:
    """Return the builds up to the previous one that have the failure, newest first, and the one before them if any."""
    ran = list(_ran(known.past.same_branch, failure, known))
    length = next((at for at, one in enumerate(ran) if not is_same(one, failure, known)), len(ran))
    return tuple(ran[:length]), tuple(ran[length : length + 1]) if length else ()


def first_failed(failure: FailureId, known: Known) -> int:
    """Return the number of the first build of the branch in which this failure may have begun."""
    first = known.build.number
    for one in known.past.same_branch:
        if seen_in(one, failure, known) in (Seen.PASSED, Seen.OTHER):
            break
        first = one.number
    return first


def same_commit_passed(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the builds of the same commit in which the step passed."""
    return tuple(one for one in known.past.same_commit if passed(one, failure, known))


# The target branch


def on_target(failure: FailureId, known: Known) -> bool:
    """Return whether the newest build of the target branch has the failure."""
    return any(is_same(one, failure, known) for one in known.past.target[:1])


def target_run(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the failed builds with which the target branch ends, as far as the step is not known to have passed."""
    ran = _ran(known.past.target, failure, known)
    return tuple(takewhile(lambda one: seen_in(one, failure, known) is not Seen.PASSED, ran))


def before(one: EarlierBuild, failure: FailureId, known: Known) -> EarlierBuild | None:
    """Return the newest build of this branch or pull request, before that one, in which the step ran."""
    return next((own for own in _ran(known.past.same_branch, failure, known) if own.number < one.number), None)


def target_had_it_first(failure: FailureId, known: Known) -> bool:
    """Return whether the target branch had the failure at a time when this branch did not have it.

    Otherwise, this branch may be where the target branch has it from.
    """
    had_it = [one for one in target_run(failure, known) if is_same(one, failure, known)]
    own = (before(one, failure, known) for one in had_it)
    return any(one is None or seen_in(one, failure, known) in (Seen.PASSED, Seen.OTHER) for one in own)


def passed_since(builds: Iterable[EarlierBuild], failure: FailureId, known: Known) -> Iterator[EarlierBuild]:
    """Yield the newest build of each time at which the builds had the failure and passed again."""
    has_passed = False
    for one in builds:
        seen = seen_in(one, failure, known)
        if seen is Seen.SAME and has_passed:
            yield one
        has_passed = seen is Seen.PASSED or (has_passed and seen is not Seen.SAME)


def passed_after(one: EarlierBuild, failure: FailureId, known: Known) -> bool:
    """Return whether the same branch or pull request passed after a build, before it is known to have failed again."""
    later = (other for other in reversed(known.past.beside(one)) if other.number > one.number)
    seen = (seen_in(other, failure, known) for other in later)
    return next((found is Seen.PASSED for found in seen if found in (Seen.PASSED, Seen.SAME)), False)


# Other branches and pull requests


def passed_again(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return two builds of one commit elsewhere: one that passed the step, and one that had this failure."""
    for red, other in known.past.built_again:
        if is_same(red, failure, known) and passed(other, failure, known):
            return other, red
    return ()


def intermittent(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the builds that had the failure at several times, if their branches passed after each; newest first.

    They are of the trunk, and of other pull requests, each once. A pull request may contain what was wrong with the
    trunk for a while: it counts if the trunk passed before both had the failure, or if both passed in the meantime. It
    does not count if it had the failure in several builds: then it may have brought and fixed it.
    """
    past = known.past
    trunk = list(passed_since(past.trunk, failure, known))
    first = min((one.number for one in trunk), default=0)
    others = (one for one in _in_others(failure, known) if not trunk or one.number < first or past.is_apart(one))
    times = [*trunk, *others]
    return newest_first(times) if len(times) >= _TIMES else ()


def _in_others(failure: FailureId, known: Known) -> Iterator[EarlierBuild]:
    """Yield a build of each other pull request that had the failure once and passed again."""
    candidates = frozenset(known.past.came_and_went)
    for builds in known.past.others.values():
        had_it = (one for one in passed_since(builds, failure, known) if one in candidates)
        yield from [one for one in had_it if _is_single(one, builds, failure, known)][:1]


def _is_single(one: EarlierBuild, builds: Iterable[EarlierBuild], failure: FailureId, known: Known) -> bool:
    """Return whether the build before did not have the failure: what stays until a commit fixes it is no flake."""
    before = next((other for other in builds if other.number < one.number), None)
    return before is None or seen_in(before, failure, known) in (Seen.PASSED, Seen.OTHER)


def in_other_pull_requests(failure: FailureId, known: Known) -> tuple[EarlierBuild, ...]:
    """Return the builds of other pull requests that had the failure before this one could have caused it."""
    first = first_failed(failure, known)
    same = (one for one in known.past.other_pull_requests if one.number < first and is_same(one, failure, known))
    found = tuple(same)
    return found if len(found) >= PULL_REQUESTS else ()


def is_flaky(failure: FailureId, known: Known) -> bool:
    """Return whether earlier builds show that the failure comes and goes."""
    shown = (same_commit_passed, passed_again, intermittent)
    return any(one(failure, known) for one in shown)


def _ran(builds: Iterable[EarlierBuild], failure: FailureId, known: Known) -> Iterator[EarlierBuild]:
    """Yield the builds in which the step ran, as far as is known."""
    return (one for one in builds if seen_in(one, failure, known) is not Seen.ABSENT)
