"""Logs split and cut as the agents of the family do it, and event streams."""

import json
from collections.abc import Iterable, Mapping

AGENT_HEAD = 2_000_000
"""Drone 0.8, Woodpecker 0.15: the first bytes are kept."""
RUNNER_TAIL = 5_242_880
"""runner-go: the last bytes are kept; the agent of Drone 1 kept as many first ones."""


def writes(text: bytes) -> list[str]:
    """Return the text in pieces as programs write it: a line, two lines at once, half a line and its rest.

    Text after the last line end never arrives.
    """
    lines = text.split(b"\n")[:-1]
    pieces: list[bytes] = []
    at = 0
    while at < len(lines):
        pieces.append(lines[at] + b"\n")
        if len(lines) > at + 2:
            pieces.append(lines[at + 1] + b"\n" + lines[at + 2] + b"\n")
        if len(lines) > at + 3:
            middle = len(lines[at + 3]) // 2
            pieces += [lines[at + 3][:middle], lines[at + 3][middle:] + b"\n"]
        at += 4 if len(lines) > at + 3 else 3 if len(lines) > at + 2 else 1
    return [piece.decode(errors="replace") for piece in pieces if piece]


def lines_of(text: bytes) -> list[bytes]:
    """Return whole lines with their line ends; the last one may lack its end."""
    return text.splitlines(keepends=True) if b"\r" not in text else [line for line in _split(text) if line]


def _split(text: bytes) -> list[bytes]:
    *whole, client = text.split(b"\n")
    return [line + b"\n" for line in whole] + [client]


def tail(lines: Iterable[bytes], most: int) -> tuple[int, list[bytes]]:
    """Return the number of oldest lines dropped so that at most `most` bytes remain, and the remaining lines."""
    kept = list(lines)
    size, dropped = sum(map(len, kept)), 0
    while size > most:
        size -= len(kept[dropped])
        dropped += 1
    return dropped, kept[dropped:]


PING = b": ping\n\n"


def events(entries: Iterable[Mapping[str, object]], *, ids: bool, gap: str = "\n\n") -> list[bytes]:
    """Return the entries as an event stream that starts with a ping."""
    pieces = [PING]
    for number, entry in enumerate(entries, start=1):
        head = f"id: {number}\n" if ids else ""
        pieces.append(f"{head}data: {json.dumps(entry, separators=(',', ':'))}{gap}".encode())
    return pieces


def ends(why: str = "eof", event: str = "error") -> list[bytes]:
    return [f"event: {event}\ndata: {why}\n\n".encode()]
