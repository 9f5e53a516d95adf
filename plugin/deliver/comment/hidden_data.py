"""The hidden line of a comment, and how the comment is parsed with it.

The text ends in one hidden line, the marker. It packs the build, the facts of each section, and the length and checksum
of each section's text. The text of a section is never searched for the begin of another: a log cannot forge a section.
Version 0.1 reads rows of eight elements, and ignores keys that it does not know.
"""

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote, unquote

from plugin.deliver.comment.markdown_cut import outside
from plugin.deliver.comment.state import CommentState, comment_state
from plugin.frozen import frozen, replace
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.comment import Entry, MarkdownSupport, Section

GAP = "\n\n"
_NAME = "drone-failure-alert"
_MARKER = re.compile(
    rf"(?:<!-- |\[\]\(http://){_NAME}/(?P<key>[\w%.~+-]*)/(?P<packed>[A-Za-z0-9+_]*=*)(?: -->|\))[ \t]*"
)
_UNPACKED = 1024 * 1024
"""Largest size of unpacked facts, in bytes."""
_LONGEST_KEY = 64


@frozen
class ShownSection:
    """A section as the comment shows it."""

    section: Section
    text: str = ""
    """Everything between the head and the foot that belongs to it; empty if it has no text there."""
    details: tuple[tuple[int, int], ...] = ()
    """For each entry, offset and length of its details in `text`; (0, 0) if they are not shown."""


# Writing


def assemble(
    head: str,
    shown: Sequence[ShownSection],
    foot: str,
    state: CommentState,
    *,
    key: str,
    syntax: MarkdownSupport,
    entries: bool = True,
) -> str:
    """Return the whole text of a comment."""
    head, foot = (part.replace("\r", "") for part in (head, foot))  # before a line end, readers would drop it
    texts = [one.text for one in shown if one.text]
    hidden = marker(state, shown, key, syntax, start=len(head), foot=len(foot), entries=entries)
    return GAP.join([head, *texts, foot, hidden])


def marker(
    state: CommentState,
    shown: Sequence[ShownSection],
    key: str,
    syntax: MarkdownSupport,
    *,
    start: int = 0,
    foot: int = 0,
    entries: bool = True,
) -> str:
    """Return the marker, with or without the entries of the sections.

    `start` and `foot` are the lengths of the texts before and after the sections.
    """
    facts: dict[str, object] = {
        "build": state.build,
        "commit": state.commit,
        "url": state.url,
        "settled": state.finished_steps,
        "start": start,
        "foot": foot,
        "sections": [_row(one) for one in shown],
        "keys": {one.section.key: list(one.section.keys) for one in shown if one.section.keys},
    }
    rows = {one.section.key: _entry_rows(one) for one in shown if one.section.entries} if entries else {}
    optional = {"entries": rows, "conclusion": state.conclusion, "proof": state.proof, "narrow": state.narrow}
    facts |= {name: value for name, value in optional.items() if value}
    packed = zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 9)
    return syntax.hidden.format(f"{_NAME}/{_escaped(key)}/{b64encode(packed, b'+_').decode()}")


def _escaped(key: str) -> str:
    """Return the key in characters that a marker can hold, hashed if it is long."""
    quoted = quote(key, safe="", errors="replace")
    return quoted if len(quoted) <= _LONGEST_KEY else sha256(key.encode(errors="replace")).hexdigest()


def _row(shown: ShownSection) -> list[object]:
    one = shown.section
    facts = [one.key, one.name, one.state, one.finished_steps, one.headline, list(one.failed)]
    return [*facts, len(shown.text), _checksum(shown.text)]


def _entry_rows(shown: ShownSection) -> list[list[object]]:
    return [
        [one.rank, one.step, one.job, one.cause, one.url, one.key, *place]
        for one, place in zip(shown.section.entries, shown.details, strict=True)
    ]


def _checksum(shown: str) -> int:
    return zlib.crc32(shown.encode(errors="replace"))


# Reading


def has_marker(posted: str, key: str) -> bool:
    """Return whether the text has a marker with this key, whether or not it is intact."""
    found = _marker(_lines(posted))
    return found is not None and found[1]["key"] == _escaped(key)


def marker_key(posted: str) -> str | None:
    """Return the `comment_key` in the text's marker, or its hash if it is long; None without a marker."""
    found = _marker(_lines(posted))
    return unquote(found[1]["key"]) if found else None


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
    keys, entries = record(facts.get("keys")), record(facts.get("entries"))
    sections = [
        replace(one, keys=_keys(keys.get(one.key)), entries=_entries(one, entries.get(one.key))) for one in slices
    ]
    state = comment_state(integer(facts.get("build")), text(facts.get("commit")), text(facts.get("url")), sections)
    return replace(
        state,
        conclusion=text(facts.get("conclusion")),
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


def _keys(row: object) -> tuple[str, ...]:
    return tuple(map(text, row)) if isinstance(row, list) else ()


def _entries(section: Section, rows: object) -> tuple[Entry, ...]:
    """Return the section's entries with their details from its text; none if a row has another form."""
    entries = []
    for row in rows if isinstance(rows, list) else []:
        match row:
            case [int(rank), str(step), str(job), str(cause), str(url), str(key), int(start), int(length)]:
                details = section.texts[0][start : start + length] if start >= 0 else ""
                entries.append(Entry(rank, step, job, cause, url, key, (details,) if details else ()))
            case _:
                return ()
    return tuple(entries)


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
