"""Takes a Report, gives one HTML page that needs nothing else: no script, no font, no address but the build's own."""

from functools import cache
from typing import TYPE_CHECKING

from plugin.ci.build import State
from plugin.render import words
from plugin.render.alike import alike
from plugin.render.listing import rows
from plugin.render.neutral import log_line, shorten, visible
from plugin.render.places import address, places
from plugin.report import Report

_LONGEST_TEXT = 2_000

if TYPE_CHECKING:
    from jinja2 import Template


def render(report: Report) -> str:
    """The page; whatever strangers wrote is escaped by the template, and what nobody sees is made visible."""
    return _template().render(
        report=report,
        groups=alike(report.failures),
        good=report.state is State.SUCCESS,
        words=words,
        rows=rows,
        places=places,
        address=address,
    )


def _shown(value: object) -> object:
    """What a placeholder of the template shows; markup of the template's own macros stays as it is."""
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
        finalize=_shown,
    )
    page.filters["log_line"] = log_line
    page.tests["web"] = lambda address: address.startswith(("http://", "https://"))
    return page.get_template("report.html.j2")
