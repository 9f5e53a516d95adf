"""Takes a Report, gives JUnit XML for everything that shows test reports: a test case for each failed step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from plugin.ci.build import State
from plugin.render import words
from plugin.render.listing import Row, rows
from plugin.render.neutral import log_line, one_line
from plugin.report import Failure, Report

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
    ET.SubElement(suite, "system-out").text = "\n".join(map(one_line, report.notes))
    ET.SubElement(suite, "system-err")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: Report) -> dict[str, str]:
    failed = len(report.failures)
    errors = sum(failure.state is State.ERROR for failure in report.failures)
    own = list(_not_passed(report))
    moment = datetime.fromtimestamp(min(max(report.started, 0), _LAST_MOMENT), UTC)
    return {
        "id": "0",
        "package": one_line(report.repo),
        "name": one_line(f"{report.repo} {words.build_name(report)}"),
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": report.server or "localhost",
        "tests": str(failed + len(own)),
        "failures": str(failed - errors),
        "errors": str(errors + sum(len(case.findall("error")) for case in own)),
        "time": str(sum(failure.seconds or 0 for failure in report.failures)),
    }


def _case(failure: Failure, report: Report) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=one_line(words.place(failure)),
        classname=one_line(failure.unit or report.repo),
        time=str(failure.seconds or 0),
    )
    sort = "error" if failure.state is State.ERROR else "failure"
    pattern = failure.excerpt.pattern if failure.excerpt else None
    problem = ET.SubElement(
        case,
        sort,
        message=f"{one_line(failure.title)} {words.origin(failure)}".rstrip(),
        type=one_line(pattern or failure.state),
    )
    problem.text = "\n".join(_story(failure))
    return case


def _not_passed(report: Report) -> Iterator[ET.Element]:
    """Yield the case of a build that has no failure and did not pass, as far as it is one."""
    if report.failures or report.state is State.SUCCESS:
        return
    case = ET.Element("testcase", name=words.build_name(report), classname=one_line(report.repo), time="0")
    message = f"{words.build_name(report)} {words.headline(report)}"
    if report.state in _NO_ERROR:
        ET.SubElement(case, "skipped", message=message)
    else:
        problem = ET.SubElement(case, "error", message=one_line(report.reason or message), type=report.state)
        problem.text = message
    yield case


def _story(failure: Failure) -> list[str]:
    """How it ended, the hint, the lines, what the reader should know of them."""
    excerpt = failure.excerpt
    parts = [words.outcome(failure), one_line(failure.url), one_line(words.log_remark(failure))]
    if excerpt:
        parts += [one_line(excerpt.hint), *map(one_line, excerpt.notes), *map(_row, rows(excerpt))]
    return [part for part in parts if part]


def _row(row: Row) -> str:
    return f"{row.number}: {log_line(row.text)}" if row.number else row.text
