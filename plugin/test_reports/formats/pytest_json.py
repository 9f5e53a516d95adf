"""JSON of the plugin pytest-json-report: https://github.com/numirias/pytest-json-report#format."""

from collections.abc import Iterator

import msgspec

from plugin.model.message import Message
from plugin.model.tests import ReportedTest, TestOutcome
from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats.place import first_line, message_of

_OUTCOMES: dict[str, TestOutcome] = {"failed": "failed", "error": "error", "skipped": "skipped", "xfailed": "skipped"}


class _Crash(msgspec.Struct):
    path: str = ""
    lineno: int = 0
    message: str = ""


class _Phase(msgspec.Struct):
    outcome: str = ""
    crash: _Crash | None = None


class _Test(msgspec.Struct):
    nodeid: str = ""
    outcome: str = ""
    setup: _Phase | None = None
    call: _Phase | None = None
    teardown: _Phase | None = None


class _Collector(msgspec.Struct):
    nodeid: str = ""
    outcome: str = ""
    longrepr: str = ""


class _Report(msgspec.Struct):
    tests: list[_Test] = []
    collectors: list[_Collector] = []


def recognizes(content: bytes) -> bool:
    """Return whether the JSON is of this format."""
    return b'"exitcode"' in content and (b'"collectors"' in content or b'"nodeid"' in content or b'"tests"' in content)


def read(content: bytes) -> Iterator[ReportedTest]:
    """Yield the tests, and files that could not be collected; a test that passed after a rerun is flaky."""
    try:
        report = msgspec.json.decode(content, type=_Report)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnusableReportError(
            Message("it is no valid report of pytest-json-report: {error}", error=error)
        ) from None
    repeated = {test.nodeid for test in report.tests if test.outcome == "rerun"}
    for test in report.tests:
        if test.outcome != "rerun":
            yield _test(test, repeated=test.nodeid in repeated)
    for collector in report.collectors:
        if collector.outcome == "failed":
            yield ReportedTest(
                "", collector.nodeid, "error", message_of(_last_line(collector.longrepr)), collector.nodeid
            )


def _test(test: _Test, *, repeated: bool) -> ReportedTest:
    file, _, name = test.nodeid.partition("::")
    outcome = _OUTCOMES.get(test.outcome, "passed")
    if outcome == "passed" and repeated:
        return ReportedTest(file, name, "flaky")
    crash = next((phase.crash for phase in (test.setup, test.call, test.teardown) if phase and phase.crash), _Crash())
    if outcome in ("passed", "skipped"):
        return ReportedTest(file, name, outcome)
    return ReportedTest(file, name, outcome, message_of(first_line(crash.message)), crash.path or file, crash.lineno)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
