"""One log of a build, analyzed: its excerpt, and the source locations that it names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from plugin.ci.logs import StepLogs
from plugin.frozen import replace
from plugin.logs.colors import colors_of
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import State, Step
from plugin.model.excerpt import Excerpt
from plugin.model.message import Message
from plugin.model.report import AnalyzedLog, LogSummary, SourceLocation

if TYPE_CHECKING:
    from plugin.locations.find import LocationFinder

_log = logging.getLogger(__name__)


class Locations:
    """Finds locations of one build; nothing is imported for a green one."""

    def __init__(self, repo: str, workspace: str) -> None:
        """`workspace` is the checkout of the commit that was built, or empty."""
        self._repo = repo
        self._workspace = workspace

    @cached_property
    def _finder(self) -> LocationFinder:
        from plugin.locations.find import LocationFinder  # late: compiles expressions

        return LocationFinder(self._repo, self._workspace)

    def of(self, excerpt: Excerpt, log: bytes) -> tuple[SourceLocation, ...]:
        """Return the locations; none where a mistake in this program prevents it."""
        try:
            return self._finder.locations(excerpt, log)
        except Exception:  # noqa: BLE001 — links must not cost the excerpt
            _log.debug("internal error", exc_info=True)
            return ()


ExcerptOf = Callable[[LazyLog, Step, bytes | None], Excerpt]
"""Function that returns the excerpt of a step's log, compared with the clean log of a successful run."""


def analyzed_log(logs: StepLogs, redact: Redactor, excerpt_of: ExcerptOf, locations: Locations) -> AnalyzedLog:
    """Return the excerpt of a log and what is known of the log itself."""
    log, green = logs.log, logs.green
    summary = LogSummary(0, len(log.data), complete=log.complete, reason=log.reason)
    text = log.data or (logs.step.error.encode() if logs.step.state is State.ERROR else b"")
    if not text:
        return AnalyzedLog(summary, None)
    _log.debug("analyzing the log of %s", logs.step.name)
    try:
        source = LazyLog(text, redact)
        baseline = readable(green.data, redact) if green and green.data else None
        excerpt = excerpt_of(source, logs.step, baseline)
        excerpt = replace(excerpt, colors=colors_of(source.raw, excerpt.lines))
    except Exception:  # noqa: BLE001 — a bug that one log triggers must not cost the others
        _log.exception("log of %s", logs.step.name)
        return AnalyzedLog(
            replace(
                summary, complete=False, reason=Message("it could not be analyzed because of a bug in this plugin")
            ),
            None,
        )
    if not log.data:  # only a message that a pattern explains is better than the message itself
        return AnalyzedLog(summary, excerpt if excerpt.pattern else None)
    return AnalyzedLog(replace(summary, lines=excerpt.total_lines), excerpt, locations.of(excerpt, source.raw))
