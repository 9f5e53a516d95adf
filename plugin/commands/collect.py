"""Collection of a build and its analyzed logs. A report can be composed from what is there at any moment."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from plugin import report
from plugin.background import later
from plugin.ci.logs import StepLogs, logs_of
from plugin.ci.paths import page_by_environment
from plugin.ci.server import Server
from plugin.ci.wait import wait_for_jobs
from plugin.commands.step_filter import StepFilter
from plugin.errors import InternalError, ServerError
from plugin.http.deadline import Deadline
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build, State, beside
from plugin.model.context import BuildContext
from plugin.model.report import AnalyzedLog, LogSummary, Report
from plugin.model.tests import StepTests
from plugin.model.verdict import Verdict
from plugin.settings.schema import Settings
from plugin.verdict.verdict import judge

if TYPE_CHECKING:
    from plugin.ci.pipeline_file import StepCommands
    from plugin.extract.catalogue import Catalogue

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Collected:
    """What has been read so far. It grows while logs arrive, so that a canceled run can report what is there."""

    context: BuildContext
    build: Build
    read: bool = False
    """The server returned the build; before that, `build` contains only what the environment says."""
    logs: dict[tuple[int, int], AnalyzedLog] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    tests: Mapping[tuple[int, int], StepTests] = field(default_factory=dict)
    """By job number and step number."""
    verdict: Verdict | None = None
    incomplete: bool = False
    """Some of the work could not be done."""
    unread: str = "the build was not read before the run ended; give it more time with the setting `timeout`"
    """Why the build has not been read; meaningful only until `read`."""

    def note(self, text: str) -> None:
        """Add a note for the reader, once."""
        if text not in self.notes:
            self.notes.append(text)

    def fail(self, text: str) -> None:
        """Add a note and record that some of the work could not be done."""
        self.incomplete = True
        self.note(text)

    def report(self, *, source_url: str, hide: Callable[[str], str]) -> Report:
        """Return the report of what has been read so far."""
        return report.compose(
            replace(self.build, commit=self.context.commit or self.build.commit),
            dict(self.logs),
            server=self.context.server_kind or "",
            environment=self.context.status,
            unread="" if self.read else self.unread,
            pull_request=self.context.pull_request,
            source_url=source_url,
            verdict=self.verdict,
            notes=self.notes,
            tests=self.tests,
            hide=hide,
        )


def nothing_collected(context: BuildContext) -> Collected:
    """Return what is known before the first request."""
    build = Build(
        context.repo, context.build, State.UNKNOWN, event=context.event, commit=context.commit, branch=context.branch
    )
    return Collected(context, replace(build, url=page_by_environment(context)))


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """How to read logs."""

    max_lines: int
    wait: float
    baseline: bool
    catalogue: Callable[[], Catalogue]
    commands: Callable[[], StepCommands] = dict
    """Returns the commands of steps as far as the definition of the pipeline is known."""
    step_filter: StepFilter = field(default_factory=StepFilter)


def collect_options(
    settings: Settings, catalogue: Callable[[], Catalogue], commands: Callable[[], StepCommands] = dict
) -> CollectOptions:
    """Return how the settings want a build to be read."""
    return CollectOptions(
        max_lines=settings.max_lines,
        wait=settings.wait,
        baseline=settings.baseline,
        catalogue=catalogue,
        commands=commands,
        step_filter=StepFilter(settings.steps, settings.ignore_steps),
    )


def collect(
    server: Server, collected: Collected, options: CollectOptions, deadline: Deadline, redact: Redactor
) -> None:
    """Fill `collected`. A log that cannot be read is named in it. Raise ServerError where the build cannot be read."""
    fetching = later(partial(wait_for_jobs, server, deadline, options.wait, options.step_filter.apply))
    catalogue = _catalogue(options, collected)  # loaded while the server answers
    build = fetching.result()
    if build.number != (collected.context.build or build.number):
        raise ServerError(
            f"the server answered with build {build.number} instead of {collected.context.build}; check `server`, and "
            "whether a proxy or cache in front of it mixes up answers"
        )
    collected.build = build
    collected.read = True
    for note in options.step_filter.notes(build):
        collected.note(note)
    _log.info("build %s of %s is %s", build.number, build.repo, build.state)
    if running := [step.name for step in beside(build)]:
        collected.note(
            f"still running beside this step: {', '.join(running)}; add them to its `depends_on` to have them reported"
        )
    commands: StepCommands | None = None
    for logs in logs_of(server, build, baseline=options.baseline):
        commands = options.commands() if commands is None else commands
        analyzed = _analyzed(logs, options, catalogue, redact, commands.get(logs.step.name, ()))
        collected.logs[logs.job.number, logs.step.number] = analyzed
        _log.info("log of %s: %s", logs.step.name, analyzed.log)
        if logs.green and logs.green.reason and not logs.green.data:
            collected.note(logs.green.reason)
    collected.verdict = judge(build, server.earlier(), collected.context.default_branch)


def _catalogue(options: CollectOptions, collected: Collected) -> Catalogue | None:
    """Return the catalogue with the user's patterns; None, which means the built-in one, where that fails."""
    try:
        return options.catalogue()
    except Exception as error:  # noqa: BLE001 — patterns must not cost the logs
        _log.debug("internal error", exc_info=True)
        collected.fail(str(InternalError(error)))
        return None


def _analyzed(
    logs: StepLogs,
    options: CollectOptions,
    catalogue: Catalogue | None,
    redact: Redactor,
    commands: Collection[str],
) -> AnalyzedLog:
    log, green = logs.log, logs.green
    summary = LogSummary(0, len(log.data), complete=log.complete, reason=log.reason)
    text = log.data or (logs.step.error.encode() if logs.step.state is State.ERROR else b"")
    if not text:
        return AnalyzedLog(summary, None)
    _log.debug("analyzing the log of %s", logs.step.name)
    try:
        from plugin.extract.analyze import analyze  # late: compiles expressions

        excerpt = analyze(
            LazyLog(text, redact),
            max_lines=options.max_lines,
            exit_code=logs.step.exit_code,
            baseline=readable(green.data, redact) if green and green.data else None,
            catalogue=catalogue,
            commands=commands,
        )
    except Exception:  # noqa: BLE001 — a bug that one log triggers must not cost the others
        _log.exception("log of %s", logs.step.name)
        return AnalyzedLog(
            replace(summary, complete=False, reason="it could not be analyzed because of a bug in this plugin"), None
        )
    if not log.data:  # only a message that a pattern explains is better than the message itself
        return AnalyzedLog(summary, excerpt if excerpt.pattern else None)
    return AnalyzedLog(replace(summary, lines=excerpt.total_lines), excerpt)


def build_unread(collected: Collected, error: ServerError) -> None:
    """Record why the build could not be read."""
    collected.unread = f"the build could not be read: {error}"
    collected.fail(collected.unread)
