"""Collection of a build and its analyzed logs. A report can be composed from what is there at any moment."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from plugin import report
from plugin.background import later
from plugin.ci.logs import logs_of
from plugin.ci.paths import page_by_environment
from plugin.ci.server import Server
from plugin.ci.superseded import with_supersession
from plugin.ci.wait import wait_for_jobs
from plugin.commands.analyzed_log import ExcerptOf, Locations, analyzed_log
from plugin.commands.step_filter import StepFilter
from plugin.errors import InternalError, ServerError
from plugin.frozen import frozen
from plugin.http.deadline import Deadline
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build, RawLog, State, Step, beside, culprits
from plugin.model.build_state import has_failed
from plugin.model.context import BuildContext
from plugin.model.excerpt import Excerpt
from plugin.model.message import Message
from plugin.model.report import AnalyzedLog, AnalyzedLogs, Report
from plugin.model.tests import StepTests
from plugin.model.verdict import ChangedLines, Conclusion, FailureVerdict, KnownIssue, Verdict
from plugin.settings.schema import Settings
from plugin.verdict.conclusion import category_of, concluded

if TYPE_CHECKING:
    from plugin.ci.pipeline_file import StepCommands
    from plugin.commands.read_history import HistoryReader, KeysOfComment
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
    verdicts: Mapping[tuple[int, int], FailureVerdict] = field(default_factory=dict)
    """What earlier builds show of each failure, by job number and step number."""
    changed: Mapping[tuple[int, int], ChangedLines] = field(default_factory=dict)
    """How failures relate to the lines that the pull request changes, by job number and step number."""
    known_issues: Mapping[tuple[int, int], KnownIssue] = field(default_factory=dict)
    """The known issues that failures match, by job number and step number."""
    incomplete: bool = False
    """Some of the work could not be done."""
    show_log: bool = True
    """Whether reports may contain text that the build printed."""
    unread: str = Message("the build was not read before the run ended; give it more time with the setting `timeout`")
    """Why the build has not been read; meaningful only until `read`."""

    def note(self, text: str) -> None:
        """Add a note for the reader, once."""
        if text not in self.notes:
            self.notes.append(text)

    def fail(self, text: str) -> None:
        """Add a note and record that some of the work could not be done."""
        self.incomplete = True
        self.note(text)

    def fail_internally(self, error: Exception) -> None:
        """Record a bug of this program, from where it was caught."""
        _log.debug("internal error", exc_info=True)
        self.fail(str(InternalError(error)))

    def report(self, *, source_url: str, hide: Callable[[str], str]) -> Report:
        """Return the report of what has been read so far, without text of the logs if the settings say so."""
        from plugin.render.without_log_text import without_log_text  # late, as the formats are

        whole = self.whole_report(source_url=source_url, hide=hide)
        return whole if self.show_log else without_log_text(whole)

    def whole_report(self, *, source_url: str, hide: Callable[[str], str]) -> Report:
        """Return the report with all text, for what is looked up by it; readers may get it by `report` only."""
        logs = dict(self.logs)
        verdicts, conclusion = self._concluded(logs)
        return report.compose(
            replace(self.build, commit=self.context.commit or self.build.commit),
            logs,
            server=self.context.server_kind or "",
            environment=self.context.status,
            unread="" if self.read else self.unread,
            pull_request=self.context.pull_request,
            source_url=source_url,
            verdict=self.verdict,
            verdicts=verdicts,
            conclusion=conclusion,
            notes=self.notes,
            tests=self.tests,
            hide=hide,
        )

    def _concluded(self, logs: AnalyzedLogs) -> tuple[Mapping[tuple[int, int], FailureVerdict], Conclusion | None]:
        """Return the verdicts with their conclusions. A bug in them must not cost the report."""
        categories = {failure: category_of(log.excerpt) for failure, log in logs.items() if log.excerpt}
        try:
            return concluded(self.verdicts, self.changed, self.known_issues, categories)
        except Exception as error:  # noqa: BLE001 — as above
            self.fail_internally(error)
            return {}, None


def nothing_collected(context: BuildContext, settings: Settings) -> Collected:
    """Return what is known before the first request."""
    build = Build(
        context.repo, context.build, State.UNKNOWN, event=context.event, commit=context.commit, branch=context.branch
    )
    return Collected(context, replace(build, url=page_by_environment(context)), show_log=settings.max_lines > 0)


@frozen
class CollectOptions:
    """How to read logs."""

    max_lines: int
    wait: float
    baseline: bool
    catalogue: Callable[[], Catalogue]
    workspace: str = ""
    """The checkout of the commit that was built, where there is one."""
    commands: Callable[[], StepCommands] = dict
    """Returns the commands of steps as far as the definition of the pipeline is known."""
    step_filter: StepFilter = field(default_factory=StepFilter)
    progress: Callable[[str], None] = lambda _: None
    """Shows what is being read."""
    history: int = 10
    """How many earlier builds of a failed one are read at most."""
    history_requests: int = 12
    keys_of_comment: KeysOfComment | None = None
    """Reads the keys of failures from the comment on the pull request; None where there is none."""
    logs_read: Callable[[], None] = lambda: None
    """Called when the own logs are analyzed, while earlier builds are still read."""


def collect_options(
    settings: Settings,
    catalogue: Callable[[], Catalogue],
    keys_of_comment: KeysOfComment | None = None,
    commands: Callable[[], StepCommands] = dict,
    logs_read: Callable[[], None] = lambda: None,
    workspace: str = "",
) -> CollectOptions:
    """Return how the settings want a build to be read."""
    return CollectOptions(
        max_lines=settings.max_lines or Settings.max_lines,
        wait=settings.wait,
        baseline=settings.baseline,
        catalogue=catalogue,
        workspace=workspace,
        commands=commands,
        step_filter=StepFilter(settings.steps, settings.ignore_steps),
        history=settings.history,
        history_requests=settings.history_requests,
        keys_of_comment=keys_of_comment,
        logs_read=logs_read,
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
            Message(
                "the server answered with build {number} instead of {requested}; check `server`, and whether a "
                "proxy or cache in front of it mixes up answers",
                number=build.number,
                requested=collected.context.build,
            )
        )
    collected.build = build
    collected.read = True
    for note in options.step_filter.notes(build):
        collected.note(note)
    _log.info("build %s of %s is %s", build.number, build.repo, build.state)
    if running := [step.name for step in beside(build)]:
        collected.note(
            Message(
                "still running beside this step: {names}; add them to its `depends_on` to have them reported",
                names=", ".join(running),
            )
        )
    total = len(culprits(build))
    options.progress(f"build {build.number} of {build.repo}: 0 of {total} logs")
    locations = Locations(build.repo, options.workspace)
    excerpt_of = partial(_excerpt_of, options, catalogue)
    history = _history_reader(server, build, options, deadline, partial(_excerpt, excerpt_of, redact))
    for logs in logs_of(server, build, baseline=options.baseline):
        analyzed = analyzed_log(logs, redact, excerpt_of, locations)
        collected.logs[logs.job.number, logs.step.number] = analyzed
        _log.info("log of %s: %s", logs.step.name, analyzed.log)
        options.progress(f"build {build.number} of {build.repo}: {len(collected.logs)} of {total} logs")
        if logs.green and logs.green.reason and not logs.green.data:
            collected.note(logs.green.reason)
    collected.build = with_supersession(build, server.earlier())
    options.logs_read()
    if history:
        _judge(history, collected)


def _history_reader(
    server: Server,
    build: Build,
    options: CollectOptions,
    deadline: Deadline,
    analyze: Callable[[Step, RawLog], Excerpt],
) -> HistoryReader | None:
    """Return the reader of earlier builds, which has begun to read; None for a build that has not failed."""
    if not has_failed(build):
        return None
    from plugin.commands.read_history import HistoryReader  # a green build needs none of it

    return HistoryReader.started(server, build, options, deadline, analyze)


def _judge(history: HistoryReader, collected: Collected) -> None:
    """Add the verdicts. A bug in them must not cost the report."""
    try:
        collected.verdicts, collected.verdict = history.finish(collected.logs)
    except Exception as error:  # noqa: BLE001 — as above
        collected.fail_internally(error)


def _catalogue(options: CollectOptions, collected: Collected) -> Catalogue | None:
    """Return the catalogue with the user's patterns; None, which means the built-in one, where that fails."""
    try:
        return options.catalogue()
    except Exception as error:  # noqa: BLE001 — patterns must not cost the logs
        collected.fail_internally(error)
        return None


def _excerpt(excerpt_of: ExcerptOf, redact: Redactor, step: Step, log: RawLog) -> Excerpt:
    return excerpt_of(LazyLog(log.data, redact), step, None)


def _excerpt_of(
    options: CollectOptions, catalogue: Catalogue | None, source: LazyLog, step: Step, baseline: bytes | None
) -> Excerpt:
    from plugin.extract.analyze import analyze  # late: compiles expressions

    return analyze(
        source,
        max_lines=options.max_lines,
        exit_code=step.exit_code,
        baseline=baseline,
        catalogue=catalogue,
        commands=options.commands().get(step.name) or step.commands,
    )


def build_unread(collected: Collected, error: ServerError) -> None:
    """Record why the build could not be read."""
    collected.unread = Message("the build could not be read: {error}", error=error)
    collected.fail(collected.unread)
