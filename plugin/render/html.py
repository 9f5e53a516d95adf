"""Self-contained HTML page of a Report: no scripts, no fonts, no URLs other than those of the build."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING

from plugin.model.build import State
from plugin.model.excerpt import ColorSpan, Excerpt
from plugin.model.report import Report
from plugin.render import known_issue_phrases, phrases
from plugin.render.excerpt_rows import Row, more_of_log, rows
from plugin.render.grouping import FailureGroup, group_failures, member_name
from plugin.render.localize import localized
from plugin.render.log_links import line_link
from plugin.render.source_links import source_link, source_locations
from plugin.render.timeline import TimelineRow, timeline
from plugin.render.verdict_phrases import details, name_of
from plugin.text.language import _, ngettext, sentence, tag
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import shorten, visible
from plugin.text.state_words import SIGNS

_LONGEST_TEXT = 2_000
LARGEST = 1_000_000
"""Limit in bytes, so that artifact viewers open the page at once."""
_LADDER = (None, 20, 5, 0)
"""Numbers of log lines to try for each failed step."""
_MOST_FAILURES = 200
"""Failures with sections of their own; the rest is counted."""

if TYPE_CHECKING:
    from jinja2 import Environment


def render(report: Report) -> str:
    """Return the page, less than `LARGEST`: with fewer log lines for each failed step where that is needed.

    The template escapes untrusted text and makes invisible characters visible.
    """
    report = localized(report)
    groups = group_failures(report.failures)[:_MOST_FAILURES]
    page = ""
    for lines in _LADDER:
        page = _page(report, groups, lines)
        if len(page.encode("utf-8", "replace")) <= LARGEST:
            break
    return page


def _page(report: Report, groups: tuple[FailureGroup, ...], lines: int | None) -> str:
    style = _style()
    steps = {(member.job_number, member.step): number for number, group in enumerate(groups, 1) for member in group}

    def failure_of(row: TimelineRow) -> int:
        """Return the number of the section about the row, 0 if there is none."""
        return steps.get((row.job_number, row.step), 0) if row.kind == "failed" else 0

    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            groups=groups,
            left_out=len(report.failures) - sum(map(len, groups)),
            good=report.state is State.SUCCESS,
            timeline=timeline(report),
            failure_of=failure_of,
            style=style,
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
            phrases=phrases,
            known_issue_phrases=known_issue_phrases,
            SIGNS=SIGNS,
            language=tag(),
            sentence=sentence,
            rows=lambda excerpt: rows(excerpt, lines),
            more_of_log=more_of_log,
            pieces=_pieces,
            member_name=member_name,
            line_link=line_link,
            linked_builds=_linked_builds(report),
            details=lambda failure: [str(one) for one in details(failure, report)],
            source_locations=source_locations,
            source_link=source_link,
        )
    )


def _pieces(row: Row, excerpt: Excerpt) -> Iterator[tuple[str, str]]:
    """Yield the parts of a log line with the names of their style; empty for text without one."""
    spans = excerpt.colors.get(row.number, ())
    shown = printable_log_line(row.text)
    if not spans or visible(row.text) != shown:  # a line with the middle cut out
        yield shown, ""
        return
    for start, end, style in _cut_at(spans, len(row.text)):
        yield visible(row.text[start:end]), style


def _cut_at(spans: tuple[ColorSpan, ...], length: int) -> Iterator[tuple[int, int, str]]:
    """Yield all parts of a line of this length in order."""
    styles = {(span.start, span.end): span.style for span in spans}
    edges = sorted({0, length, *(edge for span in spans for edge in (span.start, span.end) if edge < length)})
    for start, end in pairwise(edges):
        yield start, end, styles.get((start, end), "")


def _linked_builds(report: Report) -> Callable[[str], Iterator[tuple[str, str]]]:
    """Return a function that yields the parts of a statement about earlier builds, each with its address or none."""
    verdicts = [failure.verdict for failure in report.failures if failure.verdict]
    urls = {
        name_of(build): build.url for verdict in verdicts for evidence in verdict.evidence for build in evidence.builds
    }

    names = "|".join(map(re.escape, sorted(urls, key=len, reverse=True)))
    named = re.compile(rf"({names or '(?!)'})(?!\d)", re.IGNORECASE)

    def parts(statement: str) -> Iterator[tuple[str, str]]:
        for part in named.split(statement):
            yield part, urls.get(part, "")

    return parts


def _finalize(value: object) -> object:
    """Return the text for a placeholder of the template; markup from the template's own macros is unchanged."""
    return visible(shorten(value, _LONGEST_TEXT)) if type(value) is str else value


@cache
def _style() -> str:
    """Return the style sheet without comments and indentation."""
    sheet = files("plugin.render").joinpath("templates", "report.css").read_text("utf-8")
    return re.sub(r"/\*.*?\*/|^\s+", "", sheet, flags=re.DOTALL | re.MULTILINE)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    page = Environment(
        loader=PackageLoader("plugin.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
        extensions=["jinja2.ext.i18n"],
    )
    page.install_gettext_callables(_, ngettext)  # type: ignore[attr-defined]  # a method of the extension
    page.tests["web"] = lambda address: address.startswith(("http://", "https://"))
    return page
