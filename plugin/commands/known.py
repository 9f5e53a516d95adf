"""The `known` command: add a known issue for a reported failure, and find those that match none any more."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from plugin import safe_write, workspace
from plugin.commands.known_issues import FILE, entries_of_file, entries_of_setting, file_name, search, today
from plugin.errors import PluginError, SettingsError
from plugin.extract.generality import check_specific
from plugin.frozen import frozen
from plugin.http.json_fields import Record, record, records, text
from plugin.known_issues.edit import CannotEditError, with_entry, yaml_entry
from plugin.known_issues.entries import Entry, read_entries
from plugin.known_issues.match import FailureText, expiry_notes, matches
from plugin.settings.parse import read_settings
from plugin.text.shorten import single_line

DEFAULT_DAYS = 30
"""Days until a new entry expires."""


@frozen
class NewIssue:
    """What the arguments say about a new entry; an empty text is not written."""

    match: str = ""
    """A regular expression; empty for the key of the failure."""
    text: str = ""
    """Empty for the title of the failure."""
    link: str = ""
    owner: str = ""
    until: str = ""
    """A date, `never`, or empty for a month from now."""
    action: str = ""


def add(report: str, issue: NewIssue, number: int) -> str:
    """Add an entry for a failure of a JSON report, counted from 1, to the file in the current folder.

    Return what was done. Raise SettingsError for unusable arguments, PluginError where the file cannot be written.
    """
    failures = _failures(report)
    if not 1 <= number <= len(failures):
        raise SettingsError(f"{report} has {len(failures)} failures, so there is no failure {number}")
    failure = failures[number - 1]
    entry = _entry(failure, issue)
    before = workspace.pattern_file(".") or ""
    try:
        changed = with_entry(before, entry)
    except CannotEditError as error:
        raise SettingsError(f"cannot add this entry to {FILE}: {error}\n{yaml_entry(entry)}") from None
    name = file_name(".")
    try:
        safe_write.write(str(Path(name).absolute()), changed.encode())
    except OSError as error:
        raise PluginError(f"cannot write {name}: {error.strerror or error}") from error
    return f"Added to {name}:\n{yaml_entry(entry)}"


def _entry(failure: Record, issue: NewIssue) -> Mapping[str, str]:
    key = text(failure.get("key"))
    if not (issue.match or key):
        raise SettingsError("this failure has no key, because its cause is generic; name its cause with --match")
    until = issue.until or (today() + timedelta(days=DEFAULT_DAYS)).isoformat()
    fields = {
        "match": issue.match or key,
        "text": single_line(issue.text or text(failure.get("title"))),
        "link": issue.link,
        "owner": issue.owner,
        "until": "" if until == "never" else until,
        "action": issue.action,
    }
    entry = {name: value for name, value in fields.items() if value}
    entries, problems = read_entries(json.dumps([entry]), FILE, check_specific, today())
    for problem in problems:
        raise SettingsError(problem.removeprefix(f"{FILE}, known issue 1: "))
    if entries[0].issue.expired:
        raise SettingsError(f"--until {until} is in the past")
    if not matches(failure_text_of(failure), entries[0], search):
        raise SettingsError(f"{single_line(issue.match, 80)!r} does not match the title or a cause line of the failure")
    return entry


def check(reports: Sequence[str], environ: Mapping[str, str]) -> tuple[str, int]:
    """Return the entries that match no failure of the JSON reports, and exit code 1 if there are any."""
    settings, _ = read_settings(environ)
    (from_file, problems), (from_setting, more) = entries_of_file("."), entries_of_setting(settings)
    entries = (*from_file, *from_setting)
    failures = [failure_text_of(failure) for report in reports for failure in _failures(report)]
    unmatched = [entry for entry in entries if not any(matches(failure, entry, search) for failure in failures)]
    lines = (*problems, *more, *expiry_notes(entries), *_summary(entries, unmatched, len(failures)))
    return "\n".join(lines) + "\n", 1 if unmatched else 0


def _summary(entries: Sequence[Entry], unmatched: Sequence[Entry], failures: int) -> Iterator[str]:
    yield from (f"{entry.name}: matched nothing" for entry in unmatched)
    matched = len(entries) - len(unmatched)
    yield f"{matched} of {len(entries)} known issues match one of {failures} failures."


def _failures(report: str) -> tuple[Record, ...]:
    """Return the failures of a JSON report. Raise SettingsError."""
    try:
        document = record(json.loads(workspace.read_input(report)))
    except (ValueError, RecursionError):
        document = {}
    if "schema_version" not in document:
        raise SettingsError(f"{report} is no JSON report of this program; write one with `output: report.json`")
    return records(document.get("failures"))


def failure_text_of(failure: Record) -> FailureText:
    """Return what entries are compared with, from a failure of a JSON report."""
    lines = {line.get("number"): text(line.get("text")) for line in records(failure.get("excerpt"))}
    blocks = [
        tuple(lines[number] for number in numbers if number in lines)
        for block in records(failure.get("blocks"))
        if block.get("kind") != "context" and isinstance(numbers := block.get("lines"), list)
    ]
    tests = records(record(failure.get("tests")).get("failed"))
    cause = (text(failure.get("title")), text(failure.get("error")), *(blocks[0] if blocks else ()))
    return FailureText(
        text(failure.get("key")),
        tuple(filter(None, cause)),
        others=tuple(line for block in blocks[1:] for line in block),
        tests=tuple(
            (f"{text(test.get('class'))} {text(test.get('name'))}", text(test.get("message"))) for test in tests
        ),
    )
