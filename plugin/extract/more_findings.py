"""Count the other findings and failed tests of a log, so that several failures are reported as several."""

from collections.abc import Mapping
from math import inf

from plugin.extract.catalogue import TEST_NAMES
from plugin.extract.evidence import Evidence
from plugin.extract.finding import ERROR, WARNING, Finding
from plugin.extract.forms import load_forms, matches
from plugin.model.message import Message

_MOST = 99
"""Findings or tests that are counted."""


def other_tests_as_text(title: str, evidence: Evidence) -> Message | None:
    """Return for example "and 2 more tests" for the failed tests beside the one that the title names; None if none.

    Tests are counted by the names that one pattern captures, because others may spell the same names differently. A
    test that contains another one (`TestA`, `TestA/b`) is no other test.
    """
    for names in _tests_by_pattern(evidence).values():
        inner = {name for name in names if not any(other.startswith(f"{name}/") for other in names)}
        others = sum(not _names(title, name) for name in inner)
        if 0 < others < len(inner):
            return Message.counted("and {number} more test", "and {number} more tests", others)
    return None


def _tests_by_pattern(evidence: Evidence) -> Mapping[str, set[str]]:
    """Return the names of failed tests below the command that failed, by the id of the pattern that captures them."""
    start = 0 if evidence.command is None else evidence.command + 1
    names: dict[str, set[str]] = {}
    for row, pattern in evidence.patterns.items():
        if row >= start and evidence.scores[row] > -inf and pattern.category == "test" and pattern.kind == "cause":
            captures = pattern.captures(evidence.lines[row])
            names.setdefault(pattern.id, set()).update(captures[one] for one in TEST_NAMES if captures.get(one))
    return names


def _names(title: str, test: str) -> bool:
    return test in title or test.rpartition("::")[2] in title


def others_as_text(finding: Finding, evidence: Evidence) -> Message | None:
    """Return for example "and 12 more in 4 files" for the diagnostics beside `finding`; None if there are none.

    Errors are counted beside an error, and otherwise what is not less severe than the finding. What was printed before
    the command that failed does not count.
    """
    least = max(WARNING, min(finding.severity, ERROR))
    start = 0 if evidence.command is None else evidence.command + 1
    others: dict[str, str] = {}
    for row in range(start, len(evidence.lines)):
        other = evidence.read_diagnostic(row)
        if not other or other.title == finding.title or other.severity < least:
            continue
        message = other.title.removeprefix(other.place).lstrip(": ")
        if not matches(load_forms("title.yaml")["summary"], message.encode()):
            others[other.title] = other.file
        if len(others) > _MOST:
            break
    if not others:
        return None
    many = len(others) > _MOST
    count = (
        Message("and more than {number} more", number=_MOST)
        if many
        else Message("and {number} more", number=len(others))
    )
    files = set(others.values())
    if files <= {finding.file}:
        return count
    return Message.counted("{others} in {number} file", "{others} in {number} files", len(files), others=count)
