"""JUnit XML of a Report: one test case for each failed step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from plugin.model.build import State
from plugin.model.report import Failure, Report
from plugin.render import known_issue_phrases, phrases
from plugin.render.excerpt_rows import REST, Row, rows
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import single_line

_NO_ERROR = (State.RUNNING, State.PENDING, State.BLOCKED, State.SKIPPED)
"""States without a result, which a viewer must not show as failed."""
_LAST_MOMENT = 253_402_300_799  # end of the year 9999, the limit of most date libraries


def render(report: Report) -> str:
    """Return one suite for the build: an error for what could not run, a failure for what failed.

    A green build has no test case. A build that did not pass but has no failed step gets one test case, because an
    empty suite counts as passed. Attributes and their order follow the strictest schema in use, that of Ant's JUnit
    task.
    """
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", _suite(report))
    ET.SubElement(suite, "properties").extend(_properties(report))
    suite.extend(_case(failure, report) for failure in report.failures)
    suite.extend(_not_passed(report))
    ET.SubElement(suite, "system-out").text = "\n".join(map(single_line, report.notes))
    ET.SubElement(suite, "system-err")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: Report) -> dict[str, str]:
    failed = len(report.failures)
    errors = sum(failure.state is State.ERROR for failure in report.failures)
    current = list(_not_passed(report))
    moment = datetime.fromtimestamp(min(max(report.started, 0), _LAST_MOMENT), UTC)
    return {
        "id": "0",
        "package": single_line(report.repo),
        "name": single_line(f"{report.repo} {phrases.build_name(report)}"),
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": report.server or "localhost",
        "tests": str(failed + len(current)),
        "failures": str(failed - errors),
        "errors": str(errors + sum(len(case.findall("error")) for case in current)),
        "time": str(sum(failure.seconds or 0 for failure in report.failures)),
    }


def _properties(report: Report) -> Iterator[ET.Element]:
    """Yield a property with the key and one with the known issue of each failure, named after its test case.

    Properties of the suite, because the strict schemas allow none in a test case.
    """
    for failure in report.failures:
        case = f"{_class_name(failure, report)}/{single_line(phrases.place(failure))}"
        facts = {"failure_key": failure.key, "known_issue": single_line(known_issue_phrases.sentence(failure))}
        for name, value in facts.items():
            if value:
                yield ET.Element("property", name=f"{name}/{case}", value=value)


def _class_name(failure: Failure, report: Report) -> str:
    return single_line(failure.job or report.repo)


def _case(failure: Failure, report: Report) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=single_line(phrases.place(failure)),
        classname=_class_name(failure, report),
        time=str(failure.seconds or 0),
    )
    sort = "error" if failure.state is State.ERROR else "failure"
    pattern = failure.excerpt.pattern if failure.excerpt else None
    problem = ET.SubElement(
        case,
        sort,
        message=f"{single_line(failure.title)} {phrases.origin(failure)}".rstrip(),
        type=single_line(pattern or failure.state),
    )
    problem.text = "\n".join(_details(failure))
    return case


def _not_passed(report: Report) -> Iterator[ET.Element]:
    """Yield the test case of a build that did not pass but has no failure; nothing for other builds."""
    if report.failures or report.state is State.SUCCESS:
        return
    case = ET.Element("testcase", name=phrases.build_name(report), classname=single_line(report.repo), time="0")
    message = f"{phrases.build_name(report)} {phrases.headline(report)}"
    if report.state in _NO_ERROR:
        ET.SubElement(case, "skipped", message=message)
    else:
        problem = ET.SubElement(case, "error", message=single_line(report.reason or message), type=report.state)
        problem.text = message
    yield case


def _details(failure: Failure) -> list[str]:
    """Return the outcome, URL, remarks, hint and rows of the excerpt."""
    excerpt = failure.excerpt
    parts = [phrases.outcome(failure), single_line(failure.url), single_line(phrases.log_remark(failure))]
    parts += [single_line(known_issue_phrases.sentence(failure)), phrases.tests(failure)]
    parts += [": ".join(map(single_line, filter(None, test))) for test in phrases.shown_tests(failure)]
    parts += [phrases.more_tests(failure)]
    if excerpt:
        shown = rows(excerpt)
        parts += [single_line(excerpt.hint), *map(single_line, excerpt.notes), *map(_row, shown.first)]
        parts += [REST, *map(_row, shown.rest)] if shown.rest else []
    return [part for part in parts if part]


def _row(row: Row) -> str:
    return f"{row.number}: {printable_log_line(row.text)}" if row.number else row.text
