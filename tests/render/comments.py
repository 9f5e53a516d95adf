"""The whole comment for a report, as the plugin writes it first."""

from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, comment_state
from plugin.model.comment import MarkdownSupport, SizeLimit
from plugin.model.report import Report
from plugin.render.comment import conclusion, sections


def content_of(report: Report, syntax: MarkdownSupport) -> CommentState:
    """Return the data of the comment."""
    parts = sections(report, plain=not syntax.folds)
    return comment_state(report.number, report.commit, report.url, parts, conclusion(report))


def comment_of(report: Report, *, plain: bool = False, most: int = 65_000) -> str:
    """Return the comment in at most that many characters, with its hidden line."""
    syntax = MarkdownSupport(folds=not plain)
    return fit(content_of(report, syntax), key="", syntax=syntax, size=SizeLimit(most, "characters"))


def shown_of(report: Report, *, plain: bool = False, most: int = 65_000) -> str:
    """Return the comment without its hidden line."""
    return comment_of(report, plain=plain, most=most).rpartition("\n\n")[0]
