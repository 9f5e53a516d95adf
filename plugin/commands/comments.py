"""The `comments` command: remove what the plugin wrote on the pull requests of a repository."""

from collections.abc import Mapping, Sequence

from plugin.commands.clients import client_of, context_of, forge_of
from plugin.deliver.comment.removal import RemovedComment, remove_comments
from plugin.errors import PluginError, SettingsError
from plugin.forges.interface import Forge, ListsPullRequests
from plugin.http.deadline import Deadline
from plugin.settings.parse import PREFIX, read_settings
from plugin.text.shorten import single_line


def delete(
    environ: Mapping[str, str], arguments: Mapping[str, str], numbers: Sequence[int], *, dry_run: bool
) -> tuple[str, int]:
    """Delete the comments and return what was done, and the exit code: 1 if the forge refused to delete one.

    `arguments` are settings by name, the others are `PLUGIN_*` variables. Without numbers, all pull requests are
    searched. Raise SettingsError for an unusable argument, ForgeError where comments cannot be read.
    """
    variables = {f"{PREFIX}{name.upper()}": value for name, value in arguments.items() if value}
    settings, problems = read_settings({**environ, **variables})
    for problem in problems:
        raise problem
    if not settings.forge_token:
        raise SettingsError("the token of the account that wrote the comments is needed: variable FORGE_TOKEN")
    context = context_of({}, settings)
    found = forge_of(context)
    if isinstance(found, PluginError):
        raise found
    kind = found[0]
    forge = client_of(found, settings, context.repo, Deadline(settings.timeout))
    searched = numbers or _all_pull_requests(forge, kind)
    place = (kind, context.repo)
    removed = list(remove_comments(forge, searched, settings.forge_token, place, dry_run=dry_run))
    lines = [_line(one, dry_run=dry_run) for one in removed]
    refused = sum(bool(one.problem) for one in removed)
    summary = f"{len(removed) - refused} comments {'would be' if dry_run else ''} deleted".replace("  ", " ")
    return "\n".join([*lines, f"{summary}, {refused} refused" if refused else summary]), int(refused > 0)


def _all_pull_requests(forge: Forge, kind: str) -> Sequence[int]:
    if not isinstance(forge, ListsPullRequests):
        raise SettingsError(f"{kind} has no list of pull requests; name their numbers")
    return sorted(forge.pull_requests())


def _line(removed: RemovedComment, *, dry_run: bool) -> str:
    where = single_line(removed.url) or f"a comment on pull request {removed.pull_request}"
    if removed.problem:
        return f"refused: {where}: {single_line(removed.problem)}"
    return f"{'found' if dry_run else 'deleted'}: {where}"
