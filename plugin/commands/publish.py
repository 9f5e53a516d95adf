"""Delivery of a report to where people look: file, card, comment.

Each delivery imports what it needs on its own, so that a bug in one does not stop the others.
"""

import logging
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

from plugin.about import docs_url
from plugin.commands.clients import ClientFactory
from plugin.errors import InternalError, PluginError, SettingsError
from plugin.frozen import frozen
from plugin.model.comment import CommentFacts
from plugin.model.context import BuildContext
from plugin.model.message import Message
from plugin.model.report import Failure, Report
from plugin.settings.schema import DEFAULT_OUTPUT, Settings
from plugin.text.language import translated

_log = logging.getLogger(__name__)

NO_TOKEN = Message(
    "setting `forge_token` is empty: the secret does not exist, or the CI server does not give it to "
    "builds of pull requests; see {page}",
    page=docs_url("forks.md"),
)

_MARKDOWN = (".md", ".markdown")
_BESIDE_MARK = 60
"""Maximum length of a title that is followed by a mark."""


@frozen
class DeliveryResult:
    """The result of one delivery."""

    message: str
    """One line for the step's log."""
    error: PluginError | None = None


def write_files(report: Report, settings: Settings, workspace: str, custom: str | None = None) -> list[DeliveryResult]:
    """Write all files of the setting `output`; one that cannot be written does not stop the others.

    Where a path is unusable, the default file is written as well, so that there is always a report. `custom` is the
    text of Markdown files by the user's template.
    """
    outcomes = [_write_file(report, output, workspace, custom) for output in settings.output]
    if not outcomes:
        outcomes.append(_failed(SettingsError(Message("setting `output` names no file"))))
    if DEFAULT_OUTPUT not in settings.output and any(isinstance(outcome.error, SettingsError) for outcome in outcomes):
        outcomes.append(_write_file(report, DEFAULT_OUTPUT, workspace, custom))
    return outcomes


def _write_file(report: Report, output: str, workspace: str, custom: str | None) -> DeliveryResult:
    try:
        from plugin.deliver import file
        from plugin.render import render_for

        text = custom if custom is not None and output.lower().endswith(_MARKDOWN) else render_for(report, output)
        return DeliveryResult(f"report written to {file.write(text, output, workspace=workspace)}")
    except PluginError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001 — a bug in one format must not cost the others
        _log.debug("internal error", exc_info=True)
        return _failed(InternalError(error))


def _failed(error: PluginError) -> DeliveryResult:
    return DeliveryResult(str(error), error)


def show_card(report: Report, settings: Settings, path: str, stream: BinaryIO) -> Iterator[DeliveryResult]:
    """Write the card to `path` and `stream`. Yield a result only where that failed."""
    if not (settings.card and path):
        return
    from plugin.deliver import card
    from plugin.render import card as card_format

    try:
        card.write(card_format.render(report), path, stream)
    except PluginError as error:
        yield DeliveryResult(str(error), error)


def post_comment(
    report: Report,
    settings: Settings,
    context: BuildContext,
    forge: tuple[str, str] | PluginError,
    client_factory: ClientFactory,
    custom: str | None = None,
) -> DeliveryResult:
    """Write, update or resolve the comment. `forge` is its kind and address, or the error where they are not known.

    `custom` is its text by the user's template.
    """
    if settings.comment_on == "never":
        return DeliveryResult("no comment, `comment_on` is never")
    if not has_place_for_comment(settings, context):
        return DeliveryResult(
            "no comment, this build belongs to no pull request (see `find_pull_request` and `fallback`)"
        )
    if not settings.forge_token:
        return DeliveryResult(f"no comment, {NO_TOKEN}")
    if isinstance(forge, PluginError):
        return DeliveryResult(Message("no comment: {forge}", forge=forge), forge)
    try:
        return DeliveryResult(_comment(report, settings, context, forge, client_factory, custom))
    except SettingsError:
        raise
    except PluginError as error:
        return DeliveryResult(
            Message("comment written, but: {error}", error=error)
            if error.after_write
            else Message("no comment: {error}", error=error),
            error,
        )


def has_place_for_comment(settings: Settings, context: BuildContext) -> bool:
    """Return whether the build belongs to a pull request, or the settings name another place for its comment."""
    return context.pull_request is not None or settings.find_pull_request or settings.fallback == "commit_comment"


def _comment(
    report: Report,
    settings: Settings,
    context: BuildContext,
    forge: tuple[str, str],
    client_factory: ClientFactory,
    custom: str | None,
) -> str:
    from plugin.deliver.comment import post
    from plugin.model.comment import CommentOptions, CommentTarget
    from plugin.render.comment import sections

    kind, address = forge
    options = CommentOptions(
        key=comment_key(report.url, settings),
        on=settings.comment_on,
        size=settings.comment_size,
        recreate=settings.recreate,
        mention=settings.comment_mention == "author",
        find_pull_request=settings.find_pull_request,
        fallback="commit_comment" if settings.fallback == "commit_comment" else "none",
    )
    target = CommentTarget(kind, address, report.repo, context.pull_request)
    parts = sections(report, plain=post.without_folds(kind))
    if custom is not None:
        parts = (post.custom_section(parts, custom),)
    return post.post(parts, facts_of(report, context), target, settings.forge_token, client_factory, options)


def facts_of(report: Report, context: BuildContext) -> CommentFacts:
    """Return the facts about the build that the comment needs."""
    from plugin.render.comment import conclusion

    return CommentFacts(
        build=report.number,
        commit=report.commit,
        branch=context.source_branch or report.branch,
        url=report.url,
        author=context.author_account,
        conclusion=conclusion(report),
        title=_title(report.failures[0]) if report.failures else translated(report.reason),
        alone=all(job.current or job.state.ended for job in report.jobs),
    )


def comment_key(build_url: str, settings: Settings) -> str:
    """Return the name that separates this pipeline's comment and status from those of others."""
    return settings.comment_key or _pipeline(build_url)


def _title(failure: Failure) -> str:
    """Return the title, shortened so that a commit status has room for the mark of an untrusted pattern."""
    from plugin.render import phrases
    from plugin.text.shorten import single_line

    mark = phrases.origin(failure)
    title = translated(failure.title)
    return f"{single_line(title, _BESIDE_MARK)} {mark}" if mark else title


def _pipeline(url: str) -> str:
    """Return Harness' pipeline, else nothing: there each pipeline numbers its builds separately."""
    found = re.search(r"/pipelines/([^/]+)/execution/\d+$", url)
    return unquote(found[1]) if found else ""
