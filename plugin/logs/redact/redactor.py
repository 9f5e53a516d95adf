"""Masking of secrets in clean text: known values and well-known formats. The number of lines stays."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from math import ceil

from plugin.logs.clean import clean
from plugin.logs.decode import decode
from plugin.logs.redact import matcher
from plugin.logs.redact.values import Values

MASK = "[redacted]"
"""The mask for a known value. The mask for a known format is `[redacted:<id of its entry in patterns.yaml>]`."""
FAILED = "[redacted: the search for secrets failed here]"
"""The replacement for a text in which the search for secrets failed."""

_SHORTEST = 4
"""Minimum number of characters. A shorter value occurs everywhere: masking it would hide nothing and ruin the log."""
_SHORTEST_LINE = 6
"""Minimum number of characters of a line of a multi-line value: a brace or an `EOF` is no secret."""
_LONGEST = 999
"""Maximum number of characters of a value that are searched for as one piece."""


class Redactor:
    """Masks secrets in the text of logs, names and messages. Idempotent, never raises."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._values = Values(value for secret in secrets for value in _searchable(secret))

    def __call__(self, text: bytes) -> bytes:
        """Return the text (clean, UTF-8) without secrets."""
        return guarded(lambda: self._redacted(text), text.count(b"\n"))

    def text(self, text: str) -> str:
        """Return a title, name or message, clean and without secrets."""
        return guarded(lambda: self._redacted(clean(decode(text))), text.count("\n")).decode()

    def _redacted(self, text: bytes) -> bytes:
        text = _masked(text, ((start, end, MASK) for start, end in self._values.spans(text)))
        return _masked(text, ((one.start, one.end, f"[redacted:{one.kind}]") for one in matcher.find_secrets(text)))


def guarded(work: Callable[[], bytes], lines: int) -> bytes:
    """Return what `work` returns. If it fails, return a mask with `lines` line ends: better no text than no report."""
    try:
        return work()
    except Exception:  # noqa: BLE001 — no error may cost the report
        return FAILED.encode() + b"\n" * lines


def worth_hiding(value: str) -> bool:
    """Return whether masking the value hides something and leaves the log readable."""
    small_number = value.isdigit() and len(value) < _SHORTEST_LINE
    return len(value) >= _SHORTEST and value.lower() not in _harmless() and len(set(value)) > 1 and not small_number


@cache
def _harmless() -> frozenset[str]:
    with open(os.path.join(os.path.dirname(__file__), "harmless.txt")) as file:
        lines = file.read().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _searchable(secret: str) -> Iterator[str]:
    """Yield the lines of the value as they are in cleaned text, long ones in parts."""
    lines = [line.strip() for line in clean(decode(secret)).decode().split("\n")]
    for line in lines:
        if worth_hiding(line) and (len(lines) == 1 or len(line) >= _SHORTEST_LINE):
            size = 3 * ceil(len(line) / ceil(len(line) / _LONGEST) / 3)  # a multiple of three, for base64
            yield from (line[at : at + size] for at in range(0, len(line), size))


def _masked(text: bytes, hidden: Iterable[tuple[int, int, str]]) -> bytes:
    """Return the text with masks in place of the hidden spans. A mask keeps the line ends within its span."""
    pieces: list[bytes] = []
    done = 0
    for start, end, mask in hidden:
        pieces += (text[done:start], mask.encode(), b"\n" * text.count(b"\n", start, end))
        done = end
    return b"".join((*pieces, text[done:])) if pieces else text
