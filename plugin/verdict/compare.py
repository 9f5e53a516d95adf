"""Comparison of a failure with the same step in an earlier build, and of the builds with each other."""

import re
from enum import Enum

from plugin.model.build import Build, EarlierBuild, Job, State, Step
from plugin.model.excerpt import FailureIdentity
from plugin.verdict.facts import FailureFacts, FailureId, Known

_ALIKE = 0.5
"""Share of equal words from which lines of two logs may state one cause in different words."""
_PULL_REQUEST = "pull_request"
PUSH = "push"
"""The event of a push to a branch, on every server."""


class Seen(Enum):
    """What an earlier build shows of a failure."""

    SAME = "the step failed with an equal key"
    OTHER = "the step failed for another reason"
    FAILED = "the step failed; it is not known whether for the same reason"
    PASSED = "the step, or the whole build, passed"
    ABSENT = "the step did not run"
    UNREAD = "the build failed; which step did is not known"


def seen_in(one: EarlierBuild, failure: FailureId, known: Known) -> Seen:
    """Return what an earlier build shows of a failure of this build."""
    facts = known.failures[failure]
    if facts.key and facts.complete and facts.key in (known.commented or {}).get(one.number, ()):
        return Seen.SAME
    build = known.builds.get(one.number)
    if build is None:
        return Seen.PASSED if one.state is State.SUCCESS else Seen.UNREAD
    place = counterpart(failure, known.build, build)
    if place is None:
        return Seen.ABSENT
    job, step = place
    if step.state is State.SUCCESS:
        return Seen.PASSED
    return _compared(facts, known.logs.get((one.number, job.number, step.number))) if step.failed else Seen.ABSENT


def counterpart(failure: FailureId, build: Build, other: Build) -> tuple[Job, Step] | None:
    """Return the same step of the same job in another build, by name and matrix values: numbers shift."""
    place = step_of(failure, build)
    if place is None:
        return None
    job, step = place
    for other_job in other.jobs:
        if (other_job.name, dict(other_job.axes)) == (job.name, dict(job.axes)):
            for candidate in other_job.steps:
                if candidate.name == step.name:
                    return other_job, candidate
    return None


def step_of(failure: FailureId, build: Build) -> tuple[Job, Step] | None:
    """Return the job and the step of a failure; None if it has no step."""
    job_number, step_number = failure
    for job in build.jobs:
        for step in job.steps:
            if (job.number, step.number) == (job_number, step_number):
                return job, step
    return None


def _compared(now: FailureFacts, past: FailureFacts | None) -> Seen:
    if not past or not past.key or not now.key or not now.complete:
        return Seen.FAILED
    if past.key == now.key:
        return Seen.SAME
    return Seen.OTHER if past.complete and _differ(now, past) else Seen.FAILED


def _differ(now: FailureFacts, past: FailureFacts) -> bool:
    """Return whether the causes differ for certain: one failure often has other words in the next run."""
    if not now.identity or not past.identity:
        return False
    if now.identity.tests and past.identity.tests:
        return not set(now.identity.tests) & set(past.identity.tests)
    ours, theirs = _words(now.identity), _words(past.identity)
    return len(ours & theirs) < _ALIKE * len(ours | theirs)


def _words(identity: FailureIdentity) -> set[str]:
    return {word for line in identity.lines for word in re.findall(r"\w{2,}", line.lower())}


# Builds


def of_same_branch(known: Known) -> tuple[EarlierBuild, ...]:
    """Return the earlier builds of the same branch or pull request, newest first."""
    build = known.build
    return tuple(
        one for one in known.earlier() if build.ref and one.ref == build.ref and _kind(one.event) == _kind(build.event)
    )


def of_same_commit(known: Known) -> tuple[EarlierBuild, ...]:
    """Return the earlier builds of the same commit, newest first; of a pull request those with the same target.

    A server may build the merge of a pull request with its target branch, so what is built changes with that branch.
    """
    build = known.build
    same = (one for one in of_same_branch(known) if build.commit and one.commit == build.commit)
    return tuple(one for one in same if _builds_the_same(one, build.number, known))


def of_target(known: Known) -> tuple[EarlierBuild, ...]:
    """Return the earlier pushes to the target branch, newest first; for a push to another branch, the default one."""
    base = target_branch(known)
    return tuple(one for one in known.earlier() if base and one.event == PUSH and one.branch == base)


def target_branch(known: Known) -> str:
    """Return the name of the target branch; empty if this build is a push to it, or if none is known."""
    build = known.build
    if _kind(build.event) == _PULL_REQUEST:
        return build.branch
    return "" if build.event == PUSH and build.branch == known.default_branch else known.default_branch


def of_other_pull_requests(known: Known) -> tuple[EarlierBuild, ...]:
    """Return the newest failed build of each other pull request, newest first, unless its target branch was red then.

    None for a push to the target branch itself, because pull requests contain its failures.
    """
    if not target_branch(known):
        return ()
    newest: dict[str, EarlierBuild] = {}
    for one in known.earlier():
        if _kind(one.event) == _PULL_REQUEST and one.ref and one.ref != known.build.ref and one.state.failed:
            newest.setdefault(one.ref, one)
    return tuple(one for one in newest.values() if not _target_was_red(one, known))


def built_again(known: Known) -> tuple[tuple[EarlierBuild, EarlierBuild], ...]:
    """Return pairs of a failed build and another one of the same commit, of other branches and pull requests.

    The newest come first, and of those with one failed build the ones that passed.
    """
    builds = [one for one in known.earlier() if one.commit and one.ref != known.build.ref]
    pairs = (
        (red, other)
        for red in builds
        for other in sorted(builds, key=lambda one: one.state.failed)
        if red.state.failed
        and red.number != other.number
        and (red.commit, red.ref, _kind(red.event)) == (other.commit, other.ref, _kind(other.event))
    )
    return tuple((red, other) for red, other in pairs if _builds_the_same(red, other.number, known))


def failed_and_passed(known: Known) -> tuple[EarlierBuild, ...]:
    """Return the last build of each series of failed ones after which the same branch passed, newest first.

    They are of the target branch and of other pull requests; for a push to the target branch itself, of this one.
    """
    passed: set[tuple[str, str]] = set()
    found = []
    for one in known.earlier():
        branch = one.ref, _kind(one.event)
        if one.state is State.SUCCESS:
            passed.add(branch)
        elif branch in passed:
            passed.remove(branch)
            found.append(one)
    return tuple(one for one in found if _may_be_flaky(one, known))


def _may_be_flaky(one: EarlierBuild, known: Known) -> bool:
    """Return whether the failure of a build says something about that of another branch."""
    if _kind(one.event) == _PULL_REQUEST:
        return bool(one.ref) and one.ref != known.build.ref and not _target_was_red(one, known)
    return one.event == PUSH and one.branch == (target_branch(known) or known.build.branch)


def _kind(event: str) -> str:
    return _PULL_REQUEST if event.startswith(_PULL_REQUEST) else event


def _builds_the_same(one: EarlierBuild, other: int, known: Known) -> bool:
    """Return whether another build of the same commit builds the same tree: no push to the target branch between."""
    if _kind(one.event) != _PULL_REQUEST:
        return True
    first, last = sorted((one.number, other))
    pushes = (push for push in known.listed or () if push.event == PUSH and push.branch == one.branch)
    return known.listed is not None and not any(first < push.number < last for push in pushes)


def _target_was_red(one: EarlierBuild, known: Known) -> bool:
    pushes = (push for push in known.earlier() if push.event == PUSH and push.branch == one.branch)
    newest = next((push for push in pushes if push.number < one.number), None)
    return bool(newest and newest.state.failed)
