"""Takes a Report, gives JUnit XML for everything that shows test reports: a test case for each failed step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from plugin.model.build import State
from plugin.model.report import Failure, Report
from plugin.render import phrases
from plugin.render.excerpt_rows import Row, rows
from plugin.text.shorten import printable_log_line, single_line

_NO_ERROR = (State.RUNNING, State.PENDING, State.BLOCKED, State.SKIPPED)
"""No verdict yet, or none wanted: a reader is not to show that in red."""
_LAST_MOMENT = 253_402_300_799  # of the year 9999, where calendars of most readers end


def render(report: Report) -> str:
    """One suite for the build; what could not run is an error, what failed a failure; a green build has no case.

    A build without a failure that did not pass has one case of its own, for an empty suite reads as passed.
    Attributes and their order obey the strictest schema in use, that of Ant's JUnit task.
    """
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", _suite(report))
    ET.SubElement(suite, "properties")
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


def _case(failure: Failure, report: Report) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=single_line(phrases.place(failure)),
        classname=single_line(failure.job or report.repo),
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
    problem.text = "\n".join(_story(failure))
    return case


def _not_passed(report: Report) -> Iterator[ET.Element]:
    """Yield the case of a build that has no failure and did not pass, as far as it is one."""
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


def _story(failure: Failure) -> list[str]:
    """How it ended, the hint, the lines, what the reader should know of them."""
    excerpt = failure.excerpt
    parts = [phrases.outcome(failure), single_line(failure.url), single_line(phrases.log_remark(failure))]
    if excerpt:
        parts += [single_line(excerpt.hint), *map(single_line, excerpt.notes), *map(_row, rows(excerpt))]
    return [part for part in parts if part]


def _row(row: Row) -> str:
    return f"{row.number}: {printable_log_line(row.text)}" if row.number else row.text
