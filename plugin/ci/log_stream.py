"""Takes the address of a running step's event stream, gives the entries that it has printed so far."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import convert

if TYPE_CHECKING:
    from plugin.http.client import ApiClient
    from plugin.http.records import R

SECONDS = 6.0
"""How long a stream is followed at most. Servers first replay what there is, which is what is wanted."""
QUIET = 2.0
"""Seconds of silence that end it sooner; the servers' own pings come every 30 seconds."""
BYTES = 16 * 1024 * 1024


def read_log_stream(client: ApiClient, path: str, kind: type[R]) -> Iterator[R]:
    """The log entries of the stream; ends with the server's end event, which differs, or with the bounds above.

    Drone, Harness and Woodpecker up to 3.13 end with `event: error` (`data: eof`, or the reason why there is no
    stream), Woodpecker from 3.14 with `event: eof`. An error of Harness comes as bare JSON that no field names.
    Raises ServerError when the stream cannot be opened.
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
