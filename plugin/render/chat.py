"""The content of a chat message or mail about a build, not yet formatted for a channel."""

from collections.abc import Iterator

from plugin.model.build import EarlierBuild
from plugin.model.context import CommitFacts
from plugin.model.notify import BuildOutcome, ChatMessage, News
from plugin.model.report import Failure, Report
from plugin.render import phrases
from plugin.render.localize import localized
from plugin.text.language import N_, _, clauses, listed, ngettext, sentence
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import shorten, single_line
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
    report = localized(report)
    failure = report.failures[0] if outcome.news.failed and report.failures else None
    excerpt = failure.excerpt if failure and lines else None
    trace = f"+ {excerpt.command}" if excerpt else ""
    shown = [line for line in excerpt.shown if line.text != trace][:lines] if excerpt else []
    return ChatMessage(
        failed=outcome.news.failed,
        heading=single_line(f"{SIGNS[report.state]} {_heading(report, outcome, facts, lines)}"),
        command=shorten(single_line(excerpt.command), _LONGEST_LINE) if excerpt else "",
        facts=tuple(map(single_line, _facts(report, outcome, facts, failure, with_log=lines > 0))),
        lines=tuple(shorten(printable_log_line(line.text), _LONGEST_LINE) for line in shown),
        links=tuple(_links(report, failure)),
        mention=mention,
    )


def custom_message(text: str, *, failed: bool, mention: str = "") -> ChatMessage:
    """Return the message that a user's template made: its first line is the heading, the others follow."""
    heading, *facts = (line for line in text.splitlines() if line.strip())
    return ChatMessage(
        failed=failed, heading=single_line(heading), facts=tuple(map(single_line, facts)), mention=mention
    )


def _heading(report: Report, outcome: BuildOutcome, facts: CommitFacts, lines: int) -> str:
    return _("{place}: {news}", place=_place(report, outcome, facts), news=_what(report, outcome, lines))


def _place(report: Report, outcome: BuildOutcome, facts: CommitFacts) -> str:
    """Return the repository, and the pull request, tag or branch, or the environment with its versions."""
    line = outcome.line
    if line.kind == "environment":
        version = facts.tag or report.commit[:_COMMIT]
        last = _("last good: {version}", version=_version(outcome.last_good)) if outcome.last_good else ""
        about = clauses(filter(None, (version, last)))
        return f"{report.repo} → {line.name or _('deployment')}" + (_(" ({details})", details=about) if about else "")
    if report.pull_request:
        return f"{report.repo} #{report.pull_request}"
    name = (facts.tag if line.kind == "none" else "") or report.branch
    return f"{report.repo} {name}".strip() or _("build")


def _version(build: EarlierBuild) -> str:
    name = _("build {number}", number=build.number)
    return _("{commit} in {build}", commit=build.commit[:_COMMIT], build=name) if build.commit else name


def _what(report: Report, outcome: BuildOutcome, lines: int) -> str:
    news = outcome.news
    if news.failed:
        return _failed(report, outcome, lines)
    if news is News.FIXED:
        first = outcome.first_failed
        seconds = report.started - first.started if first and first.started and report.started else 0
        return _("fixed after {duration}", duration=phrases.duration(seconds)) if seconds > 0 else _("fixed")
    return phrases.headline(report)


def _failed(report: Report, outcome: BuildOutcome, lines: int) -> str:
    if not report.failures:
        return _("failed")
    failure = report.failures[0]
    job = phrases.job_of(failure, report)
    place = phrases.place(failure) + (_(" ({jobs})", jobs=job) if job else "")
    cause = f"{failure.title} {phrases.origin(failure)}".strip() if lines else _kind(failure)
    return _(_FAILED.get(outcome.news, "{place} failed: {cause}"), place=place, cause=cause)


_FAILED = {
    News.FIRST_FAILURE: N_("{place} failed: {cause}"),
    News.OTHER_FAILURE: N_("{place} fails for another reason: {cause}"),
    News.STILL_FAILING: N_("{place} still fails: {cause}"),
}


def _kind(failure: Failure) -> str:
    """Return the cause without any text of the log: the category, else how the step ended."""
    return phrases.category(failure.excerpt) or phrases.outcome(failure)


def _facts(
    report: Report, outcome: BuildOutcome, facts: CommitFacts, failure: Failure | None, *, with_log: bool
) -> Iterator[str]:
    commit = _commit(report, facts)
    if failure:
        yield clauses(filter(None, (sentence(phrases.outcome(failure)), commit)))
        if (verdict := phrases.verdict(report)) and with_log:
            yield sentence(verdict)
        yield from _outage(failure, outcome)
        yield from _also(report)
    elif outcome.news is News.FIXED and outcome.first_failed:
        since = ngettext(
            "Failing since build {first} ({number:,} failed build)",
            "Failing since build {first} ({number:,} failed builds)",
            outcome.failed_builds,
            first=outcome.first_failed.number,
        )
        yield clauses(filter(None, (since, _("fixed by {commit}", commit=commit) if commit else "")))
    elif commit:
        yield sentence(commit)


def _commit(report: Report, facts: CommitFacts) -> str:
    """Return commit, author and message as far as they are known: `commit 9fceb02 by Amy: Add a feature`."""
    commit = _("commit {name}", name=report.commit[:_COMMIT]) if report.commit else ""
    author = _("by {name}", name=facts.author) if facts.author else ""
    known = " ".join(filter(None, (commit, author)))
    return _("{commit}: {message}", commit=known, message=facts.message) if known and facts.message else known


def _outage(failure: Failure, outcome: BuildOutcome) -> Iterator[str]:
    if failure.excerpt and failure.excerpt.category == "infrastructure":
        cause = _("Looks like {category}", category=phrases.category(failure.excerpt))
        others = outcome.other_red_lines
        spread = ngettext("{number:,} other branch failed, too", "{number:,} other branches failed, too", others)
        yield clauses((cause, spread)) if others else cause


def _also(report: Report) -> Iterator[str]:
    others = list(dict.fromkeys(map(phrases.place, report.failures[1:])))
    if others:
        more = _(" and {number:,} more", number=len(others) - _NAMED) if len(others) > _NAMED else ""
        yield _("Also failed: {steps}", steps=listed(others[:_NAMED]) + more)


def _links(report: Report, failure: Failure | None) -> Iterator[tuple[str, str]]:
    log = failure.url if failure and failure.url != report.url else ""
    for label, url in ((_("Build"), report.url), (_("Log"), log)):
        if url.startswith(("http://", "https://")):
            yield label, url
