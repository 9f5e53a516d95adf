"""The parts of a comment: heading and list, the details of each failure, other jobs, commit.

The first failure's details are open, all others are folded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from plugin.deliver.comment.failure_list import DetailsId, ListedFailure, listed_failures
from plugin.deliver.comment.hidden_data import GAP, ShownSection, assemble
from plugin.deliver.comment.state import CommentState
from plugin.frozen import frozen
from plugin.model.build import State
from plugin.model.comment import BUILD, CUSTOM, UNREAD, MarkdownSupport, Section
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.language import N_, _, ngettext
from plugin.text.state_words import OUTCOMES, SIGNS, outcome_of

_LISTED_FIRST = 20
"""Failures that are listed before the first details; the others are listed in a fold, where the forge has folds."""
_LINE_BREAK = "  \n"
"""Some engines join lines that end without two spaces."""
_NAMED_JOBS = 5
"""Most jobs of a state that are named one by one."""
_NO_JOBS = (BUILD, UNREAD, CUSTOM)
_OPEN, _CLOSE = "<details><summary>", "</details>"


@frozen
class Selection:
    """How much of a comment is shown."""

    details: Mapping[DetailsId, str]
    """The text that is shown of each failure's details, empty for none."""
    listed: int
    """Number of failures that are listed with their cause; the others are only named."""
    links: bool = True
    """The list has links to the logs."""
    shortened: int = 0
    """Number of failures of which there is more to show."""


class Layout:
    """The parts of one comment."""

    def __init__(
        self,
        state: CommentState,
        syntax: MarkdownSupport,
        key: str,
        *,
        hide_entries: bool = True,
        mention: str = "",
    ) -> None:
        """`hide_entries` writes the entries to the hidden line as well, so that other copies can read them.

        `mention` is the name of an account, empty for none.
        """
        self._hide_entries = hide_entries
        self._mention = f"@{mention}" if mention else ""
        self._state = state
        self._syntax = syntax
        self._key = key
        self.failures = listed_failures(state)
        places = [one.details for one in self.failures if one.details]
        self._place = {details: place for place, details in enumerate(places)}
        self._failure = {one.details: one for one in self.failures if one.details}
        self._sections = sorted(state.sections, key=self._first_place)

    def _first_place(self, section: Section) -> int:
        places = [self._place.get((section.key, index)) for index in range(len(section.entries))]
        return min((place for place in places if place is not None), default=len(self._place))

    @property
    def details(self) -> tuple[DetailsId, ...]:
        """Return what has details, in the order in which they are shown."""
        return tuple(self._place)

    def text(self, selection: Selection) -> str:
        """Return the whole text."""
        shown = [self._section(section, selection) for section in self._sections]
        head = GAP.join(filter(None, (heading(self._state), self._list(selection))))
        foot = GAP.join(filter(None, self._foot(selection)))
        return assemble(head, shown, foot, self._state, key=self._key, syntax=self._syntax, entries=self._hide_entries)

    def frame(self, details: DetailsId) -> tuple[str, str]:
        """Return what stands before and after the details of a failure."""
        failure = self._failure[details]
        first = not self._place[details]
        if first or not self._syntax.folds:
            alone = len(self.failures) == 1
            return ("" if alone or not failure.heading else f"#### ❌ {failure.heading}{GAP}"), ""
        return f"{_OPEN}❌ {failure.summary}</summary>{GAP}", f"{GAP}{_CLOSE}"

    def _section(self, section: Section, selection: Selection) -> ShownSection:
        if not section.entries:
            return ShownSection(section, "" if _outcome(section) in _STATES else section.texts[0])
        own = [(section.key, index) for index in range(len(section.entries))]
        pieces: list[str] = []
        places = dict.fromkeys(own, (0, 0))
        start = 0
        for details in sorted((one for one in own if selection.details.get(one)), key=self._place.__getitem__):
            before, after = self.frame(details)
            body = selection.details[details]
            start += len(GAP) if pieces else 0
            places[details] = (start + len(before), len(body))
            pieces.append(f"{before}{body}{after}")
            start += len(pieces[-1])
        return ShownSection(section, GAP.join(pieces), tuple(places.values()))

    # The list

    def _list(self, selection: Selection) -> str:
        if len(self.failures) == 1 and selection.listed:
            return self.failures[0].line(links=selection.links)
        shown = self.failures[: min(selection.listed, self._in_head)]
        more = len(self.failures) - len(shown)
        folded = more and selection.listed == len(self.failures)
        below = "- " + _("and {number:,} more, listed below", number=more) if folded else ""
        return "\n".join((*_items(shown, selection), *filter(None, (below or self._names(selection),))))

    @property
    def _in_head(self) -> int:
        return _LISTED_FIRST if self._syntax.folds else len(self.failures)

    def _names(self, selection: Selection) -> str:
        names = ", ".join(one.heading or one.line() for one in self.failures[selection.listed :])
        return f"- {names}" if names else ""

    # The foot

    def _foot(self, selection: Selection) -> Iterator[str]:
        more = self.failures[self._in_head :] if selection.listed == len(self.failures) else ()
        if more:
            lines = "\n".join(_items(more, selection))
            words = ngettext("{number:,} more failure", "{number:,} more failures", len(more))
            yield f"{_OPEN}❌ {words}</summary>{GAP}{lines}{GAP}{_CLOSE}"
        yield _LINE_BREAK.join(_other_jobs(self._state))
        yield self._mention
        commit, shortened = _commit(self._state), _shortened(selection, len(self.failures))
        yield _sentences(commit, shortened)


def heading(state: CommentState, *, conclusion: bool = True) -> str:
    """Return one line on the whole build: its result, and what earlier builds show."""
    known = state.conclusion if conclusion else ""
    return f"### {_result(state)}{f' — {known}' if known and state.state in ('red', 'canceled') else ''}"


def _result(state: CommentState) -> str:
    build = link(_("Build {number}", number=state.build) if state.build else _("Build"), state.url)
    failed = [section for section in state.sections if section.state == "red"]
    jobs = [section for section in state.sections if section.key not in _NO_JOBS]
    if failed:
        steps = sum(len(section.failed) for section in failed)
        number = sum(section.state == "red" for section in jobs)
        running = sum(section.state == "running" for section in jobs)
        still = _(", {number:,} still running", number=running) if running else ""
        return f"❌ {build} {_failed_in(number, len(jobs), steps)}{still}"
    if state.state == "running":
        return f"⏳ {build} {_('is still running, nothing failed so far')}"
    outcome = State.SUCCESS if state.state in ("green", "red") else State(state.state)
    return f"{SIGNS[outcome]} {build} {outcome_of(outcome)}"


def _failed_in(failed_jobs: int, jobs: int, steps: int) -> str:
    if failed_jobs and jobs > 1:
        return _("failed in {failed:,} of {number:,} jobs", failed=failed_jobs, number=jobs)
    return ngettext("failed in {number:,} step", "failed in {number:,} steps", steps) if steps > 1 else _("failed")


def _items(failures: Iterable[ListedFailure], selection: Selection) -> list[str]:
    return [f"- {one.line(links=selection.links)}" for one in failures]


def _other_jobs(state: CommentState) -> Iterator[str]:
    """Yield a line for each job without a failure, or for all of a state: what passed is always one line."""
    every = [one for one in state.sections if one.key not in _NO_JOBS]
    beside = any(one.state == "red" for one in state.sections)
    for outcome in _STATES:
        jobs = [one for one in every if _outcome(one) is outcome]
        plain = [one for one in jobs if one.headline == OUTCOMES[outcome]]
        if outcome is State.SUCCESS or len(state.sections) == 1:
            if len(plain) < len(state.sections):
                yield from _counted(plain, outcome, beside=beside)
            jobs = [one for one in jobs if one.headline != OUTCOMES[outcome]]
        if len(jobs) > _NAMED_JOBS:
            yield from _counted(jobs, outcome, beside=beside)
        else:
            yield from (f"{SIGNS[outcome]} {_name(one)} {_(one.headline)}" for one in jobs)


_STATES = {
    State.RUNNING: N_("are still running or waiting"),
    State.BLOCKED: N_("wait for an approval"),
    State.CANCELED: N_("were canceled"),
    State.DECLINED: N_("were declined"),
    State.SKIPPED: N_("were skipped"),
    State.SUCCESS: N_("passed"),
}
"""States of jobs without a failure, and what is written of several."""


def _outcome(section: Section) -> State | None:
    """Return the state of a job; one that was skipped counts as green, so that it does not decide for the build."""
    if section.state == "green":
        return State.SKIPPED if section.headline == OUTCOMES[State.SKIPPED] else State.SUCCESS
    return State(section.state) if section.state in _KNOWN else None


_KNOWN = frozenset(state.value for state in State)


def _name(section: Section) -> str:
    return f"**{escape_markdown(section.name)}**" if section.name.strip() else _("job {number}", number=section.key)


def _counted(jobs: Sequence[Section], outcome: State, *, beside: bool) -> Iterator[str]:
    """Yield a line with the number of jobs; `beside` those that failed, they are the others."""
    words = _(_STATES[outcome])
    if jobs and beside:
        yield f"{SIGNS[outcome]} " + ngettext(
            "{number:,} other {outcome}", "{number:,} others {outcome}", len(jobs), outcome=words
        )
    elif jobs:
        yield f"{SIGNS[outcome]} " + ngettext(
            "{number:,} job {outcome}", "{number:,} jobs {outcome}", len(jobs), outcome=words
        )


def _commit(state: CommentState) -> str:
    commit = _("Commit {name}.", name=inline_code(state.commit[:10])) if state.commit.isalnum() else ""
    red = state.url and state.state == "red"
    restart = _("{link}.", link=link(_("Restart the build"), state.url)) if red else ""
    return _sentences(commit, restart)


def _sentences(first: str, second: str) -> str:
    """Return both sentences, or the one that is not empty."""
    return _("{first} {second}", first=first, second=second) if first and second else first or second


def _shortened(selection: Selection, failures: int) -> str:
    if not selection.shortened:
        return ""
    if failures == 1:
        return _("Shortened to fit into a comment; the logs and the summary file have the rest.")
    return _(
        "Shortened to fit into a comment ({shortened:,} of {number:,} failures show fewer lines); the logs and the "
        "summary file have the rest.",
        shortened=selection.shortened,
        number=failures,
    )
