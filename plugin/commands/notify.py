"""Notification of chat rooms and mail addresses: who sends, what happened, and the message for each channel."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial

from plugin.background import later
from plugin.ci.server import Server
from plugin.commands.collect import Collected
from plugin.commands.publish import DeliveryResult
from plugin.commands.step_filter import StepFilter
from plugin.errors import InternalError, PluginError, ServerError
from plugin.frozen import frozen, replace
from plugin.http.deadline import Deadline
from plugin.model.build import Build, EarlierBuild, culprits
from plugin.model.context import CommitFacts
from plugin.model.message import Message
from plugin.model.notify import BuildLine, BuildOutcome, Channel, ChatFormat, NotifyRule, line_of
from plugin.model.report import Report
from plugin.model.verdict import Comparison
from plugin.notify.outcome import outcome_of
from plugin.notify.rules import rules_for_build, rules_of, wants
from plugin.notify.turn import Turn, turn
from plugin.settings.schema import Settings

_log = logging.getLogger(__name__)

SECONDS = 10.0
"""Time limit for the messages to all channels, which are sent at once."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 5.0


@frozen
class NotifyRun:
    """What a run knows when it comes to notifications."""

    settings: Settings
    collected: Collected
    server: Server | None
    """None where it could not be connected."""
    deadline: Deadline
    report: Callable[[], Report]
    """Composes the report of what has been collected."""
    collect: Callable[[], None]
    """Reads the build and the logs of its failed steps again."""
    hide: Callable[[str], str]
    """Redacts a text."""
    custom: Callable[[Report], str | None] = lambda _: None
    """Returns the message by the user's template; None without one."""


def notify(run: NotifyRun) -> Iterator[DeliveryResult]:
    """Send the messages that the rules want. Yield one result for each channel, or why there is no message."""
    context = run.collected.context
    event = context.event or run.collected.build.event
    line = line_of(event, context.branch, run.collected.build.ref, context.facts.environment)
    rules = rules_for_build(rules_of(run.settings.notify, run.settings.notify_urls), event, line)
    if not rules:
        return
    if run.server and run.collected.read and not _is_our_turn(run, run.server):
        yield DeliveryResult("no notification: the copy of this step in another job sends it")
        return
    report = run.report()
    happened = outcome_of(report, line, _listed(run), same=_same(report, line))
    wanted = [rule for rule in rules if wants(rule, happened, report)]
    if not wanted:
        yield DeliveryResult(f"no notification: {happened.why_silent or _NOTHING_NEW}")
        return
    yield from _send(run, wanted, happened, report)


_NOTHING_NEW = "no rule of `notify` wants one for this result"


# Whose turn it is


def _is_our_turn(run: NotifyRun, server: Server) -> bool:
    """Wait until the copies of this step agree on the sender, and return whether it is this one."""
    if len(run.collected.build.jobs) < 2:
        return True
    step_filter = StepFilter(run.settings.steps, run.settings.ignore_steps)
    waiting = run.deadline.capped(min(run.settings.wait, run.deadline.remaining() / 2))
    decide = partial(turn, wait=waiting.remaining())
    build, pause = run.collected.build, _FIRST_PAUSE
    while True:
        try:
            build = step_filter.apply(server.build())
            decision = decide(build, last=pause >= waiting.remaining())
            if decision is not Turn.WAIT:
                break
            waiting.sleep(pause)
        except ServerError:  # out of time, too
            decision = decide(build, last=True)
            break
        pause = min(2 * pause, _LONGEST_PAUSE)
    if decision is Turn.SEND:
        _take(run, build)
    return decision is Turn.SEND


def _take(run: NotifyRun, build: Build) -> None:
    """Report the build as it is now, which may have failed in another job meanwhile."""
    known = {(job.number, step.number) for job, step in culprits(run.collected.build)}
    if any((job.number, step.number) not in known for job, step in culprits(build)):
        run.collect()
    else:
        run.collected.build = build


# What happened


def _listed(run: NotifyRun) -> Sequence[EarlierBuild] | None:
    """Return the newest builds, None where they cannot be read; then a fix cannot be recognized."""
    if not run.server:
        return None
    try:
        return run.server.past().listed()
    except ServerError as error:
        run.collected.note(
            Message(
                "notifications: the list of builds could not be read, so a fixed build is not announced: {error}",
                error=error,
            )
        )
        return None


def _same(report: Report, line: BuildLine) -> bool | None:
    """Return whether the failures are those of the previous build; None where that is not known."""
    if line.kind not in ("branch", "reference"):  # the verdict compares builds of branches
        return None
    found = {failure.verdict.previous if failure.verdict else Comparison.UNKNOWN for failure in report.failures}
    if found & {Comparison.OTHER, Comparison.PASSED}:
        return False
    return True if found == {Comparison.SAME} else None


# The messages


def _send(
    run: NotifyRun, rules: Iterable[NotifyRule], happened: BuildOutcome, report: Report
) -> Iterator[DeliveryResult]:
    """Send to all channels at once; each gets one message, by the first rule that names it."""
    facts = _hidden(run.collected.context.facts, run.hide)
    deadline = run.deadline.capped(SECONDS)
    sending: dict[str, tuple[Channel, Future[str]]] = {}
    for rule in rules:
        draw = _draw(report, happened, facts, rule, run)
        for channel in rule.to:
            if channel.url not in sending:
                attempt = partial(_attempt, run.settings, channel, draw, deadline, failed=happened.news.failed)
                sending[channel.url] = (channel, later(attempt))
    for channel, future in sending.values():
        yield _result(channel, future, deadline)


def _hidden(facts: CommitFacts, hide: Callable[[str], str]) -> CommitFacts:
    return replace(
        facts,
        author=hide(facts.author),
        message=hide(facts.message),
        tag=hide(facts.tag),
        environment=hide(facts.environment),
    )


def _draw(
    report: Report, happened: BuildOutcome, facts: CommitFacts, rule: NotifyRule, run: NotifyRun
) -> Callable[[ChatFormat], tuple[str, str]]:
    from plugin.render.chat import compose, custom_message
    from plugin.render.chat_markup import draw

    author = run.collected.context.facts.author_email.lower()
    mention = rule.mentions.get(author, "") if happened.news.failed else ""
    custom = run.custom(report) if rule.lines else None
    if custom and custom.strip():
        return partial(draw, custom_message(custom, failed=happened.news.failed, mention=mention))
    return partial(draw, compose(report, happened, facts, lines=rule.lines, mention=mention))


def _attempt(
    settings: Settings,
    channel: Channel,
    draw: Callable[[ChatFormat], tuple[str, str]],
    deadline: Deadline,
    *,
    failed: bool,
) -> str:
    from plugin.deliver.notify.send import send

    verify = not settings.skip_verify and (settings.ca_bundle or True)
    return send(channel, draw, deadline, failed=failed, verify=verify)


def _result(channel: Channel, future: Future[str], deadline: Deadline) -> DeliveryResult:
    name = f"`{channel.name}`" if channel.name else channel.url.partition("://")[0]
    try:
        return DeliveryResult(f"notification sent to {name} ({deadline.wait(future)})")
    except PluginError as error:
        return DeliveryResult(Message("no notification to {name}: {error}", name=name, error=error), error)
    except Exception as error:  # noqa: BLE001 — a bug with one channel must not cost the others
        _log.debug("internal error", exc_info=True)
        return DeliveryResult(
            Message("no notification to {name}: {error}", name=name, error=InternalError(error)),
            InternalError(error),
        )
