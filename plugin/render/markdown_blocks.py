"""Markdown of failures: a title line, facts, a hint and the lines of the log."""

import re
from collections.abc import Iterable

from plugin.model.comment import LONGEST_CONCLUSION
from plugin.model.excerpt import Excerpt
from plugin.model.report import Failure, Report
from plugin.model.verdict import SeenBuild
from plugin.render import known_issue_phrases, phrases, verdict_phrases
from plugin.render.excerpt_rows import REST, Row, lines_of_log, more_of_log, rows
from plugin.render.grouping import FailureGroup, member_name
from plugin.render.source_links import source_link, source_locations
from plugin.text.escape import code_block, escape_markdown, inline_code, link
from plugin.text.language import _, clauses, listed, sentence
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import LONGEST_TEXT

LONGEST_VERDICT = 200
"""Characters of a conclusion that a reader sees."""


def failure_section(group: FailureGroup, report: Report, *, heading: str, lines: int | None = None) -> str:
    """Return all about a failure with at most `lines` log lines."""
    failure = group[0]
    return join(
        f"{heading} ❌ {escape_markdown(phrases.place(failure))} — {title(failure)}",
        known_issue(failure),
        joined_facts(*facts(failure), *(_log_of(member, group, report) for member in group)),
        compared(failure, report),
        hint(failure),
        source_list(failure, report),
        list_of_tests(failure),
        *(log(failure.excerpt, lines, None, fold=False) if failure.excerpt else ()),
        log_notes(failure),
    )


def details(
    failure: Failure,
    report: Report,
    *,
    lines: int,
    room: int | None = None,
    tests: int = 0,
    longest: int = LONGEST_TEXT,
    fold: bool = False,
) -> str:
    """Return what the line in the comment's list does not say; what exceeds `room` rows is folded or cut.

    That line has at most `longest` characters of the title.
    """
    return join(
        title(failure) if longest < min(LONGEST_TEXT, len(failure.title)) else "",
        known_issue(failure),
        joined_facts(*facts(failure)),
        compared(failure, report),
        hint(failure),
        source_list(failure, report, first=1),
        list_of_tests(failure, tests),
        *(log(failure.excerpt, lines, room, fold=fold) if failure.excerpt else ()),
        log_notes(failure),
    )


def cause(failure: Failure, report: Report, longest: int) -> str:
    """Return the title on one line, with a link to the source line that it names or that the log names first."""
    text = title(failure, longest)
    location = next(iter(source_locations(failure)), None) if report.source_url else None
    if not location:
        return text
    place = f"{location.path}:{location.line}"
    address = source_link(location, report)
    named = re.match(rf"`{re.escape(place)}(?::\d+)?`", text)
    return (
        f"{link(named[0], address)}{text[named.end() :]}" if named else f"{text} · {link(inline_code(place), address)}"
    )


def title_line(group: FailureGroup, report: Report) -> str:
    """Return the failure on one line: what failed, where, and why."""
    jobs = ", ".join(inline_code(member_name(failure, group, report), 80) for failure in group)
    where = _(" ({jobs})", jobs=jobs) if jobs.strip(", ") else ""
    place = f"**{escape_markdown(phrases.place(group[0]), 80)}**{where}"
    return _("{place}: {title}", place=place, title=title(group[0], 120))


def title(failure: Failure, longest: int = LONGEST_TEXT) -> str:
    """Return the title in at most `longest` characters, and the origin of an untrusted pattern."""
    return f"{escape_markdown(failure.title, longest)} {escape_markdown(phrases.origin(failure))}".rstrip()


def facts(failure: Failure) -> Iterable[str]:
    """Yield status, command and category."""
    excerpt = failure.excerpt
    category = phrases.category(excerpt)
    yield f"**{phrases.outcome(failure)}**" if phrases.says_more(failure) else ""
    yield inline_code(excerpt.command) if excerpt else ""
    yield category and _("looks like {category}", category=category)


def joined_facts(*known: str) -> str:
    """Return the facts on one line."""
    return " · ".join(filter(None, known))


def compared(failure: Failure, report: Report) -> str:
    """Return what earlier builds show of this failure, with links to them; empty if the heading has it."""
    return sentence(clauses(map(_linked, verdict_phrases.details(failure, report))))


def linked_verdict(report: Report) -> str:
    """Return the conclusion about the build on one line, with links to the builds that it names.

    A long one is cut and has none.
    """
    conclusion = verdict_phrases.conclusion(report)
    linked = _linked(conclusion)
    if len(str(conclusion)) <= LONGEST_VERDICT and len(linked) <= LONGEST_CONCLUSION:
        return linked
    return escape_markdown(str(conclusion), LONGEST_VERDICT)


def known_issue(failure: Failure) -> str:
    """Return the known issue that the failure matches, with a link to it; empty if it matches none."""
    issue = known_issue_phrases.known_issue(failure)
    if not issue:
        return ""
    text = link(escape_markdown(issue.text), known_issue_phrases.trusted_link(issue))
    shown = " · ".join((text, *map(escape_markdown, known_issue_phrases.details(issue))))
    return f"**{_('{label}:', label=known_issue_phrases.label(issue))}** {shown}"


def hint(failure: Failure) -> str:
    """Return the hint of the pattern; empty if it has none."""
    known = escape_markdown(failure.excerpt.hint) if failure.excerpt else ""
    return f"**{_('Hint:')}** {known}" if known else ""


def source_list(failure: Failure, report: Report, *, first: int = 0) -> str:
    """Return links to the source lines that the failure names, from the one with index `first` on."""
    if not report.source_url:
        return ""
    links = [
        link(inline_code(f"{location.path}:{location.line}"), source_link(location, report))
        for location in source_locations(failure)[first:]
    ]
    return _("Source: {places}", places=listed(links)) if links else ""


def list_of_tests(failure: Failure, most: int = phrases.SHOWN_TESTS) -> str:
    """Return the first tests that failed by the step's reports, at most `most`; empty without any."""
    summary = phrases.tests(failure)
    if not summary:
        return ""
    tests = [
        *(_test(*test) for test in phrases.shown_tests(failure, most)),
        f"- {more}" if most and (more := phrases.more_tests(failure, most)) else "",
    ]
    return join(f"**{_('Tests:')}** {summary}", "\n".join(filter(None, tests)))


def _test(title: str, message: str) -> str:
    """Return a list entry that starts with code, so that no name of a test looks like the title of a failure."""
    return f"- {inline_code(title, 200)}{f': {escape_markdown(message, 200)}' if message else ''}"


def log(excerpt: Excerpt, most: int | None, room: int | None, *, fold: bool) -> Iterable[str]:
    """Yield the first rows, at most `room`, as a code block, then the rest in a fold (`fold`) or below."""
    shown = rows(excerpt, most, room)
    yield log_block(shown.first)
    if not shown.rest:
        return
    if fold:
        more = sum(row.number > 0 for row in shown.rest)
        yield f"<details><summary>{more_of_log(more) if shown.first else lines_of_log(more)}</summary>"
        yield log_block(shown.rest)
        yield "</details>"
    elif room is None:
        yield _(REST) if shown.first else ""
        yield log_block(shown.rest)


def log_block(shown: Iterable[Row]) -> str:
    """Return the rows in a code block, each after its line number, so that log text never starts a line.

    Forges color the block as a `diff`: cause lines start with `!`, omission marks with `@@`.
    """
    shown = tuple(shown)
    width = max((len(str(row.number)) for row in shown), default=0)
    text = "\n".join(_row(row, width) for row in shown)
    return code_block(text, "diff") if text else ""


def log_notes(failure: Failure) -> str:
    """Return remarks about the log: it is missing or truncated, or no pattern matched."""
    notes = (phrases.log_remark(failure), *(failure.excerpt.notes if failure.excerpt else ()))
    return "\n\n".join(f"_{escape_markdown(note)}_" for note in notes if note)


def join(*blocks: str) -> str:
    """Return the blocks of Markdown that have text, separated by empty lines."""
    return "\n\n".join(block for block in blocks if block)


def _linked(statement: verdict_phrases.Statement) -> str:
    return "".join(map(_part, statement.parts))


def _part(part: str | SeenBuild) -> str:
    if isinstance(part, SeenBuild):
        return link(verdict_phrases.name_of(part), part.url)
    words = part.strip()
    return part.replace(words, escape_markdown(words)) if words else part


def _log_of(failure: Failure, group: FailureGroup, report: Report) -> str:
    """Return a link to the failure's page, with the job's name if the build has several."""
    job = inline_code(member_name(failure, group, report), 80)
    page = link(_("log") if failure.step else _("page"), failure.url) if failure.url else ""
    return f"{job} {page}".strip()


def _row(row: Row, width: int) -> str:
    if not row.number:
        return f"@@ {row.text} @@"
    return f"{'!' if row.cause else ' '} {row.number:>{width}} │ {printable_log_line(row.text)}".rstrip()
