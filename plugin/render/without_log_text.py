"""The report without any text that the build printed, for public views of private builds (`max_lines: 0`).

What is left is what the pipeline file and the plugin say: names of jobs and steps, exit codes, the category, a hint
without placeholders, links. Messages of the server or the runner and what test reports contain are left out, too,
because both repeat what programs print.
"""

from plugin.frozen import replace
from plugin.model.excerpt import Excerpt
from plugin.model.message import Message
from plugin.model.report import Failure, Report
from plugin.model.verdict import FailureVerdict
from plugin.render import phrases

_KNOWN_ISSUE = Message("a known issue")


def without_log_text(report: Report) -> Report:
    """Return the report without lines, quotations, commands and messages; keys of failures are hashes and stay."""
    return replace(report, failures=tuple(map(_without_text, report.failures)))


def _without_text(failure: Failure) -> Failure:
    title = phrases.kind(failure)
    excerpt = _empty(failure.excerpt, title) if failure.excerpt else None
    verdict = _without_quotations(failure.verdict) if failure.verdict else None
    return replace(failure, error="", title=title, excerpt=excerpt, tests=None, verdict=verdict, locations=())


def _without_quotations(verdict: FailureVerdict) -> FailureVerdict:
    """Return the verdict without the path that the log names and without the text of a known issue."""
    changed, issue = verdict.changed, verdict.known_issue
    return replace(
        verdict,
        changed=changed if changed and not changed.path else None,
        known_issue=replace(issue, text=_KNOWN_ISSUE) if issue else None,
    )


def _empty(excerpt: Excerpt, title: str) -> Excerpt:
    return Excerpt(
        ranked=(),
        lines=(),
        title=title,
        title_line=excerpt.title_line,
        pattern=excerpt.pattern,
        pattern_origin=excerpt.pattern_origin,
        hint=excerpt.hint if excerpt.fixed_hint else "",
        fixed_hint=excerpt.fixed_hint,
        category=excerpt.category,
        total_lines=excerpt.total_lines,
        hidden=excerpt.hidden,
        notes=excerpt.notes,
    )
