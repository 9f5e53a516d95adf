"""What the plugin leaves at the commit in the forge, beside the comment: its status and annotations."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial

from plugin.commands.clients import ClientFactory
from plugin.commands.publish import NO_TOKEN, DeliveryResult, comment_key, facts_of
from plugin.errors import PluginError
from plugin.model.comment import CommentTarget, Outcome
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
    wanted: dict[str, Callable[[_Marks], str]] = {}
    if _wants_status(settings, context):
        wanted[Message("commit status")] = _Marks.status
    if settings.annotations:
        wanted[Message("annotations")] = _Marks.annotations
    found: _Marks | None = None
    for name, deliver in wanted.items():
        if not report.commit:
            yield DeliveryResult(
                Message("no {kind}: the commit of this build is unknown; set it as `commit`", kind=name)
            )
        elif not (settings.forge_token or (name == "annotations" and settings.github_app_key)):
            yield DeliveryResult(f"no {name}, {NO_TOKEN}")
        elif isinstance(forge, PluginError):
            yield DeliveryResult(Message("no {kind}: {problem}", kind=name, problem=forge), forge)
        else:
            target = CommentTarget(*forge, report.repo, context.pull_request)
            found = found or _Marks(report, settings, context, target, client_factory)
            yield _delivered(name, partial(deliver, found))


def _delivered(name: str, deliver: Callable[[], str]) -> DeliveryResult:
    try:
        return DeliveryResult(deliver())
    except PluginError as error:
        return DeliveryResult(Message("no {kind}: {problem}", kind=name, problem=error), error)


def _wants_status(settings: Settings, context: BuildContext) -> bool:
    when = settings.sets_status
    return when == "always" or (when == "no_pull_request" and context.pull_request is None)


class _Marks:
    """The marks of one build; what both need is made once."""

    def __init__(
        self,
        report: Report,
        settings: Settings,
        context: BuildContext,
        target: CommentTarget,
        client_factory: ClientFactory,
    ) -> None:
        self._report = report
        self._settings = settings
        self._facts = facts_of(report, context)
        self._target = target
        self._client_factory = client_factory
        self._key = comment_key(report.url, settings)

    @cached_property
    def _outcome(self) -> Outcome:
        from plugin.deliver.comment.state import comment_state
        from plugin.render.comment import sections

        facts = self._facts
        return comment_state(facts.build, facts.commit, facts.url, sections(self._report, plain=True)).state

    def status(self) -> str:
        """Set the status of the commit."""
        from plugin.deliver.status import set_status

        settings = self._settings
        find = settings.find_pull_request and settings.sets_status == "no_pull_request"
        where = (self._target, settings.forge_token, self._client_factory, self._key)
        return set_status(self._outcome, self._facts, *where, unless_found=find)

    def annotations(self) -> str:
        """Write annotations at lines of the commit."""
        from plugin.deliver.annotations import Access, annotate
        from plugin.deliver.status import STATUS_NAME
        from plugin.render.annotations import annotation_report

        settings, key = self._settings, self._key.replace("/", "-")
        name = f"{STATUS_NAME}-{key}" if key else STATUS_NAME
        access = Access(settings.forge_token, settings.github_app_id, settings.github_app_key)
        found = annotation_report(self._report, name, self._outcome)
        return annotate(found, self._facts.commit, self._target, access, self._client_factory)
