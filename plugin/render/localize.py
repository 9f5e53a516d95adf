"""The report with its fixed texts in the active language, for views that people read."""

from plugin.frozen import replace
from plugin.model.excerpt import Excerpt
from plugin.model.report import Failure, Report
from plugin.text.language import is_english, translated


def localized(report: Report) -> Report:
    """Return the report with each `Message` in it translated; in English it is the report itself."""
    if is_english():
        return report
    return replace(
        report,
        failures=tuple(map(_failure, report.failures)),
        notes=tuple(map(translated, report.notes)),
        reason=translated(report.reason),
    )


def _failure(failure: Failure) -> Failure:
    verdict = failure.verdict
    issue = verdict.known_issue if verdict else None
    return replace(
        failure,
        title=translated(failure.title),
        error=translated(failure.error),
        log=replace(failure.log, reason=translated(failure.log.reason)),
        excerpt=_excerpt(failure.excerpt) if failure.excerpt else None,
        verdict=replace(verdict, known_issue=replace(issue, text=translated(issue.text)))
        if verdict and issue
        else verdict,
    )


def _excerpt(excerpt: Excerpt) -> Excerpt:
    return replace(
        excerpt,
        title=translated(excerpt.title),
        hint=translated(excerpt.hint),
        notes=tuple(map(translated, excerpt.notes)),
    )
