"""What is known about failures beyond their logs and earlier builds: tests, changed lines, known issues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import cached_property, partial

from plugin.background import later
from plugin.commands.clients import forge_client
from plugin.commands.collect import Collected
from plugin.commands.workspace_files import read_tests
from plugin.http.deadline import Deadline
from plugin.model.build import culprits
from plugin.model.report import Report
from plugin.model.verdict import ChangedLines
from plugin.settings.schema import Settings

SECONDS = 5.0
"""Seconds for a request to the forge."""


class EvidenceReader:
    """Reads what is known about the failures of one run; nothing, and without an import, for a green build."""

    def __init__(
        self,
        collected: Collected,
        settings: Settings,
        folder: str,
        deadline: Deadline,
        hide: Callable[[str], str],
        *,
        of_pull_request: bool,
    ) -> None:
        """Prepare to read; `folder` is the workspace."""
        self._collected = collected
        self._settings = settings
        self._folder = folder
        self._deadline = deadline
        self._hide = hide
        self._of_pull_request = of_pull_request
        self._comparing: Future[Mapping[tuple[int, int], ChangedLines]] | None = None

    def start(self) -> None:
        """Read the test reports, and begin to compare the analyzed logs with the changes of the pull request."""
        collected = self._collected
        if not culprits(collected.build):
            return
        from plugin.commands.changed_lines import compare_with_changes

        collected.tests, notes = read_tests(collected.build, self._folder, self._settings.test_reports)
        for note in notes:
            collected.note(note)
        context, ref = collected.context, collected.build.ref
        self._comparing = later(
            partial(compare_with_changes, self._report, context, ref, self._settings, self._deadline)
        )

    def finish(self) -> tuple[str, ...]:
        """Add what was found to `collected`. Return what users should correct."""
        if not culprits(self._collected.build):
            return ()
        from plugin.commands.known_issues import find_known_issues

        self._collected.known_issues, problems = find_known_issues(
            self._report, self._settings, self._folder, self._file_at_target, of_pull_request=self._of_pull_request
        )
        if self._comparing:
            self._collected.changed = self._comparing.result()
        return problems

    @cached_property
    def _report(self) -> Report:
        """The report of the analyzed logs and tests, without verdicts; both readers look up the same failures."""
        return self._collected.whole_report(source_url="", hide=self._hide)

    def _file_at_target(self, path: str) -> bytes | None:
        from plugin.forges.interface import ReadsFiles  # late: imports the clients of all forges

        branch = self._collected.context.branch
        forge = forge_client(self._settings, self._collected.context, self._deadline.capped(SECONDS))
        return forge.file(path, branch) if branch and isinstance(forge, ReadsFiles) else None
