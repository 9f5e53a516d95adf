"""What a server answered, and what it says besides its value: how long to wait, and why it refused."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_SURELY_A_DATE = 1e9


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    """Decompressed."""

    def json(self) -> object:
        """The body's value. Raises ValueError when it is no JSON."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def media_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def is_json(headers: Mapping[str, str]) -> bool:
    return media_type(headers).endswith(("/json", "+json"))


def requested_pause(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server wants to be left alone: `Retry-After`, else until a used-up limit is filled again."""
    pause = _retry_after(headers)
    for name in ("X-RateLimit", "RateLimit"):
        if pause is None and headers.get(f"{name}-Remaining", "").strip() == "0":
            pause = _until(headers.get(f"{name}-Reset", "").strip())
    return pause


def _until(reset: str) -> float | None:
    """GitHub and GitLab tell the second since 1970, others how many are left."""
    if not (reset.isascii() and reset.isdecimal()):
        return None
    seconds = float(reset[:12])
    return max(0.0, seconds - time.time()) if seconds > _SURELY_A_DATE else seconds


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or from a date, which is read by the server's own clock. RFC 9110, section 10.2.3."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        now = headers.get("Date", "")
        start = parsedate_to_datetime(now).timestamp() if now else time.time()
        return max(0.0, parsedate_to_datetime(value).timestamp() - start)
    except (ValueError, OverflowError):
        return None


def server_message(answer: Response) -> str:
    """The server's own words in one line, not yet shortened: the `message` of JSON, or plain text; no web page."""
    text = ""
    if is_json(answer.headers):
        try:
            text = _words(answer.json())
        except ValueError:
            text = ""
    elif media_type(answer.headers) == "text/plain":
        text = answer.body.decode(errors="replace")
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]", "", " ".join(text.split()))


_NAMES = ("message", "error_description", "error", "errors")
_DEEPEST = 4


def _words(value: object, depth: int = _DEEPEST) -> str:
    """What stands under the names that servers have for it; some nest them, some list what is wrong with each field."""
    match value:
        case str():
            return value
        case dict():
            told = next(filter(None, map(value.get, _NAMES)), None)
            inside = [told] if told else list(value.values())[:3] if depth < _DEEPEST else []
        case list():
            inside = value[:3]
        case _:
            inside = []
    return "; ".join(filter(None, (_words(one, depth - 1) for one in inside))) if depth else ""
