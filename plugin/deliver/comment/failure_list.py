"""The failures of a comment, one for each cause, and their list: one line each, most explanatory first."""

import html
from collections.abc import Iterable, Sequence

from plugin.deliver.comment.state import CommentState
from plugin.frozen import frozen, replace
from plugin.model.comment import CUSTOM, Entry, Section
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.language import N_, _, ngettext
from plugin.text.shorten import single_line

DetailsId = tuple[str, int]
"""Key of a section and index of one of its entries."""
_LAST = 99
"""Rank of a section of which only the text is known."""
_LONGEST_NAME = 80
_NAMELESS = N_("a step without a name")
_MOST_JOBS = 8
"""Jobs that a line names, the others are counted."""


@frozen
class ListedFailure:
    """Entries with the same cause, in one or several jobs."""

    entries: tuple[Entry, ...]
    details: DetailsId | None
    """The entry whose details are shown for all."""

    def line(self, *, links: bool = True) -> str:
        """Return step, jobs and cause as Markdown on one line, with or without links to the logs."""
        first = self.entries[0]
        if not first.step:
            return first.cause
        jobs = self._jobs(links=links)
        where = _(" ({jobs})", jobs=", ".join(jobs)) if jobs else ""
        log = f" · {link(_('log'), first.url)}" if links and first.url and not jobs else ""
        return _("{place}: {title}", place=f"{self._names()}{where}", title=f"{first.cause}{log}")

    @property
    def heading(self) -> str:
        """Return step and job as Markdown; empty if the details have a heading of their own."""
        if not self.entries[0].step:
            return ""
        return f"{self._names()}{_in_jobs([inline_code(job, _LONGEST_NAME) for job in self._job_names()])}"

    @property
    def summary(self) -> str:
        """Return step and job as HTML for the line of a fold, in code, where forges find no mentions."""
        steps = ", ".join(map(_html, self._step_names()[:_MOST_JOBS]))
        return f"{steps}{_in_jobs(list(map(_html, self._job_names())))}"

    def _names(self) -> str:
        return ", ".join(f"**{escape_markdown(name, _LONGEST_NAME)}**" for name in self._step_names()[:_MOST_JOBS])

    def _step_names(self) -> list[str]:
        return list(dict.fromkeys((entry.step or entry.job).strip() or _(_NAMELESS) for entry in self.entries))

    def _job_names(self) -> list[str]:
        return list(dict.fromkeys(entry.job for entry in self.entries if entry.job.strip() and entry.step))

    def _jobs(self, *, links: bool) -> list[str]:
        """Return the first jobs, each with its log, and a count of the others."""
        urls = {entry.job: entry.url if links else "" for entry in reversed(self.entries)}
        names = self._job_names()
        shown = [_linked(job, urls[job]) for job in names[:_MOST_JOBS]]
        more = len(names) - len(shown)
        return [*shown, *([_("and {number:,} more", number=more)] if more else [])]


def with_entries(section: Section) -> Section:
    """Return a red section whose entries are unknown with one entry for its whole text, and a custom one likewise."""
    if section.key == CUSTOM:
        return replace(section, entries=(Entry(_LAST, "", section.name, "", "", texts=section.texts),))
    if section.state != "red" or section.entries:
        return section
    names = ", ".join(section.failed) or section.name
    others = ", ".join(f"**{escape_markdown(name, _LONGEST_NAME)}**" for name in section.failed[1:])
    line = _("{place}: {title}", place=section.headline, title=others) if others else section.headline
    return replace(section, entries=(Entry(_LAST, "", names, line, "", texts=section.texts),))


def listed_failures(state: CommentState) -> tuple[ListedFailure, ...]:
    """Return the failures of all sections: what explains others first, then what failed in most jobs."""
    groups: dict[object, list[tuple[DetailsId, Entry]]] = {}
    for section in state.sections:
        for index, entry in enumerate(section.entries):
            groups.setdefault(entry.key or (section.key, index), []).append(((section.key, index), entry))
    ordered = sorted(groups.values(), key=lambda members: (min(one.rank for _, one in members), -len(members)))
    return tuple(map(_listed, ordered))


def _listed(members: Iterable[tuple[DetailsId, Entry]]) -> ListedFailure:
    members = sorted(members, key=lambda member: not member[1].texts)
    (place, first), *_ = members
    return ListedFailure(tuple(entry for _, entry in members), place if first.texts else None)


def _linked(job: str, url: str) -> str:
    """Return the job as a link; blackfriday (Gogs) recognizes none whose text has a bracket, even in code."""
    name = inline_code(job, _LONGEST_NAME)
    if url and not set("[]") & set(job):
        return link(name, url)
    return f"{name} {link(_('log'), url)}" if url else name


def _in_jobs(jobs: Sequence[str]) -> str:
    if len(jobs) == 1:
        return _(" in {job}", job=jobs[0])
    return ngettext(" in {number:,} job", " in {number:,} jobs", len(jobs)) if jobs else ""


def _html(name: str) -> str:
    return f"<code>{html.escape(single_line(name, _LONGEST_NAME))}</code>"
