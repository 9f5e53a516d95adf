"""One run as a step of a pipeline.

Modules that are needed only after the first request are imported after it, while the server answers.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO, TextIO

from plugin import workspace
from plugin.ci.server import Server
from plugin.commands import collect
from plugin.commands import step_times as times
from plugin.commands.clients import ClientFactory, context_of, forge_of, make_client_factory, source_url_of
from plugin.commands.comment_keys import keys_reader
from plugin.commands.evidence import EvidenceReader
from plugin.commands.in_time import done_in_time
from plugin.commands.step_output import StepOutput
from plugin.commands.templates import Templates
from plugin.commands.workspace_files import catalogue_of, step_commands
from plugin.context import checkout, is_known_ci, of_pull_request, read_context
from plugin.errors import ForgeError, InternalError, PluginError, ServerError, SettingsError
from plugin.http.deadline import Deadline
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.report import Report
from plugin.settings.parse import read_settings, secret_values
from plugin.text import language

if TYPE_CHECKING:
    from plugin.commands.publish import DeliveryResult
    from plugin.extract.catalogue import Catalogue

_log = logging.getLogger(__name__)


class PluginStep:
    """One run. Its public methods never raise."""

    def __init__(self, environ: Mapping[str, str], out: BinaryIO, err: TextIO | None = None) -> None:
        self._settings, problems = read_settings(environ)
        language.activate(self._settings.language)
        self._problems: list[SettingsError] = list(problems)
        self._redact = Redactor(secrets_of(environ, secret_values(self._settings)))
        self._output = StepOutput(out, err or sys.stderr, self._redact)
        self._context = context_of(environ, self._settings)
        environment = read_context(environ)
        self._of_pull_request = of_pull_request(environment) or of_pull_request(self._context)
        self._no_build = not (is_known_ci(environ) or self._context.server or self._context.repo or self._context.build)
        """Nothing says which build to report on."""
        self._collected = collect.nothing_collected(self._context, self._settings)
        self._workspace = workspace.folder(self._context.workspace)
        self._checkout = checkout(environment, self._context)
        self._commands = cache(partial(step_commands, self._workspace))
        self._deadline = Deadline(self._settings.timeout)
        self._reading = self._deadline.reserve(times.DELIVERY_SECONDS)
        self._waiting = self._reading.capped(self._settings.timeout)
        """The time in which other jobs of the build may end."""
        self._all_read = False
        self._notes_written = 0
        """Number of notes in the written files."""
        self._written: list[DeliveryResult] = []
        self._environ = environ
        self._templates = Templates(self._settings, self._context, self._deadline, self._note_problem)
        self._connected: Server | None = None
        self._canceled = False

    def cancel(self) -> None:
        """End the run early; what is known is still delivered. Blocks, so call it from a thread of its own."""
        self._canceled = True
        self._waiting.stop(times.CANCELED)
        time.sleep(times.FINISH_READING_SECONDS)
        self._stop_reading()
        time.sleep(times.DELIVER_AFTER_SIGNAL_SECONDS)
        self._deadline.stop(times.CANCELED)

    def _stop_reading(self) -> None:
        if not self._all_read:
            self._collected.note(times.NOT_ALL_READ)
            self._reading.stop(times.CANCELED)

    def run(self) -> int:
        """Read the build, report it, deliver the report.

        Return the exit code: 0 when done, 1 where `fail_on_error` is set and some of the work could not be done, 2 for
        unusable settings.
        """
        self._safely(partial(self._output.take_records, self._settings.log_level))
        self._safely(self._complain_of_settings)
        if self._no_build:
            return self._print_usage()
        if self._settings.check:
            self._safely(self._check)
            return self._exit_code()
        self._safely(self._gather)
        self._all_read = True
        self._safely(self._write_report, self._write_last_resort)
        self._safely(self._print_report, self._print_last_resort)
        for stage in (
            self._print_written_files,
            self._show_card,
            self._post_comment,
            self._mark_commit,
            self._notify,
            self._add_notes,
        ):
            self._safely(stage)
        return self._exit_code()

    def _print_usage(self) -> int:
        from plugin.commands import usage

        self._output.complain(usage.NO_BUILD)
        self._output.say(usage.TEXT)
        return 2

    def _check(self) -> None:
        from plugin.commands.check import check

        result = check(self._environ)
        self._output.say(result.text)
        self._collected.incomplete |= result.exit_code != 0

    def _safely(self, stage: Callable[[], None], instead: Callable[[BaseException], None] | None = None) -> None:
        """Run the stage. A bug in it must cost neither the other stages nor the build."""
        try:
            stage()
        except KeyboardInterrupt:  # a signal, where no thread could be started to wait for it
            self._stop_reading()
            if self._all_read:
                self._safely(stage, instead)  # still deliver; further signals are ignored
        except BaseException as error:  # noqa: BLE001 — no error may change the build
            with suppress(Exception):
                _log.debug("internal error", exc_info=True)
                message = str(InternalError(error))
                self._collected.fail(message)
                self._output.complain(message)
            if instead:
                with suppress(Exception):
                    instead(error)

    def _complain_of_settings(self) -> None:
        for problem in self._problems:
            self._output.complain(problem)

    # Reading

    def _gather(self) -> None:
        """Read until done or out of time, whatever untrusted logs and patterns contain."""
        if not done_in_time(partial(self._safely, self._read), self._reading, times.LAST_LINES_SECONDS):
            self._collected.fail(times.TOO_LONG)
            self._output.complain(times.TOO_LONG)

    def _read(self) -> None:
        try:
            self._connected = server = self._server()
            evidence = self._evidence_reader()
            keys = keys_reader(self._settings, self._context, self._reading)
            logs_read = partial(self._safely, evidence.start)
            sources = (self._catalogue, keys, self._commands, logs_read, self._checkout)
            options = collect.collect_options(self._settings, *sources)
            collect.collect(server, self._collected, options, self._waiting, self._redact)
            self._safely(lambda: self._note_problems(evidence.finish()))
        except ServerError as error:
            collect.build_unread(self._collected, error)
            self._output.complain(error)

    def _note_problems(self, problems: Iterable[str]) -> None:
        for problem in problems:
            self._note_problem(problem)

    def _note_problem(self, problem: object) -> None:
        self._collected.note(str(problem))
        self._output.complain(str(problem))

    def _evidence_reader(self) -> EvidenceReader:
        args = (self._collected, self._settings, self._workspace, self._reading, self._redact.text)
        return EvidenceReader(*args, of_pull_request=self._of_pull_request)

    def _server(self) -> Server:
        from plugin.ci.connect import connect

        client_factory = make_client_factory(self._settings, self._reading, ServerError, "server")
        requests = self._settings.baseline_requests
        return connect(self._context, self._settings.token, client_factory, baseline_requests=requests)

    def _catalogue(self) -> Catalogue:
        catalogue, problems = catalogue_of(
            self._settings, self._collected.note, self._workspace, of_pull_request=self._of_pull_request
        )
        self._note_problems(problems)
        return catalogue

    # Delivery

    def _write_report(self) -> None:
        """Write the files, before anything that may take time."""
        self._notes_written = len(self._collected.notes)
        self._written = self._write_files(self._report())
        mistakes = [one.error.cause for one in self._written if isinstance(one.error, InternalError)]
        if mistakes and all(one.error for one in self._written):
            self._write_last_resort(mistakes[0])

    def _write_last_resort(self, error: BaseException) -> None:
        from plugin.commands import last_resort

        last_resort.write(last_resort.text(self._environ, error), self._environ)

    def _print_report(self) -> None:
        from plugin.render import text as text_format

        self._output.say(text_format.render(self._report(), colour=self._settings.colour))

    def _print_last_resort(self, error: BaseException) -> None:
        from plugin.commands import last_resort

        self._output.say(last_resort.text(self._environ, error))

    def _print_written_files(self) -> None:
        self._record(self._written)

    def _show_card(self) -> None:
        from plugin.commands import publish

        if not self._problems:
            self._record(
                [*publish.show_card(self._report(), self._settings, self._context.card_path, self._output.out)]
            )

    def _post_comment(self) -> None:
        if self._problems:
            self._output.say("Nothing was sent to the pull request: fix the settings first.\n")
        else:
            self._record([self._comment(self._report())])

    def _mark_commit(self) -> None:
        from plugin.commands.commit_marks import marks

        if not self._problems:
            self._record([*marks(self._report(), self._settings, self._context, *self._forge())])

    def _notify(self) -> None:
        if self._problems or self._canceled or not (self._settings.notify_urls or self._settings.notify):
            return
        from plugin.commands.notify import NotifyRun, notify

        sources = (self._settings, self._collected, self._connected, self._deadline)
        custom = partial(self._templates.text, "message")
        run = NotifyRun(*sources, report=self._report, collect=self._read, hide=self._redact.text, custom=custom)
        for result in notify(run):
            self._record([result])

    def _add_notes(self) -> None:
        """Write the files again if a delivery failed after they were written, so that they say so."""
        written = any(not result.error for result in self._written)
        if written and len(self._collected.notes) > self._notes_written:
            self._write_files(self._report())

    def _write_files(self, report: Report) -> list[DeliveryResult]:
        from plugin.commands import publish

        return publish.write_files(report, self._settings, self._workspace, self._templates.text("file", report))

    def _comment(self, report: Report) -> DeliveryResult:
        from plugin.commands import publish

        custom = self._templates.text("comment", report)
        return publish.post_comment(report, self._settings, self._context, *self._forge(), custom)

    def _forge(self) -> tuple[tuple[str, str] | PluginError, ClientFactory]:
        client_factory = make_client_factory(self._settings, self._deadline, ForgeError, "forge_url")
        return forge_of(self._context), client_factory

    def _report(self) -> Report:
        url = source_url_of(self._context, self._context.commit or self._collected.build.commit)
        return self._collected.report(source_url=url, hide=self._redact.text)

    def _record(self, results: list[DeliveryResult]) -> None:
        for result in results:
            if isinstance(result.error, SettingsError):
                self._problems.append(result.error)
            if result.error:
                self._collected.fail(result.message)
                self._output.complain(result.message)
            else:
                self._output.say(f"{self._redact.text(result.message)}\n")

    def _exit_code(self) -> int:
        if self._problems:
            return 2
        return 1 if self._settings.fail_on_error and self._collected.incomplete else 0
