"""The earlier builds of a repository as a list shows them, and how they relate to one failed build."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile, zip_longest

from plugin.model.build import Build, EarlierBuild, State

_PULL_REQUEST = "pull_request"
PUSH = "push"
"""The event of a push to a branch, on every server."""


class Past:
    """The builds before a failed one. Every attribute is computed once, and newest first."""

    def __init__(
        self, build: Build, default_branch: str, seen: Sequence[EarlierBuild], listed: Sequence[EarlierBuild] | None
    ) -> None:
        """Prepare what `seen` and `listed` show; `listed` is None while the list has not been read."""
        self._build = build
        self._default_branch = default_branch
        self._seen = seen
        self._listed = listed

    @cached_property
    def builds(self) -> tuple[EarlierBuild, ...]:
        """The builds before this one that ended as passed or failed."""
        found = {one.number: one for one in (*self._seen, *(self._listed or ())) if self._counts(one)}
        return tuple(found[number] for number in sorted(found, reverse=True))

    def _counts(self, one: EarlierBuild) -> bool:
        return 0 < one.number < self._build.number and (one.state.failed or one.state is State.SUCCESS)

    @cached_property
    def same_branch(self) -> tuple[EarlierBuild, ...]:
        """The builds of the same branch or pull request."""
        ref, kind = self._build.ref, kind_of(self._build.event)
        return tuple(one for one in self.builds if ref and one.ref == ref and kind_of(one.event) == kind)

    @cached_property
    def same_commit(self) -> tuple[EarlierBuild, ...]:
        """The builds of the same commit; of a pull request those with the same target.

        A server may build the merge of a pull request with its target branch, so what is built changes with it.
        """
        commit, number = self._build.commit, self._build.number
        same = (one for one in self.same_branch if commit and one.commit == commit)
        return tuple(one for one in same if self._builds_the_same(one, number))

    @cached_property
    def target_branch(self) -> str:
        """The name of the target branch; empty if this build is a push to it, or if none is known."""
        build = self._build
        if kind_of(build.event) == _PULL_REQUEST:
            return build.branch
        return "" if build.event == PUSH and build.branch == self._default_branch else self._default_branch

    @cached_property
    def target(self) -> tuple[EarlierBuild, ...]:
        """The pushes to the target branch; for a push to another branch, to the default one."""
        return self._pushes.get(self.target_branch, ()) if self.target_branch else ()

    @cached_property
    def trunk(self) -> tuple[EarlierBuild, ...]:
        """The pushes to the target branch, or to the branch of this build if it is that of a push to it."""
        return self._pushes.get(self.target_branch or self._build.branch, ())

    @cached_property
    def others(self) -> Mapping[str, tuple[EarlierBuild, ...]]:
        """The builds of each other pull request, by reference."""
        found: dict[str, list[EarlierBuild]] = defaultdict(list)
        for one in self.builds:
            if kind_of(one.event) == _PULL_REQUEST and one.ref and one.ref != self._build.ref:
                found[one.ref].append(one)
        return {ref: tuple(builds) for ref, builds in found.items()}

    @cached_property
    def other_pull_requests(self) -> tuple[EarlierBuild, ...]:
        """The newest failed build of each other pull request, unless its target branch may be the reason.

        None for a push to the target branch itself, because pull requests contain its failures.
        """
        if not self.target_branch:
            return ()
        newest = (next((one for one in builds if one.state.failed), None) for builds in self.others.values())
        return newest_first(one for one in newest if one and self._may_be_apart(one))

    @cached_property
    def built_again(self) -> tuple[tuple[EarlierBuild, EarlierBuild], ...]:
        """Pairs of a failed build and another one of the same commit, which is not that of this build.

        Those whose other build passed come first.
        """
        groups: dict[tuple[str, str, str], list[EarlierBuild]] = defaultdict(list)
        for one in self.builds:
            if one.commit and one.commit != self._build.commit:
                groups[one.commit, one.ref, kind_of(one.event)].append(one)
        pairs = [
            (red, other)
            for builds in groups.values()
            for red in builds
            for other in builds
            if red.state.failed and red is not other and self._builds_the_same(red, other.number)
        ]
        return tuple(sorted(pairs, key=lambda pair: (pair[1].state.failed, -pair[0].number)))

    @cached_property
    def came_and_went(self) -> tuple[EarlierBuild, ...]:
        """The failed builds of the trunk and of other pull requests, which may have passed since.

        First the last one of each series after which the build passed, then others of those series, then those after
        which only another step may have failed; of these, first those that are a series of their own. Those of a pull
        request whose target failed, too, are left out.
        """
        tiers: tuple[list[EarlierBuild], ...] = ([], [], [], [])
        for builds in (self.trunk, *self.others.values()):
            tier = 3
            for one, before in zip_longest(builds, builds[1:]):
                if one.state is State.SUCCESS:
                    tier = 0
                elif one.event == PUSH or self._may_be_apart(one):
                    begins_series = before is None or not before.state.failed
                    tiers[tier or int(not begins_series)].append(one)
                    tier = max(tier, 2)
        return tuple(one for found in tiers for one in newest_first(found))

    def beside(self, one: EarlierBuild) -> tuple[EarlierBuild, ...]:
        """Return the builds of the same branch or pull request as one of the trunk or another pull request."""
        return self.others.get(one.ref, ()) if kind_of(one.event) == _PULL_REQUEST else self.trunk

    def is_apart(self, one: EarlierBuild) -> bool:
        """Return whether a build of a pull request fails for no reason that its target branch has.

        The pull request passed before, and the target branch did at that time and until then.
        """
        passed = self._passed_before(one)
        return bool(passed) and self._target_passed_since(passed, one)

    def _may_be_apart(self, one: EarlierBuild) -> bool:
        """Return whether no failed build of the target branch is listed that a build of a pull request may contain.

        A pull request contains what the target branch was when it began, whatever that branch is when it is built.
        """
        if not self._pushes.get(one.branch):
            return True
        began = self._passed_before(one) or min((other.number for other in self._before(one)), default=one.number)
        return self._target_passed_since(began, one)

    def _passed_before(self, one: EarlierBuild) -> int:
        """Return the number of the newest build of the same pull request that passed before that one; 0 if none did."""
        return next((other.number for other in self._before(one) if other.state is State.SUCCESS), 0)

    def _target_passed_since(self, start: int, one: EarlierBuild) -> bool:
        """Return whether the target branch passed when build `start` ran, and from then until build `one` did."""
        until = [push for push in self._pushes.get(one.branch, ()) if push.number < one.number]
        since = list(takewhile(lambda push: push.number > start, until))
        return len(since) < len(until) and not any(push.state.failed for push in until[: len(since) + 1])

    def _before(self, one: EarlierBuild) -> Iterator[EarlierBuild]:
        return (other for other in self.others.get(one.ref, ()) if other.number < one.number)

    @cached_property
    def _pushes(self) -> Mapping[str, tuple[EarlierBuild, ...]]:
        found: dict[str, list[EarlierBuild]] = defaultdict(list)
        for one in self.builds:
            if one.event == PUSH:
                found[one.branch].append(one)
        return {branch: tuple(builds) for branch, builds in found.items()}

    def _builds_the_same(self, one: EarlierBuild, other: int) -> bool:
        """Return whether two builds of a commit build the same tree: no push to the target branch between."""
        if kind_of(one.event) != _PULL_REQUEST:
            return True
        first, last = sorted((one.number, other))
        pushes = (push for push in self._listed or () if push.event == PUSH and push.branch == one.branch)
        return self._listed is not None and not any(first < push.number < last for push in pushes)


def kind_of(event: str) -> str:
    """Return the event without the reason for it: Woodpecker has several for pull requests."""
    return _PULL_REQUEST if event.startswith(_PULL_REQUEST) else event


def newest_first(builds: Iterable[EarlierBuild]) -> tuple[EarlierBuild, ...]:
    """Return the builds from the one with the highest number on."""
    return tuple(sorted(builds, key=lambda one: -one.number))
