"""A server's response, and what its headers and body say about errors: how long to wait, and why it refused."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime

from plugin.frozen import frozen

_MIN_UNIX_TIME = 1e9
"""A larger number is a Unix time, a smaller one a duration."""


@frozen
class Response:
    """A complete response."""

    status: int
    headers: Mapping[str, str]
    """Headers; look-ups ignore case."""
    body: bytes
    """Body, decompressed."""

    def json(self) -> object:
        """Return the value of the body. Raise ValueError if it is not JSON."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def media_type(headers: Mapping[str, str]) -> str:
    """Return the media type in lower case, without parameters."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def is_json(headers: Mapping[str, str]) -> bool:
    """Return whether the media type is one of JSON."""
    return media_type(headers).endswith(("/json", "+json"))


def requested_pause(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks to wait: `Retry-After`, or until an exhausted rate limit resets."""
    pause = _retry_after(headers)
    for name in ("X-RateLimit", "RateLimit"):
        if pause is None and headers.get(f"{name}-Remaining", "").strip() == "0":
            pause = _seconds_until(headers.get(f"{name}-Reset", "").strip())
    return pause


def _seconds_until(reset: str) -> float | None:
    """Return the seconds until a reset, which GitHub and GitLab send as a Unix time, others as a duration."""
    if not (reset.isascii() and reset.isdecimal()):
        return None
    seconds = float(reset[:12])
    return max(0.0, seconds - time.time()) if seconds > _MIN_UNIX_TIME else seconds


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a number, or of a date by the server's own clock (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        now = headers.get("Date", "")
        start = parsedate_to_datetime(now).timestamp() if now else time.time()
        return max(0.0, parsedate_to_datetime(value).timestamp() - start)
    except (ValueError, OverflowError):
        return None


def server_message(response: Response) -> str:
    """Return the server's error message on one line: the `message` of JSON, or plain text, but no web page."""
    text = response.body.decode(errors="replace") if media_type(response.headers) == "text/plain" else ""
    if is_json(response.headers) or media_type(response.headers) in ("", "text/plain"):
        with suppress(ValueError):
            text = _message(response.json()) or text
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]", "", " ".join(text.split()))


_KEYS = ("message", "error_description", "error", "errors")
_MAX_DEPTH = 4


def _message(value: object, depth: int = _MAX_DEPTH) -> str:
    """Return the texts under the usual keys; some servers nest them, some list an error for each field."""
    match value:
        case str():
            return value
        case dict():
            message = next(filter(None, map(value.get, _KEYS)), None)
            children = [message] if message else list(value.values())[:3] if depth < _MAX_DEPTH else []
        case list():
            children = value[:3]
        case _:
            children = []
    return "; ".join(filter(None, (_message(child, depth - 1) for child in children))) if depth else ""
