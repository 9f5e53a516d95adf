"""How the failures of a build relate to the lines that its pull request changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping

from plugin.commands.clients import forge_client
from plugin.errors import ForgeError
from plugin.forges.interface import ReadsDiffs
from plugin.http.deadline import Deadline
from plugin.model.context import BuildContext
from plugin.model.report import Failure, Report
from plugin.model.verdict import ChangedLines, Relation
from plugin.render.source_links import source_locations
from plugin.settings.schema import Settings
from plugin.verdict.changed_lines import Changes, Place, changes_of_diff, changes_of_files, relation

_SECONDS = 5.0
"""Seconds for the request for the diff."""
_MOST_PLACES = 20
"""Places of one failure that are compared."""
_MERGING = ("drone", "harness")
"""Servers whose clone step merges the pull request into the target branch."""

_log = logging.getLogger(__name__)


def compare_with_changes(
    report: Report, context: BuildContext, ref: str, settings: Settings, deadline: Deadline
) -> Mapping[tuple[int, int], ChangedLines]:
    """Return how the failures relate to the changes of the pull request, by job number and step number.

    The diff is requested, once, if a cause names a place and a token is set. Where the environment names all changed
    files and no cause names one of them, the diff shows nothing more. `ref` is the Git reference that was built.
    """
    named = [(failure, places) for failure in report.failures if (places := _places(failure, report.repo))]
    if context.pull_request is None or not named:
        return {}
    found = _relations(named, changes_of_files(context.changed_files)) if context.changed_files else {}
    if not context.changed_files or any(one.relation is Relation.CHANGED_FILE for one in found.values()):
        changes = _changes_of_forge(context, context.pull_request, ref, settings, deadline)
        found = _relations(named, changes) if changes else found
    return found


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


def _changes_of_forge(
    context: BuildContext, pull_request: int, ref: str, settings: Settings, deadline: Deadline
) -> Changes | None:
    """Return the changes by the forge; None where it is not asked, or does not answer."""
    forge = forge_client(settings, context, deadline.capped(_SECONDS))
    if not isinstance(forge, ReadsDiffs):
        return None
    try:
        diff = forge.diff(pull_request)
    except ForgeError as error:
        _log.info("the changes of the pull request could not be read: %s", error)
        return None
    merged = context.server_kind in _MERGING or ref.endswith("/merge")
    return changes_of_diff(diff.text, complete=diff.complete, merged=merged)
