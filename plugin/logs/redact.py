"""Takes clean text, gives the same lines with every secret masked: given values and well-known shapes."""

from collections.abc import Iterable, Iterator
from functools import cache
from math import ceil
from pathlib import Path

from plugin.logs import shapes, spellings
from plugin.logs.clean import clean
from plugin.logs.decode import decode

MASK = "[redacted]"
"""What stands for a given value; a known kind is masked by `[redacted:<id of its entry in redact.yaml>]`."""

_SHORTEST = 4
"""Characters; a shorter value stands everywhere in a log, masking it would shred the log and hide nothing."""
_SHORTEST_LINE = 6
"""Characters of a line of a value of several lines: a brace or an `EOF` is no secret."""
_LONGEST = 999
"""Characters of a value that are looked for at a time."""
_IN_ONE_PATTERN = 2_000
"""Characters of values in one pattern; RE2 refuses a program that is too large."""


class Redactor:
    """Masks secrets in the text of logs, names and messages. Idempotent; the number of lines stays."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        values = sorted(
            {value for secret in secrets for value in _findable(secret)}, key=lambda value: (-len(value), value)
        )
        self._values = tuple(shapes.compiled("|".join(map(spellings.pattern, batch))) for batch in _batches(values))

    def __call__(self, text: bytes) -> bytes:
        """The text (clean, UTF-8) without secrets."""
        for value in self._values:
            text = _masked(text, ((*hit.span(), MASK) for hit in value.finditer(text)))
        return _masked(text, ((place.start, place.end, f"[redacted:{place.kind}]") for place in shapes.places(text)))

    def text(self, text: str) -> str:
        """The same for a title, a name, a message; cleaned, too."""
        return self(clean(decode(text))).decode()


def worth_hiding(value: str) -> bool:
    """Whether masking the value hides something, and does not tear the log to pieces."""
    small_number = value.isdigit() and len(value) < _SHORTEST_LINE
    return len(value) >= _SHORTEST and value.lower() not in _harmless() and len(set(value)) > 1 and not small_number


@cache
def _harmless() -> frozenset[str]:
    lines = Path(__file__).with_name("harmless.txt").read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _findable(secret: str) -> Iterator[str]:
    """The lines of the value as cleaned text has them, in parts that a pattern can take."""
    lines = [line.strip() for line in clean(decode(secret)).decode().split("\n")]
    for line in lines:
        if worth_hiding(line) and (len(lines) == 1 or len(line) >= _SHORTEST_LINE):
            size = 3 * ceil(len(line) / ceil(len(line) / _LONGEST) / 3)  # a multiple of three, for base64
            yield from (line[at : at + size] for at in range(0, len(line), size))


def _batches(values: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for value in values:
        if batch and sum(map(len, batch)) + len(value) > _IN_ONE_PATTERN:
            yield batch
            batch = []
        batch.append(value)
    if batch:
        yield batch


def _masked(text: bytes, hidden: Iterable[tuple[int, int, str]]) -> bytes:
    """The text with masks; a mask over the end of a line keeps the line."""
    pieces: list[bytes] = []
    done = 0
    for start, end, mask in hidden:
        pieces += (text[done:start], mask.encode(), b"\n" * text.count(b"\n", start, end))
        done = end
    return b"".join((*pieces, text[done:])) if pieces else text
