"""One run as a step of a pipeline: takes the environment and the step's output, gives the exit code.

What is needed after the first request is imported after it: the server answers meanwhile.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, BinaryIO, TextIO

from plugin import ci, findings, workspace
from plugin.ci.build import Server
from plugin.errors import ForgeError, OutOfTime, PluginError, ServerError, SettingsError
from plugin.findings import Wish
from plugin.logs import Redactor, secrets_of
from plugin.report import Report
from plugin.rest import Budget, Rest, Tls, in_time
from plugin.settings import Settings, read, secret_values
from plugin.source import source_url
from plugin.where import Where, where

if TYPE_CHECKING:
    from plugin.extract.catalogue import Catalogue
    from plugin.tell import Outcome

FOR_TELLING = 10.0
"""Seconds of the run that no log may use up: file and comment need them."""
_LAST_LINES = 2.0
"""Seconds in which logs that did arrive are read to the end when the time for reading is over."""

_TOO_LONG = (
    "not all logs could be read in time; if patterns of your own are slow (`.failure-alert.yml`, setting `patterns`), "
    "make them simpler, else give it more with setting `timeout`"
)

_log = logging.getLogger(__name__)


class Story:
    """What one run works with. Nothing of it raises."""

    def __init__(self, environ: Mapping[str, str], out: BinaryIO, err: TextIO | None = None) -> None:
        self._settings, problems = read(environ)
        self._problems: list[SettingsError] = list(problems)
        self._redact = Redactor(secrets_of(environ, secret_values(self._settings)))
        self._out = out
        self._err = err or sys.stderr
        self._place = placed(environ, self._settings)
        self._found = findings.nothing_yet(self._place)
        self._workspace = workspace.folder(self._place.workspace)
        self._budget = Budget(self._settings.timeout)
        self._noted = 0
        """How many notes the written files have."""

    def cancel(self) -> None:
        """Ends all waiting at once, from another thread: what is known by then is told, as far as nobody is asked."""
        self._found.note("the step was canceled before everything was read")
        self._budget.stop("the step was canceled")

    def run(self) -> int:
        """Reads, reports, tells. 0 when done, 1 where `fail_on_error` is set and something was not, 2 for settings."""
        self._log_to_step()
        for problem in self._problems:
            self._complain(problem)
        for stage in (self._gather, self._report_here, self._tell_others, self._add_notes):
            self._safely(stage)
        return self._exit_code()

    def _safely(self, stage: Callable[[], None]) -> None:
        """A mistake of ours in one stage costs neither the others nor the build."""
        try:
            stage()
        except Exception as error:  # noqa: BLE001 — whatever it is, the build is not to suffer
            _log.debug("a mistake", exc_info=True)
            said = (
                f"a mistake of this program ({type(error).__name__}); `log_level: debug` shows where, please report it"
            )
            self._found.fail(said)
            self._complain(said)

    # Reading

    def _gather(self) -> None:
        """Reads for no longer than there is time, whatever strangers wrote into logs and patterns."""
        reading = Thread(target=partial(self._safely, self._read), daemon=True)
        reading.start()
        with suppress(OutOfTime):
            in_time(reading.join, self._budget.less(FOR_TELLING))
        reading.join(_LAST_LINES)
        if reading.is_alive():
            self._found.fail(_TOO_LONG)
            self._complain(_TOO_LONG)

    def _read(self) -> None:
        try:
            server = self._server()
            wish = Wish(self._settings.max_lines, self._settings.wait, self._settings.baseline, self._catalogue)
            findings.gather(server, self._found, wish, self._budget, self._redact)
        except ServerError as error:
            findings.unread(self._found, error)
            self._complain(error)

    def _server(self) -> Server:
        rest_of = clients(self._settings, self._budget.less(FOR_TELLING), ServerError, "server")
        asked = self._settings.baseline_requests
        return ci.connect(self._place, self._settings.token, rest_of, baseline_requests=asked)

    def _catalogue(self) -> Catalogue:
        from plugin.extract.own import own

        catalogue, wrong = own(self._own_patterns(), self._settings.patterns, self._settings.ignore)
        for problem in wrong:
            self._found.note(problem)
            self._complain(problem)
        return catalogue

    def _own_patterns(self) -> str | None:
        try:
            return workspace.own_patterns(self._workspace)
        except OSError as error:
            self._found.note(f"a pattern file in the workspace cannot be read: {error}")
            return None

    # Telling

    def _report_here(self) -> None:
        """The file first, whatever else fails; then the step's own log."""
        from plugin.render import as_text

        self._noted = len(self._found.notes)
        report = self._report()
        written = self._write_files(report)
        self._say(as_text.render(report, colour=self._settings.colour))
        self._said(written)

    def _tell_others(self) -> None:
        from plugin import tell

        if self._problems:
            self._say("Nothing was sent to the pull request: settings must be right before this speaks to others.\n")
            return
        report = self._report()
        self._said([*tell.show_card(report, self._settings, self._place.card_path, self._out)])
        if self._found.read:
            self._said([self._comment(report)])

    def _add_notes(self) -> None:
        """What could not be told stands in the file, too."""
        if len(self._found.notes) > self._noted:
            self._write_files(self._report())

    def _write_files(self, report: Report) -> list[Outcome]:
        from plugin import tell

        return list(tell.write_files(report, self._settings, self._workspace))

    def _comment(self, report: Report) -> Outcome:
        from plugin import tell

        rest_of = clients(self._settings, self._budget, ForgeError, "forge_url")
        return tell.post_comment(report, self._settings, self._place, self._forge(), rest_of)

    def _forge(self) -> tuple[str, str] | PluginError:
        from plugin.deliver.comment import recognise

        place = self._place
        try:
            return recognise(forge=place.forge, forge_url=place.forge_url, repo_url=place.repo_url, repo=place.repo)
        except PluginError as error:
            return error

    def _report(self) -> Report:
        forge = self._forge()
        kind = "" if isinstance(forge, PluginError) else forge[0]
        commit = self._place.commit or self._found.build.commit
        return self._found.report(source_url=source_url(kind, self._place.repo_url, commit), hide=self._redact.text)

    def _said(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            if isinstance(outcome.error, SettingsError):
                self._problems.append(outcome.error)
            if outcome.error:
                self._found.fail(outcome.said)
                self._complain(outcome.said)
            else:
                self._say(f"{self._redact.text(outcome.said)}\n")

    # The step's own output

    def _say(self, text: str) -> None:
        """A broken pipe or a full disk behind the output is nobody's red build."""
        with suppress(OSError, ValueError):
            self._out.write(text.encode("utf-8", "replace"))
            self._out.flush()

    def _complain(self, problem: object) -> None:
        line = " ".join(self._redact.text(str(problem)).split())
        with suppress(OSError, ValueError):
            print(f"failure-alert: {line}", file=self._err, flush=True)

    def _log_to_step(self) -> None:
        handler = logging.StreamHandler(self._err)
        handler.setFormatter(_Redacting(self._redact))
        logger = logging.getLogger("plugin")
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(self._settings.log_level.upper())

    def _exit_code(self) -> int:
        if self._problems:
            return 2
        return 1 if self._settings.fail_on_error and self._found.trouble else 0


_LONGEST_RECORD = 10_000
"""Characters of a log record: a server's answer may have names of megabytes."""


class _Redacting(logging.Formatter):
    """Format a record without secrets and escapes, shortened."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("failure-alert %(levelname)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = self._redact.text(super().format(record))
        return line if len(line) <= _LONGEST_RECORD else f"{line[:_LONGEST_RECORD]}…"


def placed(environ: Mapping[str, str], settings: Settings) -> Where:
    """Where the environment says that this is, as far as no setting says another thing."""
    return where(
        environ,
        server=settings.server,
        server_kind=settings.server_kind,
        repo=settings.repo,
        build=settings.build,
        pipeline=settings.pipeline,
        step_name=settings.step,
        commit=settings.commit,
        source_branch=settings.branch,
        pull_request=settings.pull_request,
        forge=settings.forge,
        forge_url=settings.forge_url,
    )


def clients(
    settings: Settings, budget: Budget, error: type[PluginError], setting: str
) -> Callable[[str, Mapping[str, str]], Rest]:
    """Makes HTTP clients of a base address and headers, which tell their failures as `error`."""
    tls = Tls(verify=not settings.skip_verify, ca_bundle=settings.ca_bundle)

    def client(base: str, headers: Mapping[str, str]) -> Rest:
        return Rest(base, budget=budget, headers=headers, tls=tls, error=error, setting=setting)

    return client
