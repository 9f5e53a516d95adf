"""Choose anchors: short pieces of a secret value, of which every spelling of it holds one."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from plugin.logs.redact.encodings import encodings, escaped, spellings

WIDTH = 8
"""Bytes of an anchor, and so of the shortest spelling that has one."""
_PART = 36
"""Characters of a value from which its anchors are made; a multiple of three, as base64 has it."""
_PARTS = 6
"""Parts of a value that are tried for an anchor that no other value has."""
_DIVERSE = 4
"""Letters and digits that are different; anchors of fewer stand in rows of zeros."""

Anchors = Mapping[bytes, Collection[str]]
"""Anchors, each with the values that may stand around it."""


def anchors_of(values: Iterable[str], width: int = WIDTH) -> Anchors:
    """Return anchors of `width` bytes for the values, few of them shared. Shorter spellings get none."""
    found: dict[bytes, tuple[str, ...]] = {}
    for value in values:
        for anchor in set(_anchors(value, width, found)):
            found[anchor] = (*found.get(anchor, ()), value)
    return found


def _anchors(value: str, width: int, taken: Collection[bytes]) -> Iterator[bytes]:
    if len(value) < width:
        yield from (spelled[:width] for spelled in spellings(value) if len(spelled) >= width)
        return
    part, run = _part(value, width, taken)
    if run:
        yield _middle(run, width)
    else:
        yield from (_middle(spelled, width) for spelled in escaped(part))
    for group in encodings(part):
        run = _longest_run(group[0])
        yield from (_middle(spelled, width) for spelled in ((run,) if len(run) >= width else group))


def _part(value: str, width: int, taken: Collection[bytes]) -> tuple[str, bytes]:
    """A part of the value, and its letters and digits, if it has enough of them side by side."""
    best = "", b""
    for part in _parts(value):
        run = _longest_run(part.encode())
        if len(run) < width:
            best = best if best[0] else (part, b"")
        elif _middle(run, width) not in taken and len(set(run)) > _DIVERSE:
            return part, run
        else:
            best = part, run
    return best


def _parts(value: str) -> Iterator[str]:
    """Parts of the value that have the same spellings alone as within it."""
    if len(value) <= _PART or not value.isascii():
        yield value
        return
    spare = (len(value) - _PART) // 3
    yield from (value[at * 3 :][:_PART] for at in range(0, spare + 1, max(1, spare // _PARTS)))


def _longest_run(spelled: bytes) -> bytes:
    return max(_RUN.findall(spelled), key=len, default=b"")


def _middle(text: bytes, width: int) -> bytes:
    return text[(len(text) - width) // 2 :][:width]


_RUN = re.compile(rb"[A-Za-z0-9]+")
