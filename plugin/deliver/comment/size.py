"""The text of a comment within the forge's size limit: every cause first, then more lines of each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush

from plugin.deliver.comment.failure_list import DetailsId, with_entries
from plugin.deliver.comment.hidden_data import GAP, ShownSection, assemble, marker
from plugin.deliver.comment.layout import Layout, Selection, heading
from plugin.deliver.comment.markdown_cut import cut
from plugin.deliver.comment.state import CommentState
from plugin.frozen import replace
from plugin.model.comment import Entry, MarkdownSupport, Section, SizeLimit
from plugin.text.escape import escape_markdown
from plugin.text.language import _

_CUTS = (80, 40, 20, 8)
"""Lines that are kept of details that were parsed from the comment, for which there are no shorter texts."""
_SHORTER_NAMES = (60, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)
"""Characters of a failed step's name, tried in this order."""
_KEYS_SHARE = 20
"""The keys of failures take at most this part of the comment, else none is kept: they do not compress."""
_ENTRIES_SHARE = 4
"""The hidden line takes at most this part of the comment, else it has no entries."""
_TEXT_SHARE = 4
"""The text of a section without entries takes at most this part of the comment."""
_FIRST = 4
"""The first failure gets more lines until its text is this many times as long as the shortest other one."""
_Ladders = Mapping[DetailsId, tuple[str, ...]]
"""The texts of each failure's details, the last one empty."""


def fit(state: CommentState, *, key: str, syntax: MarkdownSupport, size: SizeLimit, mention: str = "") -> str:
    """Return the text. Every failure is listed with its cause before details are shown; then the shortest grow first.

    A limit of 1,000 has room at least for the names of all failed steps, shortened if there are very many.
    """
    if sum(len(one) for section in state.sections for one in section.keys) * _KEYS_SHARE > size.most:
        state = replace(state, sections=tuple(replace(section, keys=()) for section in state.sections))
    state = replace(state, sections=tuple(_limited(with_entries(section), size) for section in state.sections))
    layout = Layout(state, syntax, key, hide_entries=_has_room_for_entries(state, key, syntax, size), mention=mention)
    ladders = _ladders(state, layout)
    level = {details: len(texts) - 1 for details, texts in ladders.items()}
    for listed, links in _lists(len(layout.failures)):
        least = _selection(ladders, level, listed, links=links)
        text = layout.text(least)
        if size.of(text) <= size.most:
            break
    else:
        return _names_only(state, key, syntax, size)
    if not links:
        return text
    grown = _grow(ladders, level, layout, size.most - size.of(text), size)
    while size.of(text := layout.text(_selection(ladders, level, listed))) > size.most:
        level[grown.pop()] += 1  # the hidden line grows a little too
    return text


def _limited(section: Section, size: SizeLimit) -> Section:
    """Return the section without a text that would take too much of the room."""
    if not section.entries and size.of(section.texts[0]) * _TEXT_SHARE > size.most:
        section = replace(section, texts=("",))
    return section


def _has_room_for_entries(state: CommentState, key: str, syntax: MarkdownSupport, size: SizeLimit) -> bool:
    shown = [ShownSection(section, "", ((0, 0),) * len(section.entries)) for section in state.sections]
    return size.of(marker(state, shown, key, syntax, entries=True)) * _ENTRIES_SHARE <= size.most


def _selection(ladders: _Ladders, level: Mapping[DetailsId, int], listed: int, *, links: bool = True) -> Selection:
    details = {one: texts[level[one]] for one, texts in ladders.items()}
    return Selection(details, listed, links, shortened=len([one for one in ladders if level[one]]))


def _ladders(state: CommentState, layout: Layout) -> _Ladders:
    entries = {(one.key, index): entry for one in state.sections for index, entry in enumerate(one.entries)}
    return {details: _ladder(entries[details]) for details in layout.details}


def _ladder(entry: Entry) -> tuple[str, ...]:
    texts = entry.texts
    if len(texts) == 1:
        texts = tuple(dict.fromkeys((*texts, *(cut(texts[0], lines) for lines in _CUTS))))
    return (*texts, "")


def _lists(failures: int) -> Iterator[tuple[int, bool]]:
    """Yield how many failures are listed with their cause, and whether with links: fewer each time, to 0."""
    yield failures, True
    yield failures, False
    while failures:
        failures //= 2
        yield failures, False


def _grow(
    ladders: _Ladders, level: dict[DetailsId, int], layout: Layout, room: int, size: SizeLimit
) -> list[DetailsId]:
    """Select longer texts while there is room. Return the details that grew, in this order."""
    first = layout.details[:1]

    def shown(one: DetailsId, at: int) -> int:
        text = ladders[one][at]
        return size.of(text) + size.of("".join(layout.frame(one))) + len(GAP) if text else 0

    def next_of(one: DetailsId) -> tuple[int, DetailsId]:
        """Return the sort key of the next longer text: the shortest grows first, the first failure even before."""
        return shown(one, level[one] - 1) // (_FIRST if one in first else 1), one

    grown: list[DetailsId] = []
    growing = [next_of(one) for one, at in level.items() if at]
    heapify(growing)
    while growing:
        _, one = heappop(growing)
        cost = shown(one, level[one] - 1) - shown(one, level[one])
        if cost <= room:
            room -= cost
            level[one] -= 1
            grown.append(one)
            if level[one]:
                heappush(growing, next_of(one))
    return grown


# The last resort


def _names_only(state: CommentState, key: str, syntax: MarkdownSupport, size: SizeLimit) -> str:
    """Return a text with the name of each failed step, however short, and without sections."""
    head, coarse = heading(state, conclusion=False), replace(state, sections=(), conclusion="")
    short = (names for names in _lists_of_names(state) if size.of(names) <= size.most)
    texts = (assemble(head, (), names, coarse, key=key, syntax=syntax) for names in short)
    return next(text for text in texts if size.of(text) <= size.most)


def _lists_of_names(state: CommentState) -> Iterator[str]:
    """Yield the names of all failed steps, shorter each time, and then those of ever fewer steps."""
    times = Counter(name for one in state.sections for name in _failed(one))
    for longest in _SHORTER_NAMES:
        yield ", ".join(
            escape_markdown(name, longest) + (f" ×{number}" if number > 1 else "") for name, number in times.items()
        )
    most = len(times)
    while most := most // 2:
        shown = ", ".join(escape_markdown(name, 1) for name in list(times)[:most])
        yield f"{shown} … {_('and {number:,} more', number=len(times) - most)}"
    yield _("Too long for a comment; see the summary file.")


def _failed(section: Section) -> tuple[str, ...]:
    return (section.failed or (section.name,)) if section.state == "red" else ()
