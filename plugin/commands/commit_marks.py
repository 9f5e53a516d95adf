"""What the plugin leaves at the commit in the forge, beside the comment: its status."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from plugin.commands.publish import NO_TOKEN, DeliveryResult, comment_key, facts_of
from plugin.errors import PluginError, SettingsError
from plugin.http.client import ApiClient
from plugin.model.comment import CommentTarget
from plugin.model.context import BuildContext
from plugin.model.report import Report
from plugin.settings.schema import Settings

ClientFactory = Callable[[str, Mapping[str, str]], ApiClient]


def marks(
    report: Report,
    settings: Settings,
    context: BuildContext,
    forge: tuple[str, str] | PluginError,
    client_factory: ClientFactory,
) -> Iterator[DeliveryResult]:
    """Set what the settings ask for, and yield a result for each; one that fails does not stop the others.

    `forge` is its kind and address, or the error where they are not known.
    """
    wanted = {"commit status": _status} if _wants_status(settings, context) else {}
    for name, deliver in wanted.items():
        if not report.commit:
            yield DeliveryResult(f"no {name}: the commit of this build is unknown; set it as `commit`")
        elif not settings.forge_token:
            yield DeliveryResult(f"no {name}, {NO_TOKEN}")
        elif isinstance(forge, PluginError):
            yield DeliveryResult(f"no {name}: {forge}", forge)
        else:
            yield _delivered(name, partial(deliver, report, settings, context, forge, client_factory))


def _delivered(name: str, deliver: Callable[[], str]) -> DeliveryResult:
    try:
        return DeliveryResult(deliver())
    except SettingsError:
        raise
    except PluginError as error:
        return DeliveryResult(f"no {name}: {error}", error)


def _wants_status(settings: Settings, context: BuildContext) -> bool:
    when = settings.sets_status
    return when == "always" or (when == "no_pull_request" and context.pull_request is None)


def _status(
    report: Report, settings: Settings, context: BuildContext, forge: tuple[str, str], client_factory: ClientFactory
) -> str:
    from plugin.deliver.status import set_status
    from plugin.render.comment import sections

    kind, address = forge
    target = CommentTarget(kind, address, report.repo, context.pull_request)
    parts = sections(report, plain=True)
    key = comment_key(report, settings)
    find = settings.find_pull_request and settings.sets_status == "no_pull_request"
    facts = facts_of(report, context)
    return set_status(parts, facts, target, settings.forge_token, client_factory, key, unless_found=find)
