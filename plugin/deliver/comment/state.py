"""The comment's text and what it says: takes sections, gives text; takes any text, gives the sections back, or less.

The text ends in one hidden line. It carries, packed, the build, each section's facts, and each section's place and
checksum, so no word inside a section is ever read to find out where one begins: what a log says cannot forge a section.
"""

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import quote

from plugin.deliver.comment.markdown_cut import outside
from plugin.forges.interface import OUTCOMES
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.comment import BUILD, UNREAD, MarkdownSupport, Outcome, Section

GAP = "\n\n"
_NAME = "drone-failure-alert"
_MARKER = re.compile(
    rf"(?:<!-- |\[\]\(http://){_NAME}/(?P<key>[\w%.~+-]*)/(?P<packed>[A-Za-z0-9+_]*=*)(?: -->|\))[ \t]*"
)
_UNPACKED = 1024 * 1024
"""Characters of facts that are unpacked at most."""


@dataclass(frozen=True, slots=True)
class CommentState:
    """What a comment says."""

    build: int
    commit: str
    url: str
    """The build's page, empty if unknown."""
    sections: tuple[Section, ...]
    finished_steps: int = 0
    """The sum over all sections, told even where the text had no room to keep them apart."""

    @property
    def state(self) -> Outcome:
        """Red as soon as one section is, green when all are; a word of a newer version is unknown."""
        states = {section.state for section in self.sections}
        if not states.issubset(OUTCOMES):
            states.add("unknown")
        return next((one for one in OUTCOMES if one in states), "running")

    @property
    def headlines(self) -> frozenset[str]:
        """What failed."""
        return frozenset(section.headline for section in self.sections if section.state == "red")


def comment_state(build: int, commit: str, url: str, sections: Iterable[Section]) -> CommentState:
    """Red sections first, green ones last, each kind by number."""
    ordered = sorted(sections, key=lambda one: (_rank(one), len(one.key), one.key))
    finished_steps = sum(one.finished_steps for one in ordered)
    return CommentState(
        build, commit[:_LONGEST_COMMIT], url if len(url) <= _LONGEST_URL else "", tuple(ordered), finished_steps
    )


_LONGEST_COMMIT = 64
_LONGEST_URL = 300
"""Characters; whoever sets up the server decides on its addresses, and the hidden line must not fill the comment."""


def _rank(section: Section) -> int:
    """The smaller, the more a reader must know of it."""
    return OUTCOMES.index(section.state) if section.state in OUTCOMES else OUTCOMES.index("unknown")


def merge(ours: CommentState, theirs: CommentState | None) -> CommentState:
    """What the comment should say, given what it says.

    The newer build replaces the older. Within one build a unit's own copy knows best, then whoever saw more of its
    steps end, then whoever wrote first. What a copy could not know gives way to what another one knew.
    """
    if theirs is None or theirs.build < ours.build:
        return ours
    if theirs.build > ours.build:
        return theirs
    if not theirs.sections:
        return theirs if theirs.finished_steps >= ours.finished_steps else ours
    merged = {section.key: section for section in theirs.sections}
    for section in ours.sections:
        known = merged.get(section.key)
        if known is None or _is_better(section, known):
            merged[section.key] = section
    return comment_state(ours.build, ours.commit, ours.url, _explained(merged.values()))


def _is_better(ours: Section, theirs: Section) -> bool:
    """Whether our section replaces theirs; of the build itself the worse word is kept, on which all copies agree."""
    if _same(ours, theirs):
        return True
    if ours.key in (BUILD, UNREAD):
        return _rank(ours) < _rank(theirs)
    return ours.current or ours.finished_steps > theirs.finished_steps


def _explained(sections: Iterable[Section]) -> list[Section]:
    """The sections without what others make superfluous.

    A failed job explains why the build's state or the cause was unknown to another copy. A copy that saw no job at
    all gives way to one that did, unless the CI said failure to it.
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


def _same(ours: Section, theirs: Section) -> bool:
    """They say the same, so ours serves as well, and we have it in several lengths."""
    return _facts(ours) == _facts(theirs)


def has_all_of(posted: CommentState, wanted: CommentState) -> bool:
    """Nothing that is wanted is missing, whatever its length."""
    if not posted.sections:
        return posted.build == wanted.build and posted.finished_steps >= wanted.finished_steps
    return posted.build == wanted.build and _table(posted) == _table(wanted)


def _table(one: CommentState) -> dict[str, tuple[object, ...]]:
    return {section.key: _facts(section) for section in one.sections}


def _facts(section: Section) -> tuple[object, ...]:
    return section.state, section.finished_steps, section.headline


# Writing


def assemble(head: str, said: CommentState, foot: str, *, key: str, syntax: MarkdownSupport) -> str:
    """The whole text; every section is in the length that its first text has."""
    shown = [section.texts[0] for section in said.sections if section.texts[0]]
    return GAP.join([head, *shown, foot, marker(said, key, syntax, start=len(head), foot=len(foot))])


def marker(said: CommentState, key: str, syntax: MarkdownSupport, *, start: int = 0, foot: int = 0) -> str:
    """The hidden line. `start` and `foot` are the lengths of what stands before and behind the sections."""
    facts = {
        "build": said.build,
        "commit": said.commit,
        "url": said.url,
        "settled": said.finished_steps,
        "start": start,
        "foot": foot,
        "sections": [_row(section) for section in said.sections],
        "keys": {section.key: list(section.keys) for section in said.sections if section.keys},
    }
    packed = zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 9)
    return syntax.hidden.format(f"{_NAME}/{_spelt(key)}/{b64encode(packed, b'+_').decode()}")


def _spelt(key: str) -> str:
    """The key in signs that a marker can hold, and not too many of them."""
    quoted = quote(key, safe="", errors="replace")
    return quoted if len(quoted) <= _LONGEST_KEY else sha256(key.encode(errors="replace")).hexdigest()


_LONGEST_KEY = 64


def _row(section: Section) -> list[object]:
    shown = section.texts[0]
    facts = [section.key, section.name, section.state, section.finished_steps, section.headline, list(section.failed)]
    return [*facts, len(shown), _sum(shown)]


def _sum(shown: str) -> int:
    return zlib.crc32(shown.encode(errors="replace"))


# Reading


def has_marker(posted: str, key: str) -> bool:
    """Whether a comment with this key was written here; its state does not matter."""
    found = _marker(_lines(posted))
    return found is not None and found[1]["key"] == _spelt(key)


def same_text(posted: str, written: str) -> bool:
    """Whether a forge still holds what it was given; some change line ends and the white space around."""
    return _lines(posted).strip() == _lines(written).strip()


def parse(posted: str) -> CommentState | None:
    """What a comment says. None for one that is not whole as it was written; never raises."""
    body = _lines(posted)
    found = _marker(body)
    if not found:
        return None
    place, match = found
    try:
        packed = zlib.decompressobj().decompress(b64decode(match["packed"], b"+_", validate=True), _UNPACKED)
        facts = record(json.loads(packed))
    except (ValueError, zlib.error, RecursionError):
        return None
    rows = facts.get("sections")
    slices = _slices(body, facts, place, rows if isinstance(rows, list) else [])
    if slices is None:
        return None
    slices = _with_keys(slices, record(facts.get("keys")))
    said = comment_state(integer(facts.get("build")), text(facts.get("commit")), text(facts.get("url")), slices)
    return replace(said, finished_steps=integer(facts.get("settled")))


def _lines(posted: str) -> str:
    """Some forges give back other line ends than they got."""
    return posted.replace("\r\n", "\n")


def _marker(body: str) -> tuple[int, re.Match[str]] | None:
    """The last marker that fills a line outside all code, and its place: ours stands behind everything foreign."""
    last = None
    for place, line in outside(body):
        match = _MARKER.fullmatch(line)
        last = (place, match) if match else last
    return last


def _slices(body: str, facts: Record, end: int, rows: list[object]) -> list[Section] | None:
    """The sections, if each is what was written and they fill the room between head and foot."""
    place = integer(facts.get("start"))
    sections = []
    for row in rows:
        section, length, checksum = _section(row)
        shown = ""
        if length > 0:
            place += len(GAP)
            shown = body[place : place + length]
            place += length
        if not section or _sum(shown) != checksum:
            return None
        sections.append(replace(section, texts=(shown,)))
    whole_as_written = place + len(GAP) + integer(facts.get("foot")) + len(GAP) == end
    return sections if whole_as_written else None


def _with_keys(sections: list[Section], keys: Record) -> list[Section]:
    """Return the sections with the keys of their failures; comments of version 0.1 have none."""
    known = ((section, keys.get(section.key)) for section in sections)
    return [
        replace(section, keys=tuple(map(text, found))) if isinstance(found, list) else section
        for section, found in known
    ]


def _section(row: object) -> tuple[Section | None, int, int]:
    match row:
        case [
            str(key),
            str(name),
            str(state),
            int(finished_steps),
            str(headline),
            list(failed),
            int(length),
            int(checksum),
        ]:
            section = Section(
                key=key,
                name=name,
                state=state,
                finished_steps=finished_steps,
                current=False,
                headline=headline,
                texts=("",),
                failed=tuple(map(text, failed)),
            )
            return section, length, checksum
    return None, 0, 0
