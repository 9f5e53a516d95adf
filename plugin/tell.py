"""Takes a report, tells it where people look: file, card, comment; gives what was done and what could not be."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import unquote

from plugin.deliver import card, comment, file
from plugin.deliver.comment import Facts, Options, Target
from plugin.errors import PluginError, SettingsError
from plugin.render import as_card
from plugin.render.as_comment import sections
from plugin.report import Report
from plugin.rest import Rest
from plugin.settings import Settings
from plugin.where import Where


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one delivery went, in a line for people."""

    said: str
    error: PluginError | None = None


def write_files(report: Report, settings: Settings, workspace: str) -> Iterator[Outcome]:
    """One file after the other; one that cannot be written does not keep the others."""
    for output in settings.output:
        try:
            yield Outcome(f"report written to {file.write(report, output, workspace=workspace)}")
        except PluginError as error:
            yield Outcome(str(error), error)


def show_card(report: Report, settings: Settings, path: str, stream: BinaryIO) -> Iterator[Outcome]:
    if not (settings.card and path):
        return
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
        return Outcome("no comment, setting `forge_token` is empty (builds of forks are given no secrets)")
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
    kind, address = forge
    facts = Facts(
        build=report.number,
        commit=report.commit,
        branch=place.source_branch or report.branch,
        url=report.url,
        title=report.failures[0].title if report.failures else report.reason,
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


def _pipeline(report: Report) -> str:
    """Harness counts the builds of each pipeline by itself, so that only within one a number says which is newer."""
    found = re.search(r"/pipelines/([^/]+)/execution/\d+$", report.url)
    return unquote(found[1]) if found else ""
