"""Takes the catalogue, gives the chapter of docs/performance.md about what one line costs, however hostile it is."""

from collections.abc import Callable
from time import perf_counter

from plugin.extract.pattern_files import built_in

LENGTH = 10_000
LINES = {
    "plain words": "error: failed to load rates: expected 3 but was 4 at src/cart.c:12:5 in module shop ",
    "one letter": "a",
    "spaces": " ",
    "colons": "a:",
    "dots and slashes": "../",
    "brackets": "[({",
    "quotes": "\"'`",
    "the word error": "error ",
    "digits": "1",
    "not Latin": "错",
}
"""What is repeated until the line is long enough."""


def chapter() -> str:
    yardstick = _seconds("plain words", LENGTH)
    rows = "\n".join(f"| {name} | {_ratio(name, LENGTH, yardstick)} | {_growth(name)} |" for name in LINES)
    return f"""## A hostile line

The whole catalogue ({len(built_in().patterns)} patterns) asked about one line of {LENGTH:,} bytes, against a line of
plain words of that length; and about a line ten times as long, against itself. RE2 is linear in the line whatever the
expression. (Of a log's line at most 1,000 bytes are asked about.)

| line | against plain words | ten times as long |
|---|---|---|
{rows}
"""


def _ratio(name: str, length: int, yardstick: float) -> str:
    return f"{_seconds(name, length) / yardstick:.2f}"


def _growth(name: str) -> str:
    return _ratio(name, 10 * LENGTH, _seconds(name, LENGTH))


def _seconds(name: str, length: int) -> float:
    line = LINES[name].encode()
    line = (line * (length // len(line) + 1))[:length]
    return min(_time(lambda: built_in().matching(line)) for _ in range(9))


def _time(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start
