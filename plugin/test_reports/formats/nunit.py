"""NUnit XML, version 2 (`test-results`) and 3 (`test-run`).

https://docs.nunit.org/articles/nunit/technical-notes/usage/Test-Result-XML-Format.html
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from plugin.model.tests import FAILED, ReportedTest, TestOutcome
from plugin.test_reports.formats.place import first_line, message_of, place_in
from plugin.test_reports.formats.xml import Parents, text_of

ROOTS = ("test-run", "test-results", "test-suite")
ELEMENTS = frozenset(("test-case", "failure"))
_OUTCOMES: dict[str, TestOutcome] = {
    "Failed": "failed",
    "Failure": "failed",
    "Error": "error",
    "Cancelled": "error",
    "Invalid": "error",
    "NotRunnable": "skipped",
    "Skipped": "skipped",
    "Ignored": "skipped",
    "Inconclusive": "skipped",
}
_DERIVED = ("Child", "Parent")
"""Sites of a failure that only repeats that of another element."""
_OF_CHILDREN = ("One or more child tests had errors", "Child test failed")


def read(elements: Iterator[tuple[ET.Element, Parents]]) -> Iterator[ReportedTest]:
    """Yield the test cases, and failures of suites (set-up, tear-down) as tests named after the suite."""
    for element, parents in elements:
        if element.tag == "test-case":
            yield _case(element, parents)
        elif parents[-1].tag == "test-suite" and _is_own(parents[-1]):
            message = text_of(element.find("message"))
            if message and not message.startswith(_OF_CHILDREN):
                suite = parents[-1].get("fullname", "") or parents[-1].get("name", "")
                yield ReportedTest("", suite, "error", message_of(message))


def _is_own(suite: ET.Element) -> bool:
    """Return whether a suite's failure is not that of its tests, which have it themselves after a failed set-up."""
    return suite.get("site") not in _DERIVED and suite.get("failed", "0") == "0"


def _case(case: ET.Element, parents: Parents) -> ReportedTest:
    name = case.get("fullname", "") or case.get("name", "")
    class_name = case.get("classname", "")
    outcome = _outcome(case)
    failure = case.find("failure")
    if outcome not in FAILED or failure is None:
        return ReportedTest(class_name, name, outcome)
    stack = text_of(failure.find("stack-trace"))
    suite = parents[-2].get("name", "") if len(parents) > 1 else ""
    file, line = place_in(stack, class_name or suite, name)
    return ReportedTest(
        class_name, name, outcome, message_of(text_of(failure.find("message")), first_line(stack)), file, line
    )


def _outcome(case: ET.Element) -> TestOutcome:
    if case.get("label") in ("Error", "Invalid", "Cancelled"):
        return "error"
    if result := case.get("result"):
        return _OUTCOMES.get(result, "passed")
    if case.get("success") == "False" or case.find("failure") is not None:
        return "failed"
    return "skipped" if case.get("executed") == "False" else "passed"
