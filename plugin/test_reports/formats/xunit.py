"""xUnit.net XML, versions 1 and 2: https://xunit.net/docs/format-xml-v2."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from plugin.model.tests import ReportedTest, TestOutcome
from plugin.test_reports.formats.place import first_line, message_of, number, place_in
from plugin.test_reports.formats.xml import Parents, text_of

ROOTS = ("assemblies", "assembly")
ELEMENTS = frozenset(("test", "error"))
_OUTCOMES: dict[str, TestOutcome] = {"Fail": "failed", "Skip": "skipped", "NotRun": "skipped"}


def read(elements: Iterator[tuple[ET.Element, Parents]]) -> Iterator[ReportedTest]:
    """Yield the tests, and errors of assemblies (cleanup, fixtures) as tests of their own."""
    for element, _ in elements:
        failure = element.find("failure")
        message, stack = (
            text_of(failure.find(tag)) if failure is not None else "" for tag in ("message", "stack-trace")
        )
        class_name = element.get("type", "")
        if element.tag == "error":
            name = element.get("name", "") or "the assembly itself"
            yield ReportedTest("", name, "error", message_of(message, first_line(stack), class_name))
            continue
        outcome = _OUTCOMES.get(element.get("result", ""), "passed")
        name = element.get("name", "") or element.get("method", "")
        if outcome != "failed":
            yield ReportedTest(class_name, name, outcome)
            continue
        file, line = element.get("source-file", ""), number(element.get("source-line"))
        if not line:
            file, line = place_in(stack, class_name, name)
        yield ReportedTest(class_name, name, outcome, message_of(message, first_line(stack)), file, line)
