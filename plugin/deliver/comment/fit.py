"""Takes what a comment should say, gives its text within the forge's budget: something of everything, then more."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from heapq import heapify, heappop, heappush

from plugin.deliver.comment.fence import cut
from plugin.deliver.comment.forge import Size, Syntax
from plugin.deliver.comment.sections import GAP, Content, assemble
from plugin.render.as_comment import Section
from plugin.render.neutral import code, link, neutral

_CUTS = (80, 40, 20, 8)
"""Lines that are kept of a section whose barer texts only its own copy has."""
_SHORTER_NAMES = (60, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)
"""Characters of a failed step's name, the more steps the fewer."""
_LONGEST_ADDRESS = 300
"""Characters of the build's address, which whoever sets up the server decides on."""

_Level = dict[str, int]
"""By section, which of its texts is shown; 0 is the richest."""


def fit(said: Content, *, key: str, syntax: Syntax, size: Size) -> str:
    """The text with each section as rich as the budget allows, the shortest growing first.

    In 1,000 units there is room at least for the names of all failed steps, shortened if there are very many.
    """
    said = replace(said, sections=tuple(_with_barer_texts(section) for section in said.sections))
    level = {section.key: len(section.texts) - 1 for section in said.sections}
    room = size.most - size.of(_text(said, level, key, syntax))
    if room < 0:
        return _names_only(said, key, syntax, size)
    grown = _grow(said.sections, level, room, size)
    while size.of(text := _text(said, level, key, syntax)) > size.most:
        level[grown.pop()] += 1  # the hidden line grows a little too
    return text


def _grow(sections: tuple[Section, ...], level: _Level, room: int, size: Size) -> list[str]:
    """Takes richer texts while there is room, always that which is the shortest then; gives whose, in this order."""
    by_key = {section.key: section for section in sections}

    def shown(key: str, at: int) -> int:
        text = by_key[key].texts[at]
        return size.of(text) + len(GAP) * bool(text)

    grown: list[str] = []
    growing = [(shown(key, at - 1), key) for key, at in level.items() if at]
    heapify(growing)
    while growing:
        richer, key = heappop(growing)
        cost = richer - shown(key, level[key])
        if cost > room:
            continue
        room -= cost
        level[key] -= 1
        grown.append(key)
        if level[key]:
            heappush(growing, (shown(key, level[key] - 1), key))
    return grown


def _with_barer_texts(section: Section) -> Section:
    """A section in one length only, read from the comment, gets shorter ones; a calm one may go altogether."""
    texts = section.texts
    if section.state != "red":
        return replace(section, texts=(*texts, ""))
    if len(texts) == 1:
        barer = (cut(texts[0], lines) for lines in _CUTS)
        texts = tuple(dict.fromkeys((*texts, *(f"{text}{GAP}{_bare(section)}" for text in barer), _bare(section))))
    return replace(section, texts=texts)


def _bare(section: Section) -> str:
    names = section.failed or (section.name,)
    return "❌ " + ", ".join(f"**{neutral(name, _SHORTER_NAMES[1])}**" for name in names)


def _text(said: Content, level: _Level, key: str, syntax: Syntax) -> str:
    sections = tuple(replace(one, texts=(one.texts[level[one.key]],)) for one in said.sections)
    whole = not any(level.values())
    return assemble(_head(said), replace(said, sections=sections), _foot(said, whole=whole), key=key, syntax=syntax)


# Head and foot


def _head(said: Content) -> str:
    """One line on the whole build."""
    first = next((f": {section.headline}" for section in said.sections if section.state == "red"), "")
    return f"{_verdict(said)}{first}"


def _verdict(said: Content) -> str:
    build = f"Build {_link(said)}"
    states = [section.state for section in said.sections]
    red = states.count("red")
    if red:
        return f"### ❌ {build} failed" + (f" in {red} of {len(states)} units" if len(states) > 1 else "")
    if said.state == "green":
        return f"### ✅ {build} passed"
    return f"### ⏳ {build} is still running, nothing failed so far"


def _foot(said: Content, *, whole: bool) -> str:
    """What the comment speaks of, and where the rest is."""
    commit = f"Commit {code(said.commit[:10])}, build {_link(said)}." if said.commit else f"Build {_link(said)}."
    return commit if whole else f"{commit} Shortened to what a comment holds; all is in the logs and the summary file."


def _link(said: Content) -> str:
    """The build's number, never bare: `#12` alone would refer to an issue."""
    number = f"#{said.build}"
    return link(number, said.url) if 0 < len(said.url) <= _LONGEST_ADDRESS else code(number)


# The last resort


def _names_only(said: Content, key: str, syntax: Syntax, size: Size) -> str:
    """Each failed step by name, however short; sections are no longer kept apart."""
    verdict, coarse = _verdict(said), replace(said, sections=())
    texts = (assemble(verdict, coarse, names, key=key, syntax=syntax) for names in _shorter_and_shorter(said))
    return next(text for text in texts if size.of(text) <= size.most)


def _shorter_and_shorter(said: Content) -> Iterator[str]:
    """The names of all failed steps, and where even single letters are too many, of as many as possible."""
    times = Counter(name for one in said.sections if one.state == "red" for name in (one.failed or (one.name,)))
    for longest in _SHORTER_NAMES:
        yield ", ".join(
            neutral(name, longest) + (f" ×{number}" if number > 1 else "") for name, number in times.items()
        )
    most = len(times)
    while most := most // 2:
        shown = ", ".join(neutral(name, 1) for name in list(times)[:most])
        yield f"{shown} … and {len(times) - most} more"
    yield "Too much for a comment; see the summary file."
