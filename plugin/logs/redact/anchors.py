"""Anchors: short pieces of secret values. Every printed form of a value contains one of its anchors."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from plugin.logs.redact.encodings import encodings, escaped, printed_forms
from plugin.text.lazy_expression import lazily

WIDTH = 8
"""Bytes of an anchor, and therefore of the shortest form that has one."""
_PART = 36
"""Characters of a value from which its anchors are made: a multiple of three, because of base64."""
_PARTS = 6
"""Maximum number of parts of a value that are tried for an anchor that no other value has."""
_DIVERSE = 4
"""Number of different letters and digits that an anchor must exceed. Runs of zeros contain anchors with fewer."""

Anchors = Mapping[bytes, Collection[str]]
"""Anchors, each with the values that may contain it."""


def anchors_of(values: Iterable[str], width: int = WIDTH) -> Anchors:
    """Return anchors of `width` bytes for the values, few of them shared. Shorter forms have none."""
    found: dict[bytes, tuple[str, ...]] = {}
    for value in values:
        for anchor in set(_anchors(value, width, found)):
            found[anchor] = (*found.get(anchor, ()), value)
    return found


def _anchors(value: str, width: int, taken: Collection[bytes]) -> Iterator[bytes]:
    if len(value) < width:
        yield from (form[:width] for form in printed_forms(value) if len(form) >= width)
        return
    part, run = _part(value, width, taken)
    if run:
        yield _middle(run, width)
    else:
        yield from (_middle(form, width) for form in escaped(part))
    for group in encodings(part):
        run = _longest_run(group[0])
        yield from (_middle(form, width) for form in ((run,) if len(run) >= width else group))


def _part(value: str, width: int, taken: Collection[bytes]) -> tuple[str, bytes]:
    """Return a part of the value, and its longest run of letters and digits if that is at least `width` long."""
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
    """Yield parts of the value whose printed forms are the same alone and within the value."""
    if len(value) <= _PART or not value.isascii():
        yield value
        return
    spare = (len(value) - _PART) // 3
    yield from (value[at * 3 :][:_PART] for at in range(0, spare + 1, max(1, spare // _PARTS)))


def _longest_run(form: bytes) -> bytes:
    return form if form.isalnum() else max(_RUN.findall(form), key=len, default=b"")


def _middle(text: bytes, width: int) -> bytes:
    return text[(len(text) - width) // 2 :][:width]


_RUN = lazily(rb"[A-Za-z0-9]+")
