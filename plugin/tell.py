"""Takes a report, tells it where people look: file, card, comment; gives what was done and what could not be.

Each delivery imports what it needs by itself: whatever is broken in one does not keep the others.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import unquote

from plugin.errors import InternalError, PluginError, SettingsError
from plugin.report import Failure, Report
from plugin.rest import Rest
from plugin.settings import DEFAULT_OUTPUT, Settings
from plugin.where import Where

_log = logging.getLogger(__name__)

_WHY_NONE_IS_SET = (
    "setting `forge_token` is empty: the secret does not exist, or the CI server does not give it to builds of pull "
    "requests; see https://github.com/drone-failure-alert/drone-failure-alert/blob/main/docs/forks.md"
)

_BESIDE_MARK = 60
"""Characters of a title that is followed by a mark."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one delivery went, in a line for people."""

    said: str
    error: PluginError | None = None


def write_files(report: Report, settings: Settings, workspace: str) -> list[Outcome]:
    """Write one file after the other; one that cannot be written does not keep the others.

    Where a path cannot be meant, the default file is written, too: nobody should be left without a report.
    """
    outcomes = [_write_file(report, output, workspace) for output in settings.output]
    if not outcomes:
        outcomes.append(_failed(SettingsError("setting `output` names no file")))
    if DEFAULT_OUTPUT not in settings.output and any(isinstance(one.error, SettingsError) for one in outcomes):
        outcomes.append(_write_file(report, DEFAULT_OUTPUT, workspace))
    return outcomes


def _write_file(report: Report, output: str, workspace: str) -> Outcome:
    try:
        from plugin.deliver import file
        from plugin.render import render_for

        return Outcome(f"report written to {file.write(render_for(report, output), output, workspace=workspace)}")
    except PluginError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001 — a mistake in one format does not cost the others
        _log.debug("a mistake", exc_info=True)
        return _failed(InternalError(error))


def _failed(error: PluginError) -> Outcome:
    return Outcome(str(error), error)


def show_card(report: Report, settings: Settings, path: str, stream: BinaryIO) -> Iterator[Outcome]:
    if not (settings.card and path):
        return
    from plugin.deliver import card
    from plugin.render import as_card

    try:
        card.write(as_card.render(report), path, stream)
    except PluginError as error:
        yield Outcome(str(error), error)


def post_comment(
    report: Report,
    settings: Settings,
    place: Where,
    forge: tuple[str, str] | PluginError,
    rest_of: Callable[[str, Mapping[str, str]], Rest],
) -> Outcome:
    """`forge` is its kind and address, or why they are not known."""
    if settings.comment_on == "never":
        return Outcome("no comment, `comment_on` is never")
    wanted = place.pull_request is not None or settings.find_pull_request or settings.fallback != "none"
    if not wanted:
        return Outcome("no comment, this build belongs to no pull request (see `find_pull_request` and `fallback`)")
    if not settings.forge_token:
        return Outcome(f"no comment, {_WHY_NONE_IS_SET}")
    if isinstance(forge, PluginError):
        return Outcome(f"no comment: {forge}", forge)
    try:
        return Outcome(_comment(report, settings, place, forge, rest_of))
    except SettingsError:
        raise
    except PluginError as error:
        return Outcome(f"no comment: {error}", error)


def _comment(
    report: Report,
    settings: Settings,
    place: Where,
    forge: tuple[str, str],
    rest_of: Callable[[str, Mapping[str, str]], Rest],
) -> str:
    from plugin.deliver import comment
    from plugin.deliver.comment import Facts, Options, Target
    from plugin.render.as_comment import sections

    kind, address = forge
    facts = Facts(
        build=report.number,
        commit=report.commit,
        branch=place.source_branch or report.branch,
        url=report.url,
        title=_title(report.failures[0]) if report.failures else report.reason,
    )
    options = Options(
        key=settings.comment_key or _pipeline(report),
        on=settings.comment_on,
        size=settings.comment_size,
        recreate=settings.recreate,
        find_pull_request=settings.find_pull_request,
        fallback=settings.fallback,
    )
    target = Target(kind, address, report.repo, place.pull_request)
    parts = sections(report, plain=comment.plain(kind))
    return comment.comment(parts, facts, target, settings.forge_token, rest_of, options)


def _title(failure: Failure) -> str:
    """Return the title, short enough that a commit status has room for the mark of an untrusted pattern."""
    from plugin.render import words
    from plugin.render.neutral import one_line

    mark = words.origin(failure)
    return f"{one_line(failure.title, _BESIDE_MARK)} {mark}" if mark else failure.title


def _pipeline(report: Report) -> str:
    """Harness counts the builds of each pipeline by itself, so that only within one a number says which is newer."""
    found = re.search(r"/pipelines/([^/]+)/execution/\d+$", report.url)
    return unquote(found[1]) if found else ""
