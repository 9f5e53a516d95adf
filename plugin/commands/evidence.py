"""What is known about failures beyond their logs: test reports, changed lines, known issues."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from plugin.background import later
from plugin.commands.clients import forge_client
from plugin.commands.collect import Collected
from plugin.commands.workspace_files import read_tests
from plugin.forges.interface import ReadsFiles
from plugin.http.deadline import Deadline
from plugin.model.build import culprits
from plugin.settings.schema import Settings


def read_evidence(
    collected: Collected,
    settings: Settings,
    folder: str,
    deadline: Deadline,
    hide: Callable[[str], str],
    *,
    of_pull_request: bool,
) -> tuple[str, ...]:
    """Add evidence to a red build; for a green one, nothing is imported. Return what users should correct."""
    if not culprits(collected.build):
        return ()
    from plugin.commands.changed_lines import SECONDS, compare_with_changes
    from plugin.commands.known_issues import find_known_issues

    read_tests(collected, folder, settings.test_reports)
    comparing = later(partial(compare_with_changes, collected, settings, deadline, hide))
    forge = forge_client(settings, collected.context, deadline.capped(SECONDS))
    branch = collected.context.branch

    def read_target(path: str) -> bytes | None:
        return forge.file(path, branch) if branch and isinstance(forge, ReadsFiles) else None

    problems = find_known_issues(collected, settings, folder, read_target, hide, of_pull_request=of_pull_request)
    comparing.result()
    return problems
