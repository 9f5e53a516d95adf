"""Markdown summary of a Report, most important failure first."""

from collections.abc import Iterator

from plugin.model.build import State
from plugin.model.report import Failure, Report
from plugin.render import phrases
from plugin.render.grouping import group_failures
from plugin.render.localize import localized
from plugin.render.markdown_blocks import LONGEST_VERDICT, failure_section, join, linked_verdict, title_line
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.language import N_, _
from plugin.text.shorten import shorten
from plugin.text.state_words import SIGNS

_LADDER = (None, 60, 40, 20, 10, 5, 2, 0)
"""Numbers of log lines to try for each failed step, from all to none."""
_CONTENTS_FROM = 2
"""Number of different failures from which a list of titles precedes the details."""
_CUT = N_("_Shortened to fit; see the build's page for the full logs._")


def render(report: Report, *, size: int | None = None) -> str:
    """Return the summary in at most `size` characters (1,000 or more): fewer log lines, then titles, then names."""
    report = localized(report)
    whole = next(_versions(report))
    if size is None or len(whole) <= size:
        return whole
    fitting = (text for text in _versions(report) if len(text) <= size)
    return next(fitting, None) or _names(report, size)


def _versions(report: Report) -> Iterator[str]:
    """Yield the full report, shorter ones, and the titles alone; all but the first state that they are shortened."""
    for lines in _LADDER:
        sections = (
            failure_section(group, report, heading="###", lines=lines) for group in group_failures(report.failures)
        )
        cut = "" if lines is None else _(_CUT)
        yield join(_head(report), _contents(report), *sections, _foot(report), cut) + "\n"
    yield join(_head(report), _titles(report), _(_CUT)) + "\n"


def _head(report: Report) -> str:
    heading = _heading(report, link(phrases.build_name(report), report.url), linked_verdict(report))
    return join(heading, _origin(report))


def _heading(report: Report, build: str, known: str) -> str:
    return f"## {SIGNS[report.state]} {build} {phrases.headline(report)}{f' — {known}' if known else ''}"


def _origin(report: Report) -> str:
    """Return what was built. The line starts with a word, because old engines read code at its start as a fence."""
    return " · ".join(
        filter(
            None,
            (
                _("repository {name}", name=inline_code(report.repo, 100)) if report.repo else "",
                _("pull request {number}", number=report.pull_request) if report.pull_request else "",
                _("branch {name}", name=inline_code(report.branch, 100)) if report.branch else "",
                _("commit {name}", name=inline_code(report.commit[:10])) if report.commit else "",
                escape_markdown(report.event, 40) if not report.pull_request else "",
            ),
        )
    )


def _contents(report: Report) -> str:
    return _titles(report) if len(group_failures(report.failures)) >= _CONTENTS_FROM else ""


def _titles(report: Report) -> str:
    return "\n".join(f"- {title_line(group, report)}" for group in group_failures(report.failures))


def _foot(report: Report) -> str:
    passed = phrases.passed(report)
    return join(_running(report), f"{SIGNS[State.SUCCESS]} {passed}" if passed else "", _notes(report))


def _running(report: Report) -> str:
    """Return a list of the jobs without a result; passed jobs are omitted."""
    return "\n".join(
        f"- {SIGNS[job.result]} {escape_markdown(job.name, 80)} {phrases.progress(job)}"
        for job in phrases.without_verdict(report)
    )


def _notes(report: Report) -> str:
    notes = "\n".join(f"- {escape_markdown(note)}" for note in phrases.notes(report))
    return join(f"### {_('Notes')}", notes) if notes else ""


def _names(report: Report, size: int) -> str:
    """Return the names of the failed steps that fit, and a count of the others."""
    heading = _heading(report, phrases.build_name(report), escape_markdown(phrases.verdict(report), LONGEST_VERDICT))
    room = size - len(join(heading, _(" and {number:,} more", number=99_999), _(_CUT))) - 3
    longest = max(4, room // max(1, len(report.failures)) - 2)
    names: list[str] = []
    for failure in report.failures:
        name = _name(failure, longest)
        room -= len(name) + 2
        if room < 0:
            break
        names.append(name)
    left_out = len(report.failures) - len(names)
    more = _(" and {number:,} more", number=left_out) if left_out else ""
    return join(heading, ", ".join(names) + more, _(_CUT)) + "\n"


def _name(failure: Failure, longest: int) -> str:
    """Return the name in at most `longest` characters of Markdown, including escapes."""
    for length in (longest, longest // 2, longest // 4):
        name = escape_markdown(phrases.place(failure), max(1, length))
        if len(name) <= longest:
            return name
    return shorten("…", longest)
