"""The report of logs that belong to no build: each log is a failed step, except for those that report no failure."""

from collections.abc import Iterator, Sequence

from plugin.frozen import frozen, replace
from plugin.model.build import Build, Job, State, Step
from plugin.model.excerpt import Excerpt
from plugin.model.message import Message
from plugin.model.report import AnalyzedLog, LogSummary, Report, SourceLocation
from plugin.report import compose
from plugin.text.language import _, translated
from plugin.text.shorten import single_line


@frozen
class LogResult:
    """The result of analyzing one log."""

    name: str
    excerpt: Excerpt
    size: int
    """In bytes."""
    without_failure: bool = False
    """Nothing in the log reports a failure."""
    locations: tuple[SourceLocation, ...] = ()
    """Lines of source files that the excerpt names."""


def report_of_logs(results: Sequence[LogResult], exit_code: int | None = None) -> Report:
    """Return one report of all logs.

    Without any failure the state is unknown: no log shows that its step passed.
    """
    failed = [one for one in results if not one.without_failure]
    steps = tuple(
        Step(number, one.name, State.FAILURE, key="", exit_code=exit_code) for number, one in enumerate(failed, 1)
    )
    logs = {
        (1, number): AnalyzedLog(
            LogSummary(one.excerpt.total_lines, one.size, complete=True, reason=""),
            one.excerpt if one.size else None,
            one.locations,
        )
        for number, one in enumerate(failed, 1)
    }
    notes = tuple(
        Message("{source}: {problem}", source=single_line(one.name), problem=_no_failure(one))
        for one in results
        if one.without_failure
    )
    if not failed:
        build = Build("", 0, State.UNKNOWN)
        return replace(
            compose(build, {}, server="", unread=next(iter(notes), "") or Message("there is no log")), notes=notes
        )
    build = Build("", 0, State.FAILURE, jobs=(Job(1, "", State.FAILURE, steps=steps),))
    report = compose(build, logs, server="", notes=notes)
    return replace(report, jobs=(), failures=tuple(replace(failure, job="") for failure in report.failures))


def summary(results: Sequence[LogResult], report: Report) -> Iterator[str]:
    """Yield one line for each log: its cause, or that it reports no failure."""
    titles = {failure.step: failure.title for failure in report.failures}
    for one in results:
        name = single_line(one.name)
        if one.without_failure:
            yield "- " + _("{source}: {problem}", source=name, problem=_no_failure(one))
            continue
        title = single_line(translated(titles.get(one.name, one.excerpt.title)))
        line = _(" (line {number})", number=one.excerpt.title_line) if one.excerpt.title_line else ""
        yield "✗ " + _("{source}: {problem}", source=name, problem=title) + line


def _no_failure(one: LogResult) -> str:
    lines = one.excerpt.total_lines
    return Message.counted("no failure found in {number:,} line", "no failure found in {number:,} lines", lines)
