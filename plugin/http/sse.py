"""Reads the lines of a server-sent event stream."""

from collections.abc import Iterator

import requests
import urllib3

from plugin.http.deadline import Deadline


def event_lines(response: requests.Response, deadline: Deadline, seconds: float, size: int) -> Iterator[bytes]:
    """The lines of a stream until it ends, breaks, or has spent the seconds or the bytes."""
    end = deadline.remaining() - seconds
    held = b""
    with response:
        while size > 0 and deadline.remaining() > max(end, 0.0):
            try:
                piece = response.raw.read1(64 * 1024, decode_content=False)
            except (urllib3.exceptions.HTTPError, OSError):
                break
            if not piece:
                break
            size -= len(piece)
            *whole, held = (held + piece).split(b"\n")
            yield from whole
