"""Takes the lines looked at and the same step's green log, gives the rows that the green run printed, too."""

from collections.abc import Iterable

from plugin.extract.normalize import normalize

_MASKED_BYTES = 500_000
"""A longer green log is compared with digits left out only, which is a pass over the buffer and not over lines."""
_TOO_LITTLE = 0.05
"""A green log that shares a smaller part of the lines is of another step: it tells nothing."""
_DIGITS = b"0123456789"


def shared_rows(lines: tuple[bytes, ...], green: bytes) -> frozenset[int]:
    """Rows that the green log has as well, but for numbers, hashes, times and paths. Empty where it tells nothing."""
    plain = (b"".join(line.translate(None, _DIGITS).split()) for line in lines)
    known = {b"".join(line.split()) for line in set(green.translate(None, _DIGITS).split(b"\n"))}
    shared = {row for row, text in enumerate(plain) if text in known}
    if len(green) <= _MASKED_BYTES:
        known = set(map(normalize, green.split(b"\n")))
        shared |= {row for row, text in enumerate(map(normalize, lines)) if text in known}
    spoken = {row for row, line in enumerate(lines) if line.strip()}
    told = shared & spoken
    return frozenset(told) if _tells(told, spoken) else frozenset()


def _tells(shared: Iterable[int], spoken: set[int]) -> bool:
    return _TOO_LITTLE * len(spoken) <= len(set(shared)) < len(spoken)
