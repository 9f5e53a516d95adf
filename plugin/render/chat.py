"""The content of a chat message or mail about a build, not yet formatted for a channel."""

from collections.abc import Iterator

from plugin.model.build import EarlierBuild
from plugin.model.context import CommitFacts
from plugin.model.notify import BuildOutcome, ChatMessage, News
from plugin.model.report import Failure, Report
from plugin.render import phrases
from plugin.text.shorten import printable_log_line, shorten, single_line
from plugin.text.state_words import SIGNS

_LONGEST_LINE = 160
"""Maximum characters of a log line and of the command."""
_NAMED = 3
"""Maximum number of further failed steps that are named."""
_COMMIT = 10


def compose(report: Report, outcome: BuildOutcome, facts: CommitFacts, *, lines: int, mention: str = "") -> ChatMessage:
    """Return the message; with `lines` of 0 it contains no text of the log.

    `facts` are already redacted.
    """
    failure = report.failures[0] if outcome.news.failed and report.failures else None
    excerpt = failure.excerpt if failure and lines else None
    trace = f"+ {excerpt.command}" if excerpt else ""
    shown = [line for line in excerpt.shown if line.text != trace][:lines] if excerpt else []
    return ChatMessage(
        failed=outcome.news.failed,
        heading=single_line(f"{SIGNS[report.state]} {_place(report, outcome, facts)}: {_what(report, outcome, lines)}"),
        command=shorten(single_line(excerpt.command), _LONGEST_LINE) if excerpt else "",
        facts=tuple(map(single_line, _facts(report, outcome, facts, failure, with_log=lines > 0))),
        lines=tuple(shorten(printable_log_line(line.text), _LONGEST_LINE) for line in shown),
        links=tuple(_links(report, failure)),
        mention=mention,
    )


def _place(report: Report, outcome: BuildOutcome, facts: CommitFacts) -> str:
    """Return the repository, and the pull request, tag or branch, or the environment with its versions."""
    line = outcome.line
    if line.kind == "environment":
        version = facts.tag or report.commit[:_COMMIT]
        last = f"last good: {_version(outcome.last_good)}" if outcome.last_good else ""
        about = "; ".join(filter(None, (version, last)))
        return f"{report.repo} → {line.name or 'deployment'}" + (f" ({about})" if about else "")
    if report.pull_request:
        return f"{report.repo} #{report.pull_request}"
    name = (facts.tag if line.kind == "none" else "") or report.branch
    return f"{report.repo} {name}".strip() or "build"


def _version(build: EarlierBuild) -> str:
    return f"{build.commit[:_COMMIT]} in build {build.number}" if build.commit else f"build {build.number}"


def _what(report: Report, outcome: BuildOutcome, lines: int) -> str:
    news = outcome.news
    if news.failed:
        return _failed(report, outcome, lines)
    if news is News.FIXED:
        first = outcome.first_failed
        seconds = report.started - first.started if first and first.started and report.started else 0
        return f"fixed after {phrases.duration(seconds)}" if seconds > 0 else "fixed"
    return phrases.headline(report)


def _failed(report: Report, outcome: BuildOutcome, lines: int) -> str:
    if not report.failures:
        return "failed"
    failure = report.failures[0]
    verb = {News.OTHER_FAILURE: "fails for another reason", News.STILL_FAILING: "still fails"}.get(
        outcome.news, "failed"
    )
    job = phrases.job_of(failure, report)
    place = f"{phrases.place(failure)} ({job})" if job else phrases.place(failure)
    cause = f"{failure.title} {phrases.origin(failure)}".strip() if lines else _kind(failure)
    return f"{place} {verb}: {cause}"


def _kind(failure: Failure) -> str:
    """Return the cause without any text of the log: the category, else how the step ended."""
    return (failure.excerpt and phrases.CATEGORIES[failure.excerpt.category]) or phrases.outcome(failure)


def _facts(
    report: Report, outcome: BuildOutcome, facts: CommitFacts, failure: Failure | None, *, with_log: bool
) -> Iterator[str]:
    commit = _commit(report, facts)
    if failure:
        yield phrases.outcome(failure).capitalize() + (f"; {commit}" if commit else "")
        if (verdict := phrases.verdict(report)) and with_log:
            yield verdict[0].upper() + verdict[1:]
        yield from _outage(failure, outcome)
        yield from _also(report)
    elif outcome.news is News.FIXED and outcome.first_failed:
        builds = phrases.count(outcome.failed_builds, "failed build")
        yield f"Failing since build {outcome.first_failed.number} ({builds})" + (
            f"; fixed by {commit}" if commit else ""
        )
    elif commit:
        yield commit[0].upper() + commit[1:]


def _commit(report: Report, facts: CommitFacts) -> str:
    """Return commit, author and message as far as they are known: `commit 9fceb02 by Amy: Add a feature`."""
    commit = f"commit {report.commit[:_COMMIT]}" if report.commit else ""
    author = f"by {facts.author}" if facts.author else ""
    known = " ".join(filter(None, (commit, author)))
    return f"{known}: {facts.message}" if known and facts.message else known


def _outage(failure: Failure, outcome: BuildOutcome) -> Iterator[str]:
    if failure.excerpt and failure.excerpt.category == "infrastructure":
        others = outcome.other_red_lines
        spread = (
            f"; {phrases.count(others, 'other branch').replace('branchs', 'branches')} failed, too" if others else ""
        )
        yield f"Looks like {phrases.CATEGORIES['infrastructure']}{spread}"


def _also(report: Report) -> Iterator[str]:
    others = list(dict.fromkeys(map(phrases.place, report.failures[1:])))
    if others:
        more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
        yield f"Also failed: {', '.join(others[:_NAMED])}{more}"


def _links(report: Report, failure: Failure | None) -> Iterator[tuple[str, str]]:
    for label, url in (("Build", report.url), ("Log", failure.url if failure else "")):
        if url.startswith(("http://", "https://")) and (label == "Build" or url != report.url):
            yield label, url
