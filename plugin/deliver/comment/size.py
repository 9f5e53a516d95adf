"""The text of a comment within the forge's size limit: every cause first, then more lines of each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import heapify, heappop, heappush

from plugin.deliver.comment.markdown_cut import cut, outside
from plugin.deliver.comment.state import GAP, CommentState, assemble
from plugin.model.build import State
from plugin.model.comment import CUSTOM, MarkdownSupport, Section, SizeLimit
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.state_words import OUTCOMES, SIGNS

_CUTS = (80, 40, 20, 8)
"""Lines that are kept of a section that was parsed from the comment, for which there are no shorter texts."""
_SHORTER_NAMES = (60, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)
"""Characters of a failed step's name, tried in this order."""
_KEYS_SHARE = 20
"""The keys of failures take at most this part of the comment, else none is kept: they do not compress."""
_Level = dict[str, int]
"""By section, the index of the text that is shown; 0 is the longest."""


def fit(state: CommentState, *, key: str, syntax: MarkdownSupport, size: SizeLimit) -> str:
    """Return the text. No section grows before every failed step has its title; then the shortest section grows first.

    A limit of 1,000 has room at least for the names of all failed steps, shortened if there are very many.
    """
    alone = len(state.sections) == 1
    if sum(len(one) for section in state.sections for one in section.keys) * _KEYS_SHARE > size.most:
        state = replace(state, sections=tuple(replace(section, keys=()) for section in state.sections))
    state = replace(state, sections=tuple(_with_shorter_texts(section, alone=alone) for section in state.sections))
    level = {section.key: len(section.texts) - 1 for section in state.sections}
    room = size.most - size.of(_text(state, level, key, syntax))
    if room < 0:
        return _names_only(state, key, syntax, size)
    grown = _grow(state.sections, level, room, size)
    while size.of(text := _text(state, level, key, syntax)) > size.most:
        level[grown.pop()] += 1  # the hidden line grows a little too
    return text


def _grow(sections: tuple[Section, ...], level: _Level, room: int, size: SizeLimit) -> list[str]:
    """Select longer texts while there is room. Return the keys of the sections that grew, in this order."""
    by_key = {section.key: section for section in sections}
    causes = {section.key: _causes_at(section) for section in sections}

    def shown(key: str, at: int) -> int:
        text = by_key[key].texts[at]
        return size.of(text) + len(GAP) * bool(text)

    def next_of(key: str) -> tuple[bool, int, str]:
        """Return the sort key of the next longer text: causes of all steps first, then the shortest."""
        at = level[key] - 1
        return at < causes[key], shown(key, at), key

    grown: list[str] = []
    growing = [next_of(key) for key, at in level.items() if at]
    heapify(growing)
    causes_fit = True
    while growing:
        more, richer, key = heappop(growing)
        cost = richer - shown(key, level[key])
        if cost > room:
            causes_fit = causes_fit and more
        elif causes_fit or not more:
            room -= cost
            level[key] -= 1
            grown.append(key)
            if level[key]:
                heappush(growing, next_of(key))
    return grown


def _with_shorter_texts(section: Section, *, alone: bool) -> Section:
    """Add shorter texts: for a red section some titles and the other names, for a parsed one its first lines, too.

    A section that is not red may be left out, and is where the head says the same.
    """
    texts = section.texts
    if section.key == CUSTOM:
        return section
    if section.state != "red":
        return replace(section, texts=("",) if alone and section.state != "unknown" else (*texts, ""))
    if len(texts) == 1:
        shorter = (_first_lines(texts[0], lines) for lines in _CUTS)
        texts = tuple(dict.fromkeys((*texts, *shorter, "\n".join(_titles(texts[0])), _names(section.failed))))
    titles = texts[-2].split("\n") if len(texts) > 1 else []
    some = (_first_titles(titles, section, most) for most in _halves(len(titles)))
    return replace(section, texts=tuple(filter(None, (*texts[:-1], *some, texts[-1]))))


def _causes_at(section: Section) -> int:
    """Return the index of the text that has all titles and nothing else."""
    if section.state != "red":
        return len(section.texts)
    some = sum(1 for _ in _halves(len(section.failed)))
    return max(0, len(section.texts) - 2 - some)


def _halves(number: int) -> Iterator[int]:
    while number := number // 2:
        yield number


def _first_titles(titles: list[str], section: Section, most: int) -> str:
    return "\n".join((*titles[:most], f"- {_names(section.failed[most:])}"))


def _first_lines(text: str, lines: int) -> str:
    """Return the beginning of a section and the titles of the failures that do not fit."""
    kept = cut(text, lines)
    missing = "\n".join(_titles(text)[len(_titles(kept)) :])
    return f"{kept}{GAP}{missing}" if missing else kept


def _titles(text: str) -> list[str]:
    """Return the failures of a red section as list items."""
    lines = (line.removeprefix("####").removeprefix("-").lstrip() for _, line in outside(text))
    return [f"- {line}" for line in lines if line.startswith("❌ ")]


def _names(names: Iterable[str]) -> str:
    return "❌ " + ", ".join(f"**{escape_markdown(name, _SHORTER_NAMES[1])}**" for name in names)


def _text(state: CommentState, level: _Level, key: str, syntax: MarkdownSupport) -> str:
    sections = tuple(replace(one, texts=(one.texts[level[one.key]],)) for one in state.sections)
    shortened = sum(1 for one in state.sections if one.state == "red" and level[one.key])
    return assemble(
        _head(state, level), replace(state, sections=sections), _foot(state, shortened), key=key, syntax=syntax
    )


# Head and foot


def _head(state: CommentState, level: _Level) -> str:
    """Return one line on the whole build, with the first cause where no section has room for it."""
    red = next((section for section in state.sections if section.state == "red"), None)
    names_only = red is not None and level[red.key] == len(red.texts) - 1
    return f"{_verdict(state)}: {red.headline}" if red and names_only else _verdict(state)


def _verdict(state: CommentState) -> str:
    build = _build(state)
    failed = [section for section in state.sections if section.state == "red"]
    if failed:
        steps = sum(len(section.failed) for section in failed)
        parts = f"{len(failed)} of {len(state.sections)} jobs" if len(state.sections) > 1 else f"{steps} steps"
        return f"### ❌ {build} failed" + (f" in {parts}" if max(steps, len(state.sections)) > 1 else "")
    if state.state == "running":
        return f"### ⏳ {build} is still running, nothing failed so far"
    outcome = State.SUCCESS if state.state in ("green", "red") else State(state.state)
    return f"### {SIGNS[outcome]} {build} {OUTCOMES[outcome]}"


def _foot(state: CommentState, shortened: int) -> str:
    """Return the commit, and where the rest is if something was left out."""
    commit = f"Commit {inline_code(state.commit[:10])}." if state.commit.isalnum() else ""
    if not shortened:
        return commit
    red = sum(section.state == "red" for section in state.sections)
    what = f" ({shortened} of {red} jobs show fewer lines)" if red > 1 else ""
    return f"{commit} Shortened to fit into a comment{what}; the logs and the summary file have the rest.".lstrip()


def _build(state: CommentState) -> str:
    """Return the build with a link to its page. Its number is never `#12`, which would refer to an issue."""
    name = f"Build {state.build}" if state.build else "Build"
    return link(name, state.url)


# The last resort


def _names_only(state: CommentState, key: str, syntax: MarkdownSupport, size: SizeLimit) -> str:
    """Return a text with the name of each failed step, however short, and without sections."""
    verdict, coarse = _verdict(state), replace(state, sections=())
    texts = (assemble(verdict, coarse, names, key=key, syntax=syntax) for names in _lists_of_names(state))
    return next(text for text in texts if size.of(text) <= size.most)


def _lists_of_names(state: CommentState) -> Iterator[str]:
    """Yield the names of all failed steps, shorter each time, and then those of ever fewer steps."""
    times = Counter(name for one in state.sections if one.state == "red" for name in (one.failed or (one.name,)))
    for longest in _SHORTER_NAMES:
        yield ", ".join(
            escape_markdown(name, longest) + (f" ×{number}" if number > 1 else "") for name, number in times.items()
        )
    most = len(times)
    while most := most // 2:
        shown = ", ".join(escape_markdown(name, 1) for name in list(times)[:most])
        yield f"{shown} … and {len(times) - most} more"
    yield "Too long for a comment; see the summary file."
