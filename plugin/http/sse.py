"""Read the lines of a server-sent event stream."""

from collections.abc import Iterator

import requests
import urllib3

from plugin.http.deadline import Deadline


def event_lines(response: requests.Response, deadline: Deadline, seconds: float, size: int) -> Iterator[bytes]:
    """Yield complete lines until the stream ends, breaks, or reaches the limit of seconds or bytes."""
    end = deadline.remaining() - seconds
    partial = b""
    with response:
        while size > 0 and deadline.remaining() > max(end, 0.0):
            try:
                chunk = response.raw.read1(64 * 1024, decode_content=False)
            except (urllib3.exceptions.HTTPError, OSError):
                break
            if not chunk:
                break
            size -= len(chunk)
            *lines, partial = (partial + chunk).split(b"\n")
            yield from lines
