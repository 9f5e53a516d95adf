"""Common Test Report Format: https://ctrf.io/docs/specification/overview. Older reports lack `reportFormat`."""

from collections.abc import Iterator

import msgspec

from plugin.model.message import Message
from plugin.model.tests import ReportedTest, TestOutcome
from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats.place import message_of, place_in

_OUTCOMES: dict[str, TestOutcome] = {"failed": "failed", "skipped": "skipped", "pending": "skipped", "other": "skipped"}


class _Test(msgspec.Struct):
    name: str = ""
    status: str = ""
    suite: str | list[str] | None = None
    message: str | None = None
    trace: str | None = None
    filePath: str | None = None  # noqa: N815 — a name of the format
    line: int | float | None = None
    flaky: bool | None = None


class _Results(msgspec.Struct):
    tests: list[_Test]


class _Report(msgspec.Struct):
    results: _Results


def recognizes(content: bytes) -> bool:
    """Return whether the JSON is of this format."""
    return b'"results"' in content and b'"tests"' in content


def read(content: bytes) -> Iterator[ReportedTest]:
    """Yield the tests; one that passed after it failed is `flaky` by the format's own word."""
    try:
        report = msgspec.json.decode(content, type=_Report)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnusableReportError(Message("it is no valid CTRF: {error}", error=error)) from None
    for test in report.results.tests:
        suite = test.suite if isinstance(test.suite, str) else " › ".join(test.suite or ())
        outcome = _OUTCOMES.get(test.status, "passed")
        if outcome == "passed" and test.flaky:
            outcome = "flaky"
        if outcome in ("passed", "skipped"):
            yield ReportedTest(suite, test.name, outcome)
            continue
        file, line = test.filePath or "", int(test.line or 0)
        if not line:
            found, line = place_in(test.trace or "", f"{suite} {file}", test.name)
            file = found or file
        yield ReportedTest(suite, test.name, outcome, message_of(test.message or "", test.trace or ""), file, line)
