"""The verdict on a failed build by the earlier builds that were seen: new, known, flaky or caused elsewhere.

Whole builds are compared, not steps: more is not known of earlier ones without further requests.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from plugin.model.build import Build, EarlierBuild, State
from plugin.model.verdict import Verdict, VerdictKind


def judge(build: Build, earlier: Iterable[EarlierBuild], default_branch: str) -> Verdict | None:
    """Return the verdict, or None where no earlier build was seen or they show nothing."""
    before = sorted(
        {one for one in earlier if one.number < build.number and (one.state.failed or one.state is State.SUCCESS)},
        key=lambda one: -one.number,
    )
    own_builds = [one for one in before if build.ref and one.ref == build.ref]
    return _flaky(build, before) or _elsewhere(build, before, default_branch) or _known(own_builds) or _new(own_builds)


def _flaky(build: Build, before: Sequence[EarlierBuild]) -> Verdict | None:
    same = (one for one in before if build.commit and one.commit == build.commit and one.event == build.event)
    green = next((one for one in same if one.state is State.SUCCESS), None)
    return Verdict(VerdictKind.FLAKY, green.number, green.branch) if green else None


def _elsewhere(build: Build, before: Sequence[EarlierBuild], default_branch: str) -> Verdict | None:
    """Return the verdict by the target branch for a pull request, by the default branch for another branch."""
    base = build.branch if build.event.startswith("pull_request") else default_branch
    if not base or (build.event == "push" and build.branch == base):
        return None
    newest = next((one for one in before if one.event == "push" and one.branch == base), None)
    return Verdict(VerdictKind.ELSEWHERE, newest.number, base) if newest and newest.state.failed else None


def _known(builds: Sequence[EarlierBuild]) -> Verdict | None:
    red = list(takewhile(lambda one: one.state.failed, builds))
    return Verdict(VerdictKind.KNOWN, red[-1].number, red[-1].branch) if red else None


def _new(builds: Sequence[EarlierBuild]) -> Verdict | None:
    return Verdict(VerdictKind.NEW, builds[0].number, builds[0].branch) if builds else None
