"""The event stream of a running step, read for the log entries that it has printed so far."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import convert

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.http.records import R

SECONDS = 6.0
"""How long a stream is followed at most. Servers first replay what has been printed, which is all that is needed."""
QUIET = 2.0
"""Seconds of silence that end it sooner; servers send pings every 30 seconds."""
BYTES = 16 * 1024 * 1024


def read_log_stream(client: ApiClient, path: str, kind: type[R]) -> Iterator[R]:
    """Yield the log entries of the stream until the server's end event, or until one of the limits above is reached.

    Drone, Harness and Woodpecker up to 3.13 end with `event: error` (`data: eof`, or the reason why there is no
    stream), Woodpecker from 3.14 with `event: eof`. Harness sends an error as bare JSON without a field name.
    Raise ServerError when the stream cannot be opened.
    """
    for line in client.lines(path, seconds=SECONDS, quiet=QUIET, size=BYTES):
        field, _, value = line.partition(b":")
        if field == b"event" and value.strip() in (b"error", b"eof"):
            return
        entry = _entry(value) if field == b"data" else None
        if isinstance(entry, dict):
            yield convert(entry, kind)


def _entry(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
