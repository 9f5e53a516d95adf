"""Paths in a Git index, which name what is tracked, without Git itself.

The format is documented in gitformat-index(5). Versions 2 to 4 with SHA-1 are read, split and sparse ones are not.
"""

from collections.abc import Iterator
from itertools import islice

_MOST_FILES = 500_000
_REGULAR = (0o100644, 0o100755)
_FIXED = 62
"""Bytes of an entry before its path: 40 of the file's status, 20 of its hash, 2 flags."""
_EXTENDED = 0x4000
_LENGTH = 0xFFF
"""Bits of the flags that hold the length of the path, or the most that fits."""
_HASH = 20
"""Bytes of the checksum at the end."""
_MODE = slice(24, 28)
_FLAGS = slice(60, 62)


class UnusableIndexError(ValueError):
    """The content is no index of Git, or of a form that is not read."""


def tracked_files(index: bytes) -> tuple[str, ...]:
    """Return the paths of regular files, relative to the root. Raise UnusableIndexError.

    Symbolic links and submodules are left out.
    """
    try:
        return tuple(islice(_files(index), _MOST_FILES))
    except (IndexError, ValueError) as error:
        raise UnusableIndexError(str(error)) from error


def _files(index: bytes) -> Iterator[str]:
    version = int.from_bytes(index[4:8])
    if index[:4] != b"DIRC" or version not in (2, 3, 4):
        raise UnusableIndexError("no index of version 2 to 4")
    position, path = 12, b""
    for _ in range(int.from_bytes(index[8:12])):
        start = position
        fixed = index[start : start + _FIXED]
        position += _FIXED + (2 if version > 2 and int.from_bytes(fixed[_FLAGS]) & _EXTENDED else 0)
        kept = 0
        if version == 4:
            removed, position = _offset(index, position)
            kept = len(path) - removed
        end = index.index(b"\0", position)
        path = path[:kept] + index[position:end]
        if int.from_bytes(fixed[_FLAGS]) & _LENGTH != min(len(path), _LENGTH) or path[:1] in (b"", b"/"):
            raise UnusableIndexError("an entry whose path has another length: the hashes are not SHA-1")
        position = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        if int.from_bytes(fixed[_MODE]) in _REGULAR:
            yield path.decode("utf-8", "surrogateescape")
    if _extensions(index, position) & {b"link", b"sdir"}:
        raise UnusableIndexError("a split or sparse index")


def _extensions(index: bytes, position: int) -> set[bytes]:
    found = set()
    while position < len(index) - _HASH:
        found.add(index[position : position + 4])
        position += 8 + int.from_bytes(index[position + 4 : position + 8])
    return found


def _offset(index: bytes, position: int) -> tuple[int, int]:
    """Return a number in the encoding of offsets in packs, and the position after it."""
    byte = index[position]
    value = byte & 0x7F
    while byte & 0x80:
        position += 1
        byte = index[position]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, position + 1
