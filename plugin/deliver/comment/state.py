"""The data of a comment, and how what several copies of the plugin know of one build is merged."""

from collections.abc import Iterable
from functools import reduce

from plugin.frozen import frozen
from plugin.model.comment import BUILD, LONGEST_CONCLUSION, OUTCOMES, UNREAD, Outcome, Section


@frozen
class CommentState:
    """The data of a comment."""

    build: int
    commit: str
    url: str
    """The build's page, empty if unknown."""
    sections: tuple[Section, ...]
    finished_steps: int = 0
    """The sum over all sections, kept even where the text had no room for sections."""
    conclusion: str = ""
    """What earlier builds show, in Markdown on one line."""
    proof: str = ""
    """Shows that the token of this plugin wrote it, see `identity`."""
    narrow: bool = False
    """The forge stores no character above U+FFFF, see `plain_characters`."""

    @property
    def state(self) -> Outcome:
        """The worst state of all sections. A state that only a newer version knows is unknown."""
        states = {section.state for section in self.sections}
        if not states.issubset(OUTCOMES):
            states.add("unknown")
        return next((one for one in OUTCOMES if one in states), "running")

    @property
    def headlines(self) -> frozenset[str]:
        """The headlines of the red sections."""
        return frozenset(section.headline for section in self.sections if section.state == "red")


def comment_state(build: int, commit: str, url: str, sections: Iterable[Section], conclusion: str = "") -> CommentState:
    """Return the data with red sections first, green ones last, those of the same state by number."""
    ordered = sorted(sections, key=lambda one: (_rank(one), len(one.key), one.key))
    finished_steps = sum(one.finished_steps for one in ordered)
    return CommentState(
        build,
        commit[:_LONGEST_COMMIT],
        url if len(url) <= _LONGEST_URL else "",
        tuple(ordered),
        finished_steps,
        conclusion if len(conclusion) <= LONGEST_CONCLUSION else "",
    )


_LONGEST_COMMIT = 64
_LONGEST_URL = 300
"""Characters. The administrator chooses the server's address, and the marker must not fill the comment."""


def _rank(section: Section) -> int:
    """Return the rank of the section's state; the worst is 0."""
    return OUTCOMES.index(section.state) if section.state in OUTCOMES else OUTCOMES.index("unknown")


def merge(ours: CommentState, posted: CommentState | None) -> CommentState:
    """Return the data that the comment should have: ours merged with what it has.

    A newer build replaces an older one. Within one build, the section of the job's own copy wins, which alone reads the
    workspace, then the one with more finished steps, then the one that was written first: a copy that knows nothing new
    writes nothing. What one copy knew replaces what another could not know.
    """
    if posted is None or posted.build < ours.build:
        return ours
    if posted.build > ours.build:
        return posted
    if not posted.sections:
        return posted if posted.finished_steps >= ours.finished_steps else ours
    merged = {section.key: section for section in posted.sections}
    for section in ours.sections:
        known = merged.get(section.key)
        if known is None or _is_better(section, known):
            merged[section.key] = section
    newer = ours.conclusion and ours.finished_steps > posted.finished_steps
    conclusion = ours.conclusion if newer else posted.conclusion or ours.conclusion
    return comment_state(ours.build, ours.commit, ours.url, _without_superfluous(merged.values()), conclusion)


def merged(posted: Iterable[CommentState | None]) -> CommentState | None:
    """Return the data of all comments, the oldest first, None if there is none.

    What an older comment says wins over what is no newer, so that all copies want the same.
    """
    return reduce(lambda known, other: merge(other, known), filter(None, posted), None)


def _is_better(ours: Section, posted: Section) -> bool:
    """Return whether our section replaces the posted one. Of the build itself the worse state is kept."""
    if _facts(ours) == _facts(posted):
        return ours.current or _details(ours) > _details(posted)
    if ours.key in (BUILD, UNREAD):
        return _rank(ours) < _rank(posted)
    return ours.current or _progress(ours) > _progress(posted)


def _progress(section: Section) -> tuple[int, bool]:
    """Return what grows while the job runs. Only its own copy knows that it ended where nothing but copies run."""
    return section.finished_steps, section.state != "running"


def _without_superfluous(sections: Iterable[Section]) -> list[Section]:
    """Return the sections without those that others make superfluous.

    A failed job explains why the build's state or the cause was unknown to another copy. The section of a copy that saw
    no job is dropped if another copy did, unless the CI reported a failure to it.
    """
    found = list(sections)
    red = any(section.state == "red" and section.key != UNREAD for section in found)
    jobs = any(section.key not in (BUILD, UNREAD) for section in found)
    return [
        section
        for section in found
        if not (
            (section.key == BUILD and section.state == "unknown" and red)
            or (section.key == UNREAD and (red or (jobs and section.state != "red")))
        )
    ]


def _details(section: Section) -> int:
    """Return for how many failures there are details; a comment without room for them has fewer."""
    return sum(any(entry.texts) for entry in section.entries)


def has_all_of(posted: CommentState, wanted: CommentState) -> bool:
    """Return whether the comment has all wanted facts, whatever the lengths of its texts."""
    if not posted.sections:
        return posted.build == wanted.build and posted.finished_steps >= wanted.finished_steps
    return posted.build == wanted.build and _table(posted) == _table(wanted)


def _table(state: CommentState) -> dict[str, tuple[object, ...]]:
    return {section.key: _facts(section) for section in state.sections}


def _facts(section: Section) -> tuple[object, ...]:
    return section.state, section.finished_steps, section.headline
