"""Readers of test reports, one file for each format; `read` finds out which one a file needs."""

import re
from collections.abc import Iterator

from plugin.model.message import Message
from plugin.model.tests import ReportedTest
from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats import ctrf, go_json, junit, nunit, pytest_json, tap, trx, xunit
from plugin.test_reports.formats.xml import elements, root_of

_XML = (junit, trx, xunit, nunit)
_MOST = 1_000_000
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read(content: bytes) -> Iterator[ReportedTest]:
    """Yield the tests of a report. Raise UnusableReportError."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise UnusableReportError(Message("it is empty"))
    if start.startswith(b"<") or content.startswith(_BOMS[1:]):
        yield from _xml(content)
    elif content.count(b"\n") > _MOST or content.count(b"{") > _MOST:
        raise UnusableReportError(Message("it has more than {most:,} lines or objects", most=_MOST))
    elif start.startswith((b"{", b"[")):
        yield from _json(content)
    elif re.match(rb"TAP version \d|\d+\.\.\d+|(?:not )?ok\b", start):
        yield from tap.read(content)
    else:
        raise UnusableReportError(Message("it is neither XML, nor JSON, nor TAP"))


def _xml(content: bytes) -> Iterator[ReportedTest]:
    root = root_of(content)
    for dialect in _XML:
        if root in dialect.ROOTS:
            yield from dialect.read(elements(content, dialect.ELEMENTS))
            return
    raise UnusableReportError(Message("its root element <{root}> is that of no known format", root=root[:40]))


def _json(content: bytes) -> Iterator[ReportedTest]:
    for dialect in (go_json, ctrf, pytest_json):
        if dialect.recognizes(content):
            yield from dialect.read(content)
            return
    raise UnusableReportError(Message("its JSON is that of no known format"))
