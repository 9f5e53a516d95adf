"""Choose anchors: short pieces of a secret value, of which every spelling of it holds one."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from plugin.logs.spellings import encodings, escaped, spellings

WIDTH = 8
"""Bytes of an anchor, and so of the shortest spelling that has one."""
_PLACES = 6
"""Places of a value that are tried for an anchor that no other value has."""

Anchors = Mapping[bytes, Collection[str]]
"""Anchors, each with the values that may stand around it."""


def anchors_of(values: Iterable[str], width: int = WIDTH) -> Anchors:
    """Return anchors of `width` bytes for the values, few of them shared. `width` is at most the length of each value."""
    found: dict[bytes, tuple[str, ...]] = {}
    for value in values:
        for anchor in _anchors(value, width, found):
            found[anchor] = (*found.get(anchor, ()), value)
    return found


def _anchors(value: str, width: int, taken: Collection[bytes]) -> set[bytes]:
    if len(value) < width:
        return {spelled[:width] for spelled in spellings(value) if len(spelled) >= width}
    groups = (escaped(value), *encodings(value))
    return {anchor for group in groups for anchor in _of_group(group, width, taken)}


def _of_group(group: Collection[bytes], width: int, taken: Collection[bytes]) -> Iterator[bytes]:
    """A piece of a run of letters and digits, which all spellings of a group share, or else the middle of each."""
    longest = max(_RUN.findall(next(iter(group))), key=len, default=b"")
    spare = len(longest) - width
    if spare >= 0:
        places = [longest[at : at + width] for at in range(0, spare + 1, max(1, spare // _PLACES))]
        yield max(places, key=lambda place: (place not in taken, len(set(place))))
    else:
        yield from (spelled[(len(spelled) - width) // 2 :][:width] for spelled in group)


_RUN = re.compile(rb"[A-Za-z0-9]+")
