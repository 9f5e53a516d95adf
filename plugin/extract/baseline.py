"""Comparison with the last successful log of the same step: rows that the successful run printed as well."""

from plugin.extract.normalize import normalize

_MASKED_BYTES = 500_000
"""Maximum size of a successful log that is compared line by line, with hashes, times and paths masked.

A longer log is compared with its digits removed, which is one pass over the buffer."""
_MINIMUM_SHARE = 0.05
"""Minimum share of the lines that the successful log must have. With fewer, it belongs to a different step."""
_DIGITS = b"0123456789"


def shared_rows(lines: tuple[bytes, ...], green: bytes) -> frozenset[int]:
    """Return the rows whose lines the successful log has as well, apart from numbers, hashes, times and paths.

    Return an empty set if the logs share too few lines, or all of them: such a log says nothing about the failure.
    """
    plain = (b"".join(line.translate(None, _DIGITS).split()) for line in lines)
    known = {b"".join(line.split()) for line in set(green.translate(None, _DIGITS).split(b"\n"))}
    shared = {row for row, text in enumerate(plain) if text in known}
    if len(green) <= _MASKED_BYTES:
        known = set(map(normalize, green.split(b"\n")))
        shared |= {row for row, text in enumerate(map(normalize, lines)) if text in known}
    nonblank = {row for row, line in enumerate(lines) if line.strip()}
    shared &= nonblank
    return frozenset(shared) if _is_informative(shared, nonblank) else frozenset()


def _is_informative(shared: set[int], nonblank: set[int]) -> bool:
    return _MINIMUM_SHARE * len(nonblank) <= len(shared) < len(nonblank)
