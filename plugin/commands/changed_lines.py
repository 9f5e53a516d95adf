"""How the failures of a build relate to the lines that its pull request changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from plugin.commands.clients import forge_client
from plugin.commands.collect import Collected
from plugin.errors import ForgeError
from plugin.forges.interface import ReadsDiffs
from plugin.http.deadline import Deadline
from plugin.model.report import Failure
from plugin.model.verdict import ChangedLines, Relation
from plugin.render.source_links import source_locations
from plugin.settings.schema import Settings
from plugin.verdict.changed_lines import Changes, Place, changes_of_diff, changes_of_files, relation

SECONDS = 5.0
"""Seconds for the request for the diff."""
_MOST_PLACES = 20
"""Places of one failure that are compared."""
_MERGING = ("drone", "harness")
"""Servers whose clone step merges the pull request into the target branch."""

_log = logging.getLogger(__name__)


def compare_with_changes(
    collected: Collected, settings: Settings, deadline: Deadline, hide: Callable[[str], str]
) -> None:
    """Fill `collected.changed`. Request the diff, once, if a cause names a place and a token is set.

    Where the environment names all changed files and no cause names one of them, the diff shows nothing more.
    """
    if collected.context.pull_request is None:
        return
    report = collected.report(source_url="", hide=hide)
    named = [(failure, places) for failure in report.failures if (places := _places(failure, report.repo))]
    if not named:
        return
    files = collected.context.changed_files
    found = _relations(named, changes_of_files(files)) if files else {}
    if not files or any(one.relation is Relation.CHANGED_FILE for one in found.values()):
        changes = _changes_of_forge(collected, settings, deadline)
        found = _relations(named, changes) if changes else found
    collected.changed = found


def _relations(
    named: Iterable[tuple[Failure, tuple[Place, ...]]], changes: Changes
) -> dict[tuple[int, int], ChangedLines]:
    related = (
        ((failure.job_number, failure.step_number), relation(places, changes, _texts(failure)))
        for failure, places in named
    )
    return {failure: found for failure, found in related if found}


def _places(failure: Failure, repo: str) -> tuple[Place, ...]:
    """Return the places that the log and the test reports name."""
    tests = failure.tests.failed if failure.tests else ()
    return (
        *(Place(location.path, location.line) for location in source_locations(failure, repo, _MOST_PLACES)),
        *(Place(test.file, test.line) for test in tests[:_MOST_PLACES] if test.file),
    )


def _texts(failure: Failure) -> Iterator[str]:
    """Yield all texts of a failure that may name a file."""
    yield failure.title
    yield failure.error
    yield from (line.text for line in (failure.excerpt.lines if failure.excerpt else ()))
    for test in failure.tests.failed if failure.tests else ():
        yield from (test.title, test.message)


def _changes_of_forge(collected: Collected, settings: Settings, deadline: Deadline) -> Changes | None:
    """Return the changes by the forge; None where it is not asked, or does not answer."""
    context = collected.context
    forge = forge_client(settings, context, deadline.capped(SECONDS))
    if context.pull_request is None or not isinstance(forge, ReadsDiffs):
        return None
    try:
        diff = forge.diff(context.pull_request)
    except ForgeError as error:
        _log.info("the changes of the pull request could not be read: %s", error)
        return None
    merged = context.server_kind in _MERGING or collected.build.ref.endswith("/merge")
    return changes_of_diff(diff.text, complete=diff.complete, merged=merged)
