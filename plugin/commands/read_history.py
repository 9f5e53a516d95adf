"""Reading of earlier builds for the verdict on a failed one, within a number of requests and a time.

`plugin.verdict.history` chooses what to read. Builds are read while the logs of this build are fetched and analyzed,
logs of earlier builds after that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Protocol

from plugin.background import later
from plugin.ci.earlier_builds import EarlierBuilds
from plugin.ci.paths import page_of_build
from plugin.ci.server import Server
from plugin.errors import OutOfTime, PluginError
from plugin.fingerprint.fingerprint import comparable_key
from plugin.http.deadline import Deadline
from plugin.model.build import Build, Job, RawLog, Step, culprits
from plugin.model.build_state import failed_without_step
from plugin.model.excerpt import Excerpt
from plugin.model.report import AnalyzedLogs
from plugin.model.verdict import FailureVerdict, Verdict
from plugin.verdict.compare import step_of
from plugin.verdict.facts import FailureFacts, FailureId, Known, Read, ReadBuild, ReadComment, ReadList, ReadLog
from plugin.verdict.history import wanted
from plugin.verdict.verdict import judge, judge_build

SECONDS = 5.0
"""Time limit of all reads together; the time in which logs of this build are read does not count."""
_AT_ONCE = 4
_LARGEST = 4_000_000
"""Bytes of a log of an earlier build that is compared: several may be in memory at once."""

_log = logging.getLogger(__name__)

KeysOfComment = Callable[[Build, float], Mapping[int, frozenset[str]]]
"""Returns the keys in the comment on a build's pull request, by the number of the build that it shows.

It takes at most that many seconds. Raises PluginError.
"""
AnalyzeLog = Callable[[Step, RawLog], Excerpt | None]


class HistoryOptions(Protocol):
    """How much of the past is read."""

    @property
    def history(self) -> int:
        """How many earlier builds are read at most."""

    @property
    def history_requests(self) -> int:
        """How many requests are made at most."""

    @property
    def keys_of_comment(self) -> KeysOfComment | None:
        """Reads the comment; None where there is none."""


class HistoryReader:
    """Reads the past of one failed build."""

    @classmethod
    def started(
        cls, server: Server, build: Build, options: HistoryOptions, deadline: Deadline, analyze: AnalyzeLog
    ) -> HistoryReader:
        """Return a reader that has begun to read what is worth reading before the own logs are analyzed.

        `analyze` returns the excerpt of a log of an earlier build.
        """
        reader = cls(server, build, options, deadline, analyze)
        reader.start()
        return reader

    def __init__(
        self, server: Server, build: Build, options: HistoryOptions, deadline: Deadline, analyze: AnalyzeLog
    ) -> None:
        """Prepare to read as much as the options allow."""
        self._past: EarlierBuilds = server.past()
        self._server = server
        self._keys_of_comment = options.keys_of_comment
        self._deadline = deadline
        self._analyze = analyze
        self._left = options.history_requests if options.history else 0
        self._seconds = SECONDS
        self._known = Known(
            build,
            {failure: FailureFacts() for failure in _failures(build)},
            default_branch=self._past.default_branch,
            analyzed=False,
            has_comment=options.keys_of_comment is not None,
            most=options.history,
        )
        self._started: Future[Known] | None = None

    def start(self) -> None:
        """Begin to read in the background what is worth reading before the own logs are analyzed."""
        if self._left and culprits(self._known.build):
            self._started = later(partial(self._read, self._known))

    def finish(self, logs: AnalyzedLogs) -> tuple[Mapping[FailureId, FailureVerdict], Verdict | None]:
        """Read the rest and return the verdicts on the failures and on the build."""
        known = self._known_by_now().with_failures(_facts(self._known.build, logs), self._server.earlier())
        if self._started:
            known = self._read(known)
        page = partial(page_of_build, known.build.url, known.build.number)
        verdicts = judge(known, page)
        return verdicts, judge_build(verdicts, known)

    def _known_by_now(self) -> Known:
        """Return what has been read in the background; nothing, and no more is read, if that takes too long."""
        if not self._started:
            return self._known
        try:
            return self._deadline.capped(self._seconds).wait(self._started)
        except OutOfTime:
            self._left = 0
            return self._known

    def _read(self, known: Known) -> Known:
        """Return what is known when there is enough, or no request or time is left."""
        deadline = self._deadline.capped(self._seconds)
        before = deadline.remaining()
        while self._left > 0 and deadline.remaining() > 0:
            reads = wanted(known)[: min(self._left, _AT_ONCE)]
            if not reads:
                break
            self._left -= len(reads)
            answers = [(read, later(partial(self._answer, read, known, deadline.remaining()))) for read in reads]
            for read, answer in answers:
                known = known.with_read(read, self._result(read, answer, known, deadline))
        self._seconds -= before - deadline.remaining()
        return known

    def _answer(self, read: Read, known: Known, seconds: float) -> object:
        match read:
            case ReadList():
                return self._past.listed()
            case ReadComment():
                return self._keys_of_comment(known.build, seconds) if self._keys_of_comment else None
            case ReadBuild(number):
                return self._past.build(number, seconds)
            case ReadLog(number):
                place = _place(read, known)
                return self._past.log(number, *place, seconds) if place else None

    def _result(self, read: Read, answer: Future[object], known: Known, deadline: Deadline) -> object:
        """Return what was read, None if that failed. What is not known is not claimed, so no error needs a note."""
        try:
            found = deadline.wait(answer)
        except PluginError as error:
            _log.info("not compared: %s", error)
            return None
        if isinstance(read, ReadBuild) and isinstance(found, Build):
            return found if found.number == read.number else None
        if isinstance(read, ReadLog) and isinstance(found, RawLog):
            place = _place(read, known)
            return self._compared(*place, found) if place else None
        return found

    def _compared(self, job: Job, step: Step, log: RawLog) -> FailureFacts | None:
        if not log.data or len(log.data) > _LARGEST:
            return None
        return _facts_of(job, step, self._analyze(step, log), complete=log.complete)


def _place(read: ReadLog, known: Known) -> tuple[Job, Step] | None:
    build = known.builds.get(read.number)
    return step_of((read.job, read.step), build) if build else None


def _failures(build: Build) -> tuple[FailureId, ...]:
    """Return the failures of the build: steps, then jobs and the build itself if they failed without a step."""
    return (
        *((job.number, step.number) for job, step in culprits(build)),
        *((job.number, 0) for job in failed_without_step(build)),
        *((0, 0) for _ in build.errors[:1]),
    )


def _facts(build: Build, logs: AnalyzedLogs) -> Mapping[FailureId, FailureFacts]:
    analyzed = ((job, step, logs.get((job.number, step.number))) for job, step in culprits(build))
    return {
        (job.number, step.number): _facts_of(job, step, found.excerpt, complete=found.log.complete)
        for job, step, found in analyzed
        if found
    }


def _facts_of(job: Job, step: Step, excerpt: Excerpt | None, *, complete: bool) -> FailureFacts:
    return FailureFacts(
        comparable_key(job, step, excerpt),
        excerpt.identity if excerpt else None,
        (excerpt.pattern or "") if excerpt else "",
        complete,
    )
