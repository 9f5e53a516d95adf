"""The comment's text and the data in it: sections to text, and text back to sections.

The text ends in one hidden line, the marker. It packs the build, the facts of each section, and the length and checksum
of each section's text. The text of a section is never searched for the begin of another: a log cannot forge a section.
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
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.comment import BUILD, OUTCOMES, UNREAD, MarkdownSupport, Outcome, Section

GAP = "\n\n"
_NAME = "drone-failure-alert"
_MARKER = re.compile(
    rf"(?:<!-- |\[\]\(http://){_NAME}/(?P<key>[\w%.~+-]*)/(?P<packed>[A-Za-z0-9+_]*=*)(?: -->|\))[ \t]*"
)
_UNPACKED = 1024 * 1024
"""Largest size of unpacked facts, in bytes."""


@dataclass(frozen=True, slots=True)
class CommentState:
    """The data of a comment."""

    build: int
    commit: str
    url: str
    """The build's page, empty if unknown."""
    sections: tuple[Section, ...]
    finished_steps: int = 0
    """The sum over all sections, kept even where the text had no room for sections."""
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


def comment_state(build: int, commit: str, url: str, sections: Iterable[Section]) -> CommentState:
    """Return the data with red sections first, green ones last, those of the same state by number."""
    ordered = sorted(sections, key=lambda one: (_rank(one), len(one.key), one.key))
    finished_steps = sum(one.finished_steps for one in ordered)
    return CommentState(
        build, commit[:_LONGEST_COMMIT], url if len(url) <= _LONGEST_URL else "", tuple(ordered), finished_steps
    )


_LONGEST_COMMIT = 64
_LONGEST_URL = 300
"""Characters. The administrator chooses the server's address, and the marker must not fill the comment."""


def _rank(section: Section) -> int:
    """Return the rank of the section's state; the worst is 0."""
    return OUTCOMES.index(section.state) if section.state in OUTCOMES else OUTCOMES.index("unknown")


def merge(ours: CommentState, posted: CommentState | None) -> CommentState:
    """Return the data that the comment should have: ours merged with what it has.

    A newer build replaces an older one. Within one build, the section of the job's own copy wins, then the one with
    more finished steps, then the one that was written first. What one copy knew replaces what another could not know.
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
    return comment_state(ours.build, ours.commit, ours.url, _without_superfluous(merged.values()))


def _is_better(ours: Section, posted: Section) -> bool:
    """Return whether our section replaces the posted one. Of the build itself the worse state is kept."""
    if _same(ours, posted):
        return True
    if ours.key in (BUILD, UNREAD):
        return _rank(ours) < _rank(posted)
    return ours.current or ours.finished_steps > posted.finished_steps


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


def _same(ours: Section, posted: Section) -> bool:
    """Return whether the facts are equal. Then ours is preferred, which has texts of several lengths."""
    return _facts(ours) == _facts(posted)


def has_all_of(posted: CommentState, wanted: CommentState) -> bool:
    """Return whether the comment has all wanted facts, whatever the lengths of its texts."""
    if not posted.sections:
        return posted.build == wanted.build and posted.finished_steps >= wanted.finished_steps
    return posted.build == wanted.build and _table(posted) == _table(wanted)


def _table(state: CommentState) -> dict[str, tuple[object, ...]]:
    return {section.key: _facts(section) for section in state.sections}


def _facts(section: Section) -> tuple[object, ...]:
    return section.state, section.finished_steps, section.headline


# Writing


def assemble(head: str, state: CommentState, foot: str, *, key: str, syntax: MarkdownSupport) -> str:
    """Return the whole text. Each section is shown with its first text."""
    shown = [section.texts[0] for section in state.sections if section.texts[0]]
    return GAP.join([head, *shown, foot, marker(state, key, syntax, start=len(head), foot=len(foot))])


def marker(state: CommentState, key: str, syntax: MarkdownSupport, *, start: int = 0, foot: int = 0) -> str:
    """Return the marker. `start` and `foot` are the lengths of the texts before and after the sections."""
    facts: dict[str, object] = {
        "build": state.build,
        "commit": state.commit,
        "url": state.url,
        "settled": state.finished_steps,
        "start": start,
        "foot": foot,
        "sections": [_row(section) for section in state.sections],
        "keys": {section.key: list(section.keys) for section in state.sections if section.keys},
    }
    if state.proof:
        facts["proof"] = state.proof
    if state.narrow:
        facts["narrow"] = True
    packed = zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 9)
    return syntax.hidden.format(f"{_NAME}/{_escaped(key)}/{b64encode(packed, b'+_').decode()}")


def _escaped(key: str) -> str:
    """Return the key in characters that a marker can hold, hashed if it is long."""
    quoted = quote(key, safe="", errors="replace")
    return quoted if len(quoted) <= _LONGEST_KEY else sha256(key.encode(errors="replace")).hexdigest()


_LONGEST_KEY = 64


def _row(section: Section) -> list[object]:
    shown = section.texts[0]
    facts = [section.key, section.name, section.state, section.finished_steps, section.headline, list(section.failed)]
    return [*facts, len(shown), _checksum(shown)]


def _checksum(shown: str) -> int:
    return zlib.crc32(shown.encode(errors="replace"))


# Reading


def has_marker(posted: str, key: str) -> bool:
    """Return whether the text has a marker with this key, whether or not it is intact."""
    found = _marker(_lines(posted))
    return found is not None and found[1]["key"] == _escaped(key)


def same_text(posted: str, written: str) -> bool:
    """Return whether the forge has the text as written, except for line ends and surrounding white space."""
    return _lines(posted).strip() == _lines(written).strip()


def parse(posted: str) -> CommentState | None:
    """Return the data of a comment, or None if it is not intact. Raise nothing."""
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
    state = comment_state(integer(facts.get("build")), text(facts.get("commit")), text(facts.get("url")), slices)
    return replace(
        state,
        finished_steps=integer(facts.get("settled")),
        proof=text(facts.get("proof")),
        narrow=facts.get("narrow") is True,
    )


def _lines(posted: str) -> str:
    """Return the text with the line ends that we write; some forges change them."""
    return posted.replace("\r\n", "\n")


def _marker(body: str) -> tuple[int, re.Match[str]] | None:
    """Return the last marker that fills a line outside of code, and its offset: ours comes after all untrusted text."""
    last = None
    for place, line in outside(body):
        match = _MARKER.fullmatch(line)
        last = (place, match) if match else last
    return last


def _slices(body: str, facts: Record, end: int, rows: list[object]) -> list[Section] | None:
    """Return the sections, if each is intact and together they fill the text between head and foot."""
    place = integer(facts.get("start"))
    sections = []
    for row in rows:
        section, length, checksum = _section(row)
        shown = ""
        if length > 0:
            place += len(GAP)
            shown = body[place : place + length]
            place += length
        if not section or _checksum(shown) != checksum:
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
