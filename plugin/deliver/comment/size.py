"""Takes what a comment should say, gives its text within the forge's budget: every cause first, then more of each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import heapify, heappop, heappush

from plugin.deliver.comment.markdown_cut import cut, outside
from plugin.deliver.comment.state import GAP, CommentState, assemble
from plugin.model.build import State
from plugin.model.comment import MarkdownSupport, Section, SizeLimit
from plugin.text.escape import escape_markdown, inline_code, link
from plugin.text.state_words import OUTCOMES, SIGNS

_CUTS = (80, 40, 20, 8)
"""Lines that are kept of a section whose barer texts only its own copy has."""
_SHORTER_NAMES = (60, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1)
"""Characters of a failed step's name, the more steps the fewer."""
_KEYS_SHARE = 20
"""The keys of failures take at most this part of the comment, else none is kept: they do not compress."""
_Level = dict[str, int]
"""By section, which of its texts is shown; 0 is the richest."""


def fit(said: CommentState, *, key: str, syntax: MarkdownSupport, size: SizeLimit) -> str:
    """The text, in which nothing tells more before every failed step tells its cause; then the shortest grows first.

    In 1,000 units there is room at least for the names of all failed steps, shortened if there are very many.
    """
    alone = len(said.sections) == 1
    if sum(len(one) for section in said.sections for one in section.keys) * _KEYS_SHARE > size.most:
        said = replace(said, sections=tuple(replace(section, keys=()) for section in said.sections))
    said = replace(said, sections=tuple(_with_barer_texts(section, alone=alone) for section in said.sections))
    level = {section.key: len(section.texts) - 1 for section in said.sections}
    room = size.most - size.of(_text(said, level, key, syntax))
    if room < 0:
        return _names_only(said, key, syntax, size)
    grown = _grow(said.sections, level, room, size)
    while size.of(text := _text(said, level, key, syntax)) > size.most:
        level[grown.pop()] += 1  # the hidden line grows a little too
    return text


def _grow(sections: tuple[Section, ...], level: _Level, room: int, size: SizeLimit) -> list[str]:
    """Takes richer texts while there is room; gives whose, in this order."""
    by_key = {section.key: section for section in sections}
    causes = {section.key: _causes_at(section) for section in sections}

    def shown(key: str, at: int) -> int:
        text = by_key[key].texts[at]
        return size.of(text) + len(GAP) * bool(text)

    def next_of(key: str) -> tuple[bool, int, str]:
        """First all steps up to the causes, then what is the shortest."""
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


def _with_barer_texts(section: Section, *, alone: bool) -> Section:
    """A red section gets texts that have some titles and the other steps' names; one that was read, cuts before them.

    A calm one may go altogether, and does where the head says all that it has to say.
    """
    texts = section.texts
    if section.state != "red":
        return replace(section, texts=("",) if alone and section.state != "unknown" else (*texts, ""))
    if len(texts) == 1:
        shorter = (_first_lines(texts[0], lines) for lines in _CUTS)
        texts = tuple(dict.fromkeys((*texts, *shorter, "\n".join(_titles(texts[0])), _bare(section.failed))))
    titles = texts[-2].split("\n") if len(texts) > 1 else []
    some = (_first_titles(titles, section, most) for most in _halves(len(titles)))
    return replace(section, texts=tuple(filter(None, (*texts[:-1], *some, texts[-1]))))


def _causes_at(section: Section) -> int:
    """Which text has all titles and nothing else."""
    if section.state != "red":
        return len(section.texts)
    some = sum(1 for _ in _halves(len(section.failed)))
    return max(0, len(section.texts) - 2 - some)


def _halves(number: int) -> Iterator[int]:
    while number := number // 2:
        yield number


def _first_titles(titles: list[str], section: Section, most: int) -> str:
    return "\n".join((*titles[:most], f"- {_bare(section.failed[most:])}"))


def _first_lines(text: str, lines: int) -> str:
    """The beginning of a section, and the titles of the failures for which it has no room."""
    kept = cut(text, lines)
    missing = "\n".join(_titles(text)[len(_titles(kept)) :])
    return f"{kept}{GAP}{missing}" if missing else kept


def _titles(text: str) -> list[str]:
    """A list of the failures of which a red section tells."""
    lines = (line.removeprefix("####").removeprefix("-").lstrip() for _, line in outside(text))
    return [f"- {line}" for line in lines if line.startswith("❌ ")]


def _bare(names: Iterable[str]) -> str:
    return "❌ " + ", ".join(f"**{escape_markdown(name, _SHORTER_NAMES[1])}**" for name in names)


def _text(said: CommentState, level: _Level, key: str, syntax: MarkdownSupport) -> str:
    sections = tuple(replace(one, texts=(one.texts[level[one.key]],)) for one in said.sections)
    shortened = sum(1 for one in said.sections if one.state == "red" and level[one.key])
    return assemble(
        _head(said, level), replace(said, sections=sections), _foot(said, shortened), key=key, syntax=syntax
    )


# Head and foot


def _head(said: CommentState, level: _Level) -> str:
    """One line on the whole build, with the first cause where no section has room for it."""
    red = next((section for section in said.sections if section.state == "red"), None)
    bare = red is not None and level[red.key] == len(red.texts) - 1
    return f"{_verdict(said)}: {red.headline}" if red and bare else _verdict(said)


def _verdict(said: CommentState) -> str:
    build = _build(said)
    failed = [section for section in said.sections if section.state == "red"]
    if failed:
        steps = sum(len(section.failed) for section in failed)
        parts = f"{len(failed)} of {len(said.sections)} jobs" if len(said.sections) > 1 else f"{steps} steps"
        return f"### ❌ {build} failed" + (f" in {parts}" if max(steps, len(said.sections)) > 1 else "")
    if said.state == "running":
        return f"### ⏳ {build} is still running, nothing failed so far"
    state = State.SUCCESS if said.state in ("green", "red") else State(said.state)
    return f"### {SIGNS[state]} {build} {OUTCOMES[state]}"


def _foot(said: CommentState, shortened: int) -> str:
    """What the comment speaks of, and where the rest is."""
    commit = f"Commit {inline_code(said.commit[:10])}." if said.commit.isalnum() else ""
    if not shortened:
        return commit
    red = sum(section.state == "red" for section in said.sections)
    what = f" ({shortened} of {red} jobs show fewer lines)" if red > 1 else ""
    return f"{commit} Shortened to fit into a comment{what}; the logs and the summary file have the rest.".lstrip()


def _build(said: CommentState) -> str:
    """The build with a link to its page, its number never as `#12`, which would refer to an issue."""
    name = f"Build {said.build}" if said.build else "Build"
    return link(name, said.url)


# The last resort


def _names_only(said: CommentState, key: str, syntax: MarkdownSupport, size: SizeLimit) -> str:
    """Each failed step by name, however short; sections are no longer kept apart."""
    verdict, coarse = _verdict(said), replace(said, sections=())
    texts = (assemble(verdict, coarse, names, key=key, syntax=syntax) for names in _shorter_and_shorter(said))
    return next(text for text in texts if size.of(text) <= size.most)


def _shorter_and_shorter(said: CommentState) -> Iterator[str]:
    """The names of all failed steps, and where even single letters are too many, of as many as possible."""
    times = Counter(name for one in said.sections if one.state == "red" for name in (one.failed or (one.name,)))
    for longest in _SHORTER_NAMES:
        yield ", ".join(
            escape_markdown(name, longest) + (f" ×{number}" if number > 1 else "") for name, number in times.items()
        )
    most = len(times)
    while most := most // 2:
        shown = ", ".join(escape_markdown(name, 1) for name in list(times)[:most])
        yield f"{shown} … and {len(times) - most} more"
    yield "Too much for a comment; see the summary file."
