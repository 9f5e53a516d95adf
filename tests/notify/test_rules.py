"""Which rules send a message about a build."""

from dataclasses import replace

import pytest

from plugin.model.build import State
from plugin.model.excerpt import Category
from plugin.model.notify import BuildLine, BuildOutcome, Channel, News, NotifyOn, NotifyRule
from plugin.model.report import Report
from plugin.notify.rules import rules_for_build, rules_of, wants
from tests.render.samples import excerpt, failure, report

CHAT = Channel("chat", "json://localhost")
MAIN = BuildLine("branch", "main")


def rule(**conditions: object) -> NotifyRule:
    return replace(NotifyRule("a", (CHAT,)), **conditions)  # type: ignore[arg-type]


def of(category: Category) -> Report:
    return report(failure("test", excerpt("E", cause=(1,), title="E", category=category)))


def test_channels_without_rules_hear_of_changes() -> None:
    (default,) = rules_of((), (CHAT,))
    assert (default.to, default.on) == ((CHAT,), "change")
    assert rules_of((), ()) == ()
    assert rules_of((rule(),), (CHAT, CHAT)) == (rule(),)


@pytest.mark.parametrize(
    ("conditions", "event", "line", "applies"),
    [
        ({}, "push", MAIN, True),
        ({}, "cron", MAIN, True),
        ({}, "tag", BuildLine("none"), True),
        ({}, "promote", BuildLine("environment", "prod"), True),
        ({}, "pull_request", BuildLine("reference", "refs/pull/7/head"), False),
        ({}, "pull_request_closed", BuildLine("reference", "refs/pull/7/head"), False),
        ({"events": ("pull_request",)}, "pull_request", BuildLine("reference", "refs/pull/7/head"), True),
        ({"events": ("cron",)}, "push", MAIN, False),
        ({"branches": ("main",)}, "push", MAIN, True),
        ({"branches": ("release/*",)}, "push", BuildLine("branch", "release/1.2"), True),
        ({"branches": ("release/*",)}, "push", MAIN, False),
        ({"branches": ("prod",)}, "promote", BuildLine("environment", "prod"), True),
        ({"branches": ("main",)}, "promote", BuildLine("environment", "prod"), False),
        ({"branches": ("main",)}, "tag", BuildLine("none"), False),
    ],
)
def test_conditions_on_event_and_branch(
    conditions: dict[str, object], event: str, line: BuildLine, *, applies: bool
) -> None:
    assert bool(rules_for_build((rule(**conditions),), event, line)) is applies


@pytest.mark.parametrize(
    ("on", "heard"),
    [
        ("failure", {News.FIRST_FAILURE, News.OTHER_FAILURE, News.STILL_FAILING}),
        ("change", {News.FIRST_FAILURE, News.OTHER_FAILURE, News.FIXED}),
        ("fixed", {News.FIXED}),
        ("always", set(News) - {News.SILENT}),
    ],
)
def test_on(on: NotifyOn, heard: set[News]) -> None:
    assert {news for news in News if wants(rule(on=on), BuildOutcome(news, MAIN), of("test"))} == heard


@pytest.mark.parametrize(
    ("category", "news", "sends"),
    [
        ("infrastructure", News.FIRST_FAILURE, True),
        ("test", News.FIRST_FAILURE, False),
        ("infrastructure", News.FIXED, False),
    ],
)
def test_category_is_that_of_a_failure(category: Category, news: News, *, sends: bool) -> None:
    one = rule(categories=("infrastructure", "resource"))
    assert wants(one, BuildOutcome(news, MAIN), of(category)) is sends


def test_a_failure_without_a_log_has_no_known_category() -> None:
    one = replace(report(failure("test", None)), state=State.FAILURE)
    assert wants(rule(categories=("unknown",)), BuildOutcome(News.FIRST_FAILURE, MAIN), one)
    assert not wants(rule(categories=("test",)), BuildOutcome(News.FIRST_FAILURE, MAIN), one)
