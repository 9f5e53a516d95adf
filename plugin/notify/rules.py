"""Which rules apply to a build, and which of them have something to say."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from plugin.model.notify import BuildLine, BuildOutcome, Channel, News, NotifyRule
from plugin.model.report import Report


def rules_of(rules: Sequence[NotifyRule], channels: Sequence[Channel]) -> tuple[NotifyRule, ...]:
    """Return the rules; without any, the default one: every channel hears of changes."""
    if rules or not channels:
        return tuple(rules)
    return (NotifyRule("", tuple(channels)),)


def rules_for_build(rules: Iterable[NotifyRule], event: str, line: BuildLine) -> tuple[NotifyRule, ...]:
    """Return the rules that may apply to a build of this event and line, whatever its result."""
    return tuple(rule for rule in rules if _event_matches(rule, event) and _line_matches(rule, line))


def _event_matches(rule: NotifyRule, event: str) -> bool:
    if not rule.events:
        return not event.startswith("pull_request")
    return any(fnmatchcase(event, pattern) for pattern in rule.events)


def _line_matches(rule: NotifyRule, line: BuildLine) -> bool:
    return not rule.branches or any(fnmatchcase(line.name, pattern) for pattern in rule.branches)


def wants(rule: NotifyRule, outcome: BuildOutcome, report: Report) -> bool:
    """Return whether the rule sends a message about this."""
    news = outcome.news
    if news is News.SILENT or (rule.categories and not _category_matches(rule, outcome, report)):
        return False
    match rule.on:
        case "always":
            return True
        case "failure":
            return news.failed
        case "fixed":
            return news is News.FIXED
        case "change":
            return news in (News.FIRST_FAILURE, News.OTHER_FAILURE, News.FIXED)


def _category_matches(rule: NotifyRule, outcome: BuildOutcome, report: Report) -> bool:
    """Return whether one of the failures has one of the categories; those of a fixed failure are not known."""
    found = {failure.excerpt.category if failure.excerpt else "unknown" for failure in report.failures}
    return outcome.news.failed and not found.isdisjoint(rule.categories)
