"""Test Anything Protocol, versions 12 to 14: https://testanything.org/tap-version-14-specification.html."""

import re
from collections.abc import Iterator

from plugin.model.tests import ReportedTest
from plugin.test_reports.formats.place import message_of, number, place_in

_LINE = re.compile(r"(?P<indent> *)(?P<failed>not )?ok\b(?: \d+)?(?: -)? ?(?P<name>[^#]*)(?:# ?(?P<directive>.*))?$")
_PLAN = re.compile(r"1\.\.(?P<planned>\d{1,7})\b")
_DIAGNOSTIC = re.compile(r"^ *(?:message|error|description): *['\"|>-]*(?P<message>.+?)['\"]?$", re.MULTILINE)
_AT = re.compile(r"^ *(?:at|location): *['\"]?(?P<file>[^'\"\n]+?):(?P<line>\d{1,7})(?::\d+)?['\"]?$", re.MULTILINE)
_KEPT = 60
"""Lines of diagnostics that are kept of a failed test."""


def read(content: bytes) -> Iterator[ReportedTest]:
    """Yield the tests. One that fails only because a subtest did is left out; a missing test is an error."""
    lines = content.decode("utf-8", "replace").splitlines()
    failed_at: set[int] = set()
    """Indents of failed subtests since the last line of their parent."""
    planned, seen = 0, 0
    for row, line in enumerate(lines):
        if line.startswith("Bail out!"):
            yield ReportedTest("", "the test run", "error", message_of(line))
        elif match := _PLAN.match(line):
            planned = int(match["planned"])
        elif match := _LINE.match(line):
            indent = len(match["indent"])
            seen += not indent
            parent = any(deeper > indent for deeper in failed_at)
            failed_at = {deeper for deeper in failed_at if deeper <= indent}
            if match["failed"]:
                failed_at.add(indent)
            if not (match["failed"] and parent):
                yield _test(match, lines[row + 1 : row + 1 + _KEPT])
    if seen < planned:
        yield ReportedTest("", "the test run", "error", f"{planned} tests were planned, {seen} ran")


def _test(match: re.Match[str], below: list[str]) -> ReportedTest:
    name, directive = match["name"].strip(), (match["directive"] or "").strip().lower()
    if directive.startswith(("skip", "todo")):
        return ReportedTest("", name, "skipped")
    if not match["failed"]:
        return ReportedTest("", name, "passed")
    details = "\n".join(_details(below))
    message = _DIAGNOSTIC.search(details)
    place = _AT.search(details)
    file, line = (place["file"], number(place["line"])) if place else place_in(details, name)
    comments = " ".join(line.strip("# ") for line in details.splitlines() if line.lstrip().startswith("#"))
    return ReportedTest("", name, "failed", message_of(message["message"] if message else "", comments), file, line)


def _details(below: list[str]) -> Iterator[str]:
    for line in below:
        if _LINE.match(line) or _PLAN.match(line.strip()):
            return
        yield line
