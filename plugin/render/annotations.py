"""Annotations of a Report: what failed, at the source lines that the logs name."""

from collections.abc import Iterator

from plugin.model.annotation import Annotation, AnnotationReport
from plugin.model.comment import Outcome
from plugin.model.report import Failure, Report, SourceLocation
from plugin.render import phrases
from plugin.render.localize import localized
from plugin.text.escape import escape_markdown
from plugin.text.language import _
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import single_line

_MOST = 50
"""Annotations of a report, the most that GitHub takes in one request."""
_SUMMARIZED = 50
"""Failures in the summary."""


def annotation_report(report: Report, name: str, outcome: Outcome) -> AnnotationReport:
    """Return the report with at most 50 annotations, only at lines that the workspace has."""
    report = localized(report)
    found: dict[tuple[str, int], Annotation] = {}
    for failure in report.failures:
        for annotation in _annotations(failure):
            found.setdefault((annotation.path, annotation.line), annotation)
    shown = [
        "- "
        + _("{place}: {title}", place=escape_markdown(phrases.place(failure)), title=escape_markdown(failure.title))
        for failure in report.failures[:_SUMMARIZED]
    ]
    return AnnotationReport(
        name=name,
        outcome=outcome,
        title=single_line(phrases.headline(report)),
        summary="\n".join(shown) or escape_markdown(phrases.headline(report)),
        url=report.url,
        annotations=tuple(found.values())[:_MOST],
    )


def _annotations(failure: Failure) -> Iterator[Annotation]:
    excerpt = failure.excerpt
    hint = f"\n{single_line(excerpt.hint)}" if excerpt and excerpt.hint else ""
    title = _("{place} {outcome}", place=single_line(phrases.place(failure)), outcome=phrases.outcome(failure))
    for location in filter(_exists, failure.locations):
        text = printable_log_line(location.text).strip() or single_line(failure.title)
        yield Annotation(location.path, location.line, title, f"{text}{hint}")


def _exists(location: SourceLocation) -> bool:
    return location.known and location.line_known
