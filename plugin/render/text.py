"""Plain text of a Report for a terminal and the step's log, without escape codes by default."""

from collections.abc import Callable, Iterator

from plugin.model.build import State
from plugin.model.report import Failure, Report
from plugin.render import known_issue_phrases, phrases
from plugin.render.excerpt_rows import REST, Row, rows
from plugin.render.grouping import FailureGroup, group_failures, member_name
from plugin.render.localize import localized
from plugin.render.source_links import source_locations
from plugin.render.verdict_phrases import details
from plugin.text.language import _, clauses, listed, sentence
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import single_line

_Paint = Callable[[str, str], str]
"""Function that returns a text in an SGR color (ECMA-48), or unchanged."""
_RED, _GREEN, _YELLOW, _DIM, _BOLD = "31", "32", "33", "2", "1"


def render(report: Report, *, colour: bool = False) -> str:
    """Return the report as text; `colour` adds ANSI colors."""
    report = localized(report)
    paint: _Paint = _painted if colour else _plain
    blocks = (
        _head(report, paint),
        *(_section(group, report, paint) for group in group_failures(report.failures)),
        _running(report, paint),
        _notes(report),
    )
    return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"


def _painted(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m"


def _plain(text: str, _colour: str) -> str:
    return text


def _head(report: Report, paint: _Paint) -> Iterator[str]:
    colour = {State.FAILURE: _RED, State.SUCCESS: _GREEN}.get(report.state, _YELLOW)
    yield paint(phrases.summary(report), colour)
    origin = (
        report.repo,
        _("pull request {number}", number=report.pull_request) if report.pull_request else "",
        report.branch and _("branch {name}", name=report.branch),
        report.commit and _("commit {name}", name=report.commit[:10]),
    )
    if any(origin):
        yield listed(single_line(fact) for fact in origin if fact)
    if report.url:
        yield single_line(report.url)
    if verdict := phrases.verdict(report):
        yield sentence(single_line(verdict))


def _section(group: FailureGroup, report: Report, paint: _Paint) -> Iterator[str]:
    """Yield the title, the outcome, the hint and the lines."""
    failure = group[0]
    excerpt = failure.excerpt
    title = _("{place}: {title}", place=single_line(phrases.place(failure)), title=single_line(failure.title))
    yield paint(f"✗ {title} {phrases.origin(failure)}".rstrip(), _BOLD)
    yield from _known_issue(failure)
    yield from (f"  {sentence(single_line(str(one)))}" for one in details(failure, report))
    jobs = listed(filter(None, (single_line(member_name(member, group, report)) for member in group)))
    if jobs or phrases.says_more(failure):
        yield f"  {phrases.outcome_in(failure, jobs)}"
    if excerpt and excerpt.command:
        yield f"  {_('Command: {command}', command=single_line(excerpt.command))}"
    if category := phrases.category(excerpt):
        yield f"  {_('Looks like {category}', category=category)}"
    if excerpt and excerpt.hint:
        yield f"  {_('Hint: {hint}', hint=single_line(excerpt.hint))}"
    if named := source_locations(failure):
        yield f"  {_('Source: {places}', places=listed(f'{location.path}:{location.line}' for location in named))}"
    yield from _tests(failure)
    yield from (f"  {_address(member)}" for member in group if member.url)
    yield from (
        f"  {single_line(note)}" for note in (phrases.log_remark(failure), *(excerpt.notes if excerpt else ())) if note
    )
    if excerpt and excerpt.lines:
        shown = rows(excerpt)
        yield ""
        yield from _listing(shown.first, paint)
        if shown.rest:
            yield from ("", f"  {_(REST)}")
            yield from _listing(shown.rest, paint)


def _known_issue(failure: Failure) -> Iterator[str]:
    if issue := known_issue_phrases.known_issue(failure):
        entry = clauses((issue.text, *known_issue_phrases.details(issue)))
        yield f"  {_('{label}: {text}', label=known_issue_phrases.label(issue), text=single_line(entry))}"
        if address := known_issue_phrases.trusted_link(issue):
            yield f"  {single_line(address)}"


def _address(failure: Failure) -> str:
    """Return the address of the step's log, or of the job's page."""
    url = single_line(failure.url)
    return _("Log: {url}", url=url) if failure.step else _("Page: {url}", url=url)


def _tests(failure: Failure) -> Iterator[str]:
    if summary := phrases.tests(failure):
        yield f"  {_('Tests: {summary}', summary=summary)}"
        for title, message in phrases.shown_tests(failure):
            yield f"    - {single_line(title)}{f': {single_line(message)}' if message else ''}"
        if more := phrases.more_tests(failure):
            yield f"    {more}"


def _listing(shown: tuple[Row, ...], paint: _Paint) -> Iterator[str]:
    width = max(len(str(row.number)) for row in shown)
    for row in shown:
        if not row.number:
            yield paint(f"    {'':{width}}   {row.text}", _DIM)
            continue
        text = f"  {'>' if row.cause else ' '} {row.number:>{width}} │ {printable_log_line(row.text)}".rstrip()
        yield paint(text, _RED) if row.cause else text


def _running(report: Report, paint: _Paint) -> Iterator[str]:
    for job in phrases.without_verdict(report):
        yield paint(f"{single_line(job.name)} {phrases.progress(job)}", _YELLOW)
    if passed := phrases.passed(report):
        yield paint(passed, _GREEN)


def _notes(report: Report) -> Iterator[str]:
    yield from (_("Note: {note}", note=single_line(note)) for note in phrases.notes(report))
