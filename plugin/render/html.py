"""Self-contained HTML page of a Report: no scripts, no fonts, no URLs other than those of the build."""

from functools import cache
from typing import TYPE_CHECKING

from plugin.model.build import State
from plugin.model.report import Report
from plugin.render import known_issue_phrases, phrases
from plugin.render.excerpt_rows import rows
from plugin.render.grouping import group_failures, member_name
from plugin.render.source_links import source_link, source_locations
from plugin.text.shorten import printable_log_line, shorten, visible
from plugin.text.state_words import SIGNS

_LONGEST_TEXT = 2_000

if TYPE_CHECKING:
    from jinja2 import Template


def render(report: Report) -> str:
    """Return the page. The template escapes untrusted text and makes invisible characters visible."""
    return _template().render(
        report=report,
        groups=group_failures(report.failures),
        good=report.state is State.SUCCESS,
        phrases=phrases,
        known_issue_phrases=known_issue_phrases,
        SIGNS=SIGNS,
        rows=rows,
        member_name=member_name,
        source_locations=source_locations,
        source_link=source_link,
    )


def _finalize(value: object) -> object:
    """Return the text for a placeholder of the template; markup from the template's own macros is unchanged."""
    return visible(shorten(value, _LONGEST_TEXT)) if type(value) is str else value


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    page = Environment(
        loader=PackageLoader("plugin.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )
    page.filters["printable_log_line"] = printable_log_line
    page.tests["web"] = lambda address: address.startswith(("http://", "https://"))
    return page.get_template("report.html.j2")
