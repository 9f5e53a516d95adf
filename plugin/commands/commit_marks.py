"""What the plugin leaves at the commit in the forge, beside the comment: its status and annotations."""

from collections.abc import Callable, Iterator
from functools import partial

from plugin.commands.clients import ClientFactory
from plugin.commands.publish import NO_TOKEN, DeliveryResult, comment_key, facts_of
from plugin.errors import PluginError
from plugin.model.comment import CommentFacts, CommentTarget, Section
from plugin.model.context import BuildContext
from plugin.model.message import Message
from plugin.model.report import Report
from plugin.settings.schema import Settings


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
    wanted: dict[str, _Delivery] = {}
    if _wants_status(settings, context):
        wanted["commit status"] = _status
    if settings.annotations:
        wanted["annotations"] = _annotations
    for name, deliver in wanted.items():
        if not report.commit:
            yield DeliveryResult(
                Message("no {name}: the commit of this build is unknown; set it as `commit`", name=name)
            )
        elif not (settings.forge_token or (name == "annotations" and settings.github_app_key)):
            yield DeliveryResult(f"no {name}, {NO_TOKEN}")
        elif isinstance(forge, PluginError):
            yield DeliveryResult(f"no {name}: {forge}", forge)
        else:
            target = CommentTarget(*forge, report.repo, context.pull_request)
            yield _delivered(
                name, partial(deliver, report, settings, facts_of(report, context), target, client_factory)
            )


_Delivery = Callable[[Report, Settings, CommentFacts, CommentTarget, ClientFactory], str]


def _delivered(name: str, deliver: Callable[[], str]) -> DeliveryResult:
    try:
        return DeliveryResult(deliver())
    except PluginError as error:
        return DeliveryResult(f"no {name}: {error}", error)


def _wants_status(settings: Settings, context: BuildContext) -> bool:
    when = settings.sets_status
    return when == "always" or (when == "no_pull_request" and context.pull_request is None)


def _sections(report: Report) -> tuple[Section, ...]:
    from plugin.render.comment import sections

    return sections(report, plain=True)


def _status(
    report: Report, settings: Settings, facts: CommentFacts, target: CommentTarget, client_factory: ClientFactory
) -> str:
    from plugin.deliver.status import set_status

    find = settings.find_pull_request and settings.sets_status == "no_pull_request"
    key = comment_key(report.url, settings)
    return set_status(_sections(report), facts, target, settings.forge_token, client_factory, key, unless_found=find)


def _annotations(
    report: Report, settings: Settings, facts: CommentFacts, target: CommentTarget, client_factory: ClientFactory
) -> str:
    from plugin.deliver.annotations import Access, annotate
    from plugin.deliver.comment.state import comment_state
    from plugin.deliver.status import STATUS_NAME
    from plugin.render.annotations import annotation_report

    key = comment_key(report.url, settings).replace("/", "-")
    outcome = comment_state(facts.build, facts.commit, facts.url, _sections(report)).state
    found = annotation_report(report, f"{STATUS_NAME}-{key}" if key else STATUS_NAME, outcome)
    access = Access(settings.forge_token, settings.github_app_id, settings.github_app_key)
    return annotate(found, facts.commit, target, access, client_factory)
