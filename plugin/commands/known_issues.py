"""Known issues of a run: read from the settings and the workspace, and compared with the failures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from plugin import workspace
from plugin.errors import ForgeError, SettingsError
from plugin.extract.generality import check_specific
from plugin.extract.regex import regex
from plugin.frozen import replace
from plugin.known_issues.entries import SETTING, Entry, read_entries
from plugin.known_issues.match import FailureText, expiry_notes, known_issue, matches
from plugin.model.report import Failure, Report
from plugin.model.verdict import KnownIssue
from plugin.settings.schema import Settings

_log = logging.getLogger(__name__)

FILE = workspace.PATTERN_FILES[0]
_LONGEST_LINE = 4_000
"""Bytes of a line that are compared."""


_ReadTarget = Callable[[str], bytes | None]
"""Function that returns a file of the target branch, None if there is none or it is not known."""


def find_known_issues(
    report: Report,
    settings: Settings,
    folder: str,
    read_target: _ReadTarget,
    *,
    of_pull_request: bool,
) -> tuple[Mapping[tuple[int, int], KnownIssue], tuple[str, ...]]:
    """Return the issues that the failures match, by job number and step number, and what users should correct.

    With `of_pull_request`, a pull request can change the file. Then an entry of it that a failure matches counts only
    if the file at the target branch, which `read_target` returns by its name, has it as well.
    """
    (from_file, problems), (from_setting, more) = entries_of_file(folder), entries_of_setting(settings)
    texts = {(failure.job_number, failure.step_number): failure_text(failure) for failure in report.failures}
    if of_pull_request and any(matches(text, entry, search) for text in texts.values() for entry in from_file):
        from_file = _marked(from_file, read_target, file_name(folder))
    entries = (*from_setting, *from_file)
    found = {one: known_issue(text, entries, search) for one, text in texts.items()}
    return {one: issue for one, issue in found.items() if issue}, (*problems, *more, *expiry_notes(entries))


def _marked(entries: Iterable[Entry], read_target: _ReadTarget, name: str) -> tuple[Entry, ...]:
    """Return the entries, those marked that the target branch does not have, or may not have."""
    reviewed = {_fields(entry) for entry in _entries_at_target(read_target, name)}
    return tuple(
        entry if _fields(entry) in reviewed else replace(entry, issue=replace(entry.issue, untrusted=True))
        for entry in entries
    )


def _entries_at_target(read_target: _ReadTarget, name: str) -> tuple[Entry, ...]:
    try:
        content = read_target(name)
    except ForgeError as error:
        _log.info("%s at the target branch could not be read: %s", name, error)
        return ()
    return read_entries((content or b"").decode("utf-8", "replace"), FILE, check_specific, today())[0]


def _fields(entry: Entry) -> tuple[str, KnownIssue]:
    return entry.match, entry.issue


def file_name(folder: str) -> str:
    """Return the name of the file in a folder, the first possible one if there is none."""
    return next((name for name in workspace.PATTERN_FILES if Path(folder, name).is_file()), FILE)


def today() -> date:
    """Return the date by which entries expire, in UTC."""
    return datetime.now(UTC).date()


def entries_of_file(folder: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the entries of the file in a folder, and what is wrong with it."""
    try:
        text = workspace.pattern_file(folder)
    except SettingsError as error:
        return (), (str(error),)
    return read_entries(text or "", FILE, check_specific, today())


def entries_of_setting(settings: Settings) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the entries of the setting, and what is wrong with it."""
    return read_entries(settings.known_issues, SETTING, check_specific, today())


def search(expression: str, line: str) -> bool:
    """Return whether an expression matches somewhere in a line."""
    return regex(expression).search(line.encode(errors="replace")[:_LONGEST_LINE]) is not None


def failure_text(failure: Failure) -> FailureText:
    """Return what entries are compared with."""
    excerpt = failure.excerpt
    blocks = excerpt.blocks if excerpt else ()
    cause = (failure.title, failure.error, *(line.text for block in blocks[:1] for line in block.lines))
    return FailureText(
        failure.key,
        tuple(filter(None, cause)),
        others=tuple(line.text for block in blocks[1:] if block.kind != "context" for line in block.lines),
        tests=tuple((test.title, test.message) for test in (failure.tests.failed if failure.tests else ())),
        named_tests=len(excerpt.identity.tests) if excerpt and excerpt.identity else 0,
    )
