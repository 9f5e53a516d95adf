"""What a run reads in the workspace: the project's own patterns, and the test reports of the own job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from plugin import workspace
from plugin.errors import SettingsError
from plugin.model.build import Build, culprits
from plugin.model.tests import StepTests
from plugin.settings.schema import Settings

if TYPE_CHECKING:
    from plugin.ci.pipeline_file import StepCommands
    from plugin.extract.catalogue import Catalogue

_OFF = {"off", "false", "no", "none"}


def catalogue_of(
    settings: Settings, note: Callable[[str], None], folder: str, *, of_pull_request: bool
) -> tuple[Catalogue, tuple[str, ...]]:
    """Return the built-in patterns with those of the settings and the workspace, and what is wrong with these.

    `note` takes the reason why the file of the workspace cannot be read.
    """
    from plugin.extract.user_patterns import with_user_patterns

    return with_user_patterns(
        _project_patterns(note, folder), settings.patterns, settings.ignore, of_pull_request=of_pull_request
    )


def _project_patterns(note: Callable[[str], None], folder: str) -> str | None:
    try:
        return workspace.pattern_file(folder)
    except SettingsError as error:  # a file of the workspace is no setting: it never changes the exit code
        note(str(error))
        return None


def step_commands(folder: str) -> StepCommands:
    """Return the commands of the steps that the definitions of pipelines in the workspace name."""
    from plugin.ci.pipeline_file import commands_of_steps

    return commands_of_steps(workspace.pipeline_files(folder)) if folder else {}


def read_tests(
    build: Build, folder: str, patterns: Iterable[str]
) -> tuple[Mapping[tuple[int, int], StepTests], tuple[str, ...]]:
    """Return the test reports that the own job left in the workspace, by job number and step number, and notes.

    Nothing is imported for a green build.
    """
    if {word.lower() for word in patterns} & _OFF or not culprits(build):
        return {}, ()
    from plugin.test_reports.assign import tests_of

    tests, notes = tests_of(build, folder, patterns)
    return tests, tuple(notes)
