"""What a build means for its branch, from the CI server's list of builds and the keys that the verdict read."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from plugin.model.build import EarlierBuild, State
from plugin.model.notify import BuildLine, BuildOutcome, News, line_of
from plugin.model.report import Report


def outcome_of(
    report: Report, line: BuildLine, builds: Iterable[EarlierBuild] | None, *, same: bool | None
) -> BuildOutcome:
    """Return what the build means.

    `builds` is the server's list, None where it was not read. `same` is whether the failures are those of the previous
    build of the line, None where this is not known.
    """
    if report.state in _SILENT:
        return BuildOutcome(News.SILENT, line, why_silent=_SILENT[report.state])
    listed = sorted({build for build in builds or () if build.number != report.number}, key=lambda one: -one.number)
    of_line = [build for build in listed if line.has(build)]
    if newer := next((build for build in of_line if build.number > report.number), None):
        return BuildOutcome(News.SILENT, line, why_silent=f"build {newer.number} is newer")
    finished = [build for build in of_line if build.state.failed or build.state is State.SUCCESS]
    red = list(takewhile(lambda build: build.state.failed, finished))
    return BuildOutcome(
        _news(report, red, same=same, unread=builds is None),
        line,
        first_failed=red[-1] if red else None,
        failed_builds=len(red),
        last_good=next((build for build in finished if build.state is State.SUCCESS), None),
        other_red_lines=_other_red_branches(listed, line),
    )


_SILENT = {
    State.CANCELED: "the build was canceled",
    State.DECLINED: "the build was declined",
    State.SKIPPED: "the build was skipped",
    State.BLOCKED: "the build waits for an approval",
    State.RUNNING: "other steps or jobs still run; make this step depend on them, or increase the setting `wait`",
    State.PENDING: "the build waits",
}


def _news(report: Report, red: Sequence[EarlierBuild], *, same: bool | None, unread: bool) -> News:
    if report.state is State.FAILURE:
        if not red:  # of a list that could not be read, too: a failure that nobody hears of is worse than a second one
            return News.FIRST_FAILURE
        return News.OTHER_FAILURE if same is False else News.STILL_FAILING
    if report.state is State.SUCCESS:
        return News.FIXED if red and not unread else News.PASSED
    return News.UNKNOWN


def _other_red_branches(builds: Iterable[EarlierBuild], line: BuildLine) -> int:
    """Return the number of other branches whose newest finished build failed; `builds` are newest first."""
    newest: dict[str, State] = {}
    for build in builds:
        found = line_of(build.event, build.branch, build.ref, build.environment)
        if found.kind == "branch" and found != line and (build.state.failed or build.state is State.SUCCESS):
            newest.setdefault(found.name, build.state)
    return sum(state.failed for state in newest.values())
