"""JUnit XML in its dialects: Surefire, Gradle, pytest, jest-junit, gotestsum, nextest, PHPUnit, RSpec, node.

There is no standard. Ant's schema is the root of all; https://maven.apache.org/surefire/maven-surefire-plugin/xsd/
adds `flakyFailure` and `rerunFailure`; https://github.com/testmoapp/junitxml lists what tools do with it.
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from plugin.model.tests import ReportedTest, TestOutcome
from plugin.test_reports.formats.place import first_line, message_of, number, place_in
from plugin.test_reports.formats.xml import Parents

ROOTS = ("testsuites", "testsuite")
ELEMENTS = frozenset(("testcase", "error", "failure"))
_OUTCOMES: dict[str, TestOutcome] = {
    "error": "error",
    "failure": "failed",
    "flakyFailure": "flaky",
    "flakyError": "flaky",
    "skipped": "skipped",
    "disabled": "skipped",
}
"""What an element in a test case says; the first one counts. `rerunFailure` stands beside a `failure`."""


def read(elements: Iterator[tuple[ET.Element, Parents]]) -> Iterator[ReportedTest]:
    """Yield the test cases, and errors of suites as tests named after the suite."""
    for element, parents in elements:
        if element.tag == "testcase":
            yield _case(element, parents)
        elif element.tag == "error" or parents[-1].tag in ROOTS:
            yield _suite_error(element, parents)


def _case(case: ET.Element, parents: Parents) -> ReportedTest:
    name = case.get("name", "")
    class_name = case.get("classname", "") or case.get("class", "") or _suite_name(parents)
    outcome, details = _outcome(case)
    if details is None or outcome == "skipped":
        return ReportedTest(class_name, name, outcome)
    stack = "\n".join(filter(None, (details.text, details.findtext("stackTrace"))))
    file, line = (
        case.get("file", "") or details.get("file", "") or "",
        number(case.get("line", "") or details.get("line")),
    )
    if not line:
        found, line = place_in(stack or details.get("message", ""), f"{class_name} {file}", name)
        file = found or file
    message = message_of(details.get("message", ""), first_line(stack), details.get("type", ""))
    return ReportedTest(class_name, name, outcome, message, file, line)


def _outcome(case: ET.Element) -> tuple[TestOutcome, ET.Element | None]:
    for tag, outcome in _OUTCOMES.items():
        details = case.find(tag)
        if details is not None:
            return outcome, details
    if case.get("status") in ("notrun", "disabled") or case.get("result") == "suppressed":  # GoogleTest
        return "skipped", None
    return "passed", None


def _suite_error(element: ET.Element, parents: Parents) -> ReportedTest:
    message = message_of(element.get("message", ""), first_line(element.text or ""), element.get("type", ""))
    return ReportedTest("", _suite_name(parents) or "the suite itself", "error", message)


def _suite_name(parents: Parents) -> str:
    return next((name for parent in reversed(parents) if (name := parent.get("name"))), "")
