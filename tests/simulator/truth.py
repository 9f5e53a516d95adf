"""What could be known of a failure: its observations in earlier builds, and what an ideal reader can conclude.

An ideal reader knows in advance which builds are worth reading. It is bound by what the server lists, by logs that are
gone, and by the evidence that `docs/verdicts.md` demands.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from tests.simulator.world import FailedStep, Fault, Origin, Played

Past = Sequence[tuple[Played, bool]]
"""The earlier builds, oldest first, each with whether its logs are gone."""


def observed(truth: FailedStep, past: Past) -> tuple[str, ...]:
    """Return the builds that were seen to fail like this before the same branch or pull request passed the step again.

    A series of failed builds counts once: as long as nothing passed, a flaky test looks like a broken branch.
    """
    fault = _only(truth, Origin.FLAKY)
    if not fault:
        return ()
    failed: dict[int, str] = {}
    found: list[str] = []
    for played, purged in past:
        build = played.build
        if not purged and _is_alone(fault, truth.step, played):
            failed[build.pull] = f"{build.number} of {f'pull request {build.pull}' if build.pull else 'main'}"
        elif played.passed(truth.step) and build.pull in failed:
            found.append(failed.pop(build.pull))
    return tuple(found)


def is_on_target(truth: FailedStep, past: Past) -> bool:
    """Return whether the newest build of the main branch failed with the same, alone, and its log is there."""
    fault = _only(truth, Origin.TARGET)
    newest = next((one for one in reversed(past) if not one[0].build.pull), None)
    return bool(fault and newest and not newest[1] and _is_alone(fault, truth.step, newest[0]))


def began_on_target(truth: FailedStep, pull: int, past: Past) -> bool:
    """Return whether readable builds show that the main branch had the failure when the pull request did not.

    Otherwise, the pull request may have brought it to the main branch.
    """
    fault = _only(truth, Origin.TARGET)
    if not fault:
        return False
    ran = [(played, purged) for played, purged in reversed(past) if _ran(truth.step, played)]
    run = takewhile(lambda one: not one[0].passed(truth.step), (one for one in ran if not one[0].build.pull))
    with_it = [played.build.number for played, purged in run if not purged and _is_alone(fault, truth.step, played)]
    own = [(played, purged) for played, purged in ran if played.build.pull == pull]
    return any(_is_without(fault, truth.step, number, own) for number in with_it)


def _is_without(fault: Fault, step: str, number: int, own: Past) -> bool:
    """Return whether the newest own build before that number is known not to have the fault, or there is none."""
    before = next((one for one in own if one[0].build.number < number), None)
    if not before:
        return True
    played, purged = before
    return played.passed(step) or (not purged and fault.failure not in _failures(step, played))


def newest(past: Past, failed: int) -> Past:
    """Return the newest builds, as many as have that many failed ones."""
    at = [index for index, (played, _) in enumerate(past) if played.failed]
    return past[at[-failed] :] if len(at) > failed else past


def _only(truth: FailedStep, origin: Origin) -> Fault | None:
    (fault, *others) = truth.faults
    return None if others or fault.origin is not origin else fault


def _is_alone(fault: Fault, step: str, played: Played) -> bool:
    return list(_failures(step, played)) == [fault.failure]


def _ran(step: str, played: Played) -> bool:
    return step in played.failed or played.passed(step)


def _failures(step: str, played: Played) -> Iterator[object]:
    found = played.failed.get(step)
    return (one.failure for one in (found.faults if found else ()))
