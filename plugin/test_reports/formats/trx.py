"""Visual Studio test results (TRX) of `dotnet test`: https://github.com/microsoft/vstest, schema vstst.xsd."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from plugin.frozen import replace
from plugin.model.tests import FAILED, ReportedTest, TestOutcome
from plugin.test_reports.formats.place import first_line, message_of, place_in
from plugin.test_reports.formats.xml import Parents, text_of

ROOTS = ("TestRun",)
ELEMENTS = frozenset(("UnitTestResult", "UnitTest", "RunInfo"))
_OUTCOMES: dict[str, TestOutcome] = {
    "Failed": "failed",
    "Error": "error",
    "Timeout": "error",
    "Aborted": "error",
    "Disconnected": "error",
    "NotExecuted": "skipped",
    "NotRunnable": "skipped",
    "Inconclusive": "skipped",
    "Pending": "skipped",
}
"""All else passed. A result without an outcome is an error by the schema's default."""


def read(elements: Iterator[tuple[ET.Element, Parents]]) -> Iterator[ReportedTest]:
    """Yield the results, and errors of the run. The classes stand apart from the results, before or after them."""
    classes: dict[str, str] = {}
    failed: list[tuple[str, str, ReportedTest]] = []
    for element, _ in elements:
        if element.tag == "UnitTest":
            method = element.find("{*}TestMethod")
            classes[element.get("id", "")] = (method.get("className", "") if method is not None else "").partition(",")[
                0
            ]
        elif element.tag == "RunInfo":
            text = text_of(_child(element, "Text"))
            if element.get("outcome") in ("Error", "Failed") and not text.endswith("[FAIL]"):  # a test by xUnit.net
                yield ReportedTest("", "the test run", "error", message_of(text))
        else:
            test, stack = _result(element)
            if test.outcome in FAILED:
                failed.append((element.get("testId", ""), stack, test))
            else:
                yield test
    for test_id, stack, test in failed:
        class_name = classes.get(test_id, "")
        file, line = place_in(stack, class_name, test.name)
        yield replace(test, class_name=class_name, file=file, line=line)


def _result(element: ET.Element) -> tuple[ReportedTest, str]:
    outcome = _OUTCOMES.get(element.get("outcome", "Error"), "passed")
    details = _child(_child(element, "Output"), "ErrorInfo")
    stack = text_of(_child(details, "StackTrace"))
    message = message_of(text_of(_child(details, "Message")), first_line(stack)) if outcome in FAILED else ""
    return ReportedTest("", element.get("testName", ""), outcome, message), stack[:4000]


def _child(element: ET.Element | None, tag: str) -> ET.Element | None:
    return None if element is None else next((child for child in element if child.tag == tag), None)
