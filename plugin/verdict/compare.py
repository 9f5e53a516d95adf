"""Comparison of a failure with the same step in an earlier build."""

import re
from enum import Enum

from plugin.model.build import Build, EarlierBuild, Job, State, Step
from plugin.model.excerpt import FailureIdentity
from plugin.verdict.facts import FailureFacts, FailureId, Known

_ALIKE = 0.5
"""Share of equal words from which lines of two logs may state one cause in different words."""


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


def shares_nothing(one: EarlierBuild, failure: FailureId, known: Known) -> bool:
    """Return whether the step failed in an earlier build without a test or a line of this failure.

    Its cause may be the same in other words; not so if this failure is known to repeat word by word.
    """
    facts, build = known.failures[failure], known.builds.get(one.number)
    place = counterpart(failure, known.build, build) if build else None
    past = known.logs.get((one.number, place[0].number, place[1].number)) if place else None
    if not past or not past.complete or not past.identity or not facts.identity:
        return False
    tests = set(facts.identity.tests) & set(past.identity.tests)
    return not tests and not set(facts.identity.lines) & set(past.identity.lines)


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
    now_words, past_words = _words(now.identity), _words(past.identity)
    return len(now_words & past_words) < _ALIKE * len(now_words | past_words)


def _words(identity: FailureIdentity) -> set[str]:
    return {word for line in identity.lines for word in re.findall(r"\w{2,}", line.lower())}
