"""Links into the log: to the line that explains the failure, where the server's page has an address for it."""

from plugin.model.report import Failure, Report
from plugin.render.excerpt_rows import causes

_LINE = {"woodpecker": "#L{line}"}
"""By kind of server, what leads from a step's page to a line of its log. Drone and Harness have no such address."""


def log_link(failure: Failure, report: Report) -> str:
    """Return the address of the line that names the cause, else of the step's page; empty if there is none."""
    line = _best_line(failure)
    anchor = _LINE.get(report.server, "") if line and failure.step and failure.url else ""
    return failure.url + anchor.format(line=line)


def line_link(failure: Failure, report: Report, line: int) -> str:
    """Return the address of a line of the log; empty where the server's pages have none."""
    anchor = _LINE.get(report.server, "") if failure.step and failure.url else ""
    return f"{failure.url}{anchor.format(line=line)}" if anchor else ""


def _best_line(failure: Failure) -> int:
    """Return the number of the line that the title was taken from, else of the best line; 0 if there is none."""
    excerpt = failure.excerpt
    if not excerpt:
        return 0
    best = next(iter(causes(excerpt)), None)
    return excerpt.title_line or (best.number if best else 0)
