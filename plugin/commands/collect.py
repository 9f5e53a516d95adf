"""Takes a server, gives what it told of the build and what its logs gave; a report can be made of it at any moment."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from plugin import report
from plugin.background import later
from plugin.ci.logs import StepLogs, logs_of
from plugin.ci.paths import page_by_environment
from plugin.ci.server import Server
from plugin.ci.wait import wait_for_jobs
from plugin.errors import InternalError, ServerError
from plugin.http.deadline import Deadline
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build, State, beside
from plugin.model.context import BuildContext
from plugin.model.report import AnalyzedLog, LogSummary, Report
from plugin.model.tests import StepTests
from plugin.model.verdict import Verdict
from plugin.verdict.verdict import judge

if TYPE_CHECKING:
    from plugin.extract.catalogue import Catalogue

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Collected:
    """Grows while the logs arrive: whenever the run is ended from outside, what is there already can be told."""

    context: BuildContext
    build: Build
    read: bool = False
    """The server gave the build; before, it holds no more than the environment tells."""
    readings: dict[tuple[int, int], AnalyzedLog] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    tests: Mapping[tuple[int, int], StepTests] = field(default_factory=dict)
    """By job number and step number."""
    verdict: Verdict | None = None
    incomplete: bool = False
    """Something of the work could not be done."""
    unread: str = "the build was not read before the run ended; give it more time with the setting `timeout`"
    """Why the server gave no build, as long as it did not."""

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def fail(self, text: str) -> None:
        self.incomplete = True
        self.note(text)

    def report(self, *, source_url: str, hide: Callable[[str], str]) -> Report:
        return report.compose(
            replace(self.build, commit=self.context.commit or self.build.commit),
            dict(self.readings),
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
    """What is known before the server was asked."""
    build = Build(
        context.repo, context.build, State.UNKNOWN, event=context.event, commit=context.commit, branch=context.branch
    )
    return Collected(context, replace(build, url=page_by_environment(context)))


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """How logs are to be read."""

    max_lines: int
    wait: float
    baseline: bool
    catalogue: Callable[[], Catalogue]


def collect(server: Server, found: Collected, options: CollectOptions, deadline: Deadline, redact: Redactor) -> None:
    """Fills `found`. Raises ServerError where not even the build can be read; a log that cannot is named in it."""
    looking = later(partial(wait_for_jobs, server, deadline, options.wait))
    catalogue = _catalogue(options, found)  # what the server takes to answer is time to read the patterns
    found.build = looking.result()
    found.read = True
    _log.info("build %s of %s is %s", found.build.number, found.build.repo, found.build.state)
    if running := [step.name for step in beside(found.build)]:
        found.note(
            f"still running beside this step: {', '.join(running)}; add them to its `depends_on` to have them told"
        )
    for logs in logs_of(server, found.build, baseline=options.baseline):
        reading = _read(logs, options, catalogue, redact)
        found.readings[logs.job.number, logs.step.number] = reading
        _log.info("log of %s: %s", logs.step.name, reading.log)
        if logs.green and logs.green.reason and not logs.green.data:
            found.note(logs.green.reason)
    found.verdict = judge(found.build, server.earlier(), found.context.default_branch)


def _catalogue(options: CollectOptions, found: Collected) -> Catalogue | None:
    """Return the built-in one where that of the build breaks us."""
    try:
        return options.catalogue()
    except Exception as error:  # noqa: BLE001 — patterns must not cost the logs
        _log.debug("a mistake", exc_info=True)
        found.fail(str(InternalError(error)))
        return None


def _read(logs: StepLogs, options: CollectOptions, catalogue: Catalogue | None, redact: Redactor) -> AnalyzedLog:
    log, green = logs.log, logs.green
    facts = LogSummary(0, len(log.data), complete=log.complete, reason=log.reason)
    if not log.data:
        return AnalyzedLog(facts, None)
    _log.debug("looking for the lines of %s", logs.step.name)
    try:
        from plugin.extract.analyze import analyze  # late: compiles expressions

        excerpt = analyze(
            LazyLog(log.data, redact),
            max_lines=options.max_lines,
            exit_code=logs.step.exit_code,
            baseline=readable(green.data, redact) if green and green.data else None,
            catalogue=catalogue,
        )
    except Exception:  # noqa: BLE001 — one log that breaks us must not cost the others
        _log.exception("log of %s", logs.step.name)
        return AnalyzedLog(
            replace(facts, complete=False, reason="it could not be analysed, which is our mistake"), None
        )
    return AnalyzedLog(replace(facts, lines=excerpt.total_lines), excerpt)


def build_unread(found: Collected, error: ServerError) -> None:
    """Record why the server gave no build."""
    found.unread = f"the build could not be read: {error}"
    found.fail(found.unread)
