"""What is known about failures beyond their logs: changed lines and known issues."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from plugin.background import later
from plugin.commands.clients import forge_client
from plugin.commands.collect import Collected
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

    report, context = collected.report(source_url="", hide=hide), collected.context
    comparing = later(partial(compare_with_changes, report, context, collected.build.ref, settings, deadline))
    forge = forge_client(settings, context, deadline.capped(SECONDS))

    def read_target(path: str) -> bytes | None:
        return forge.file(path, context.branch) if context.branch and isinstance(forge, ReadsFiles) else None

    issues, problems = find_known_issues(report, settings, folder, read_target, of_pull_request=of_pull_request)
    collected.known_issues = issues
    collected.changed = comparing.result()
    return problems
