"""Parse a JSON list into records with the needed fields only, which takes far less memory than a dict per log entry.

A record is a msgspec.Struct whose fields have type `object` and defaults, because a server may send any type. msgspec
is stricter than some servers (lone surrogates, a number of 5,000 digits, an entry that is no object), so a document
that it refuses is parsed again with `json`, entry by entry.
"""

from typing import TypeVar

from msgspec import Struct, convert
from msgspec.json import decode

from plugin.http.response import Response

R = TypeVar("R", bound=Struct)


def records_of(response: Response, kind: type[R]) -> list[R]:
    """Return the objects of a list, none for any other value. Raise ValueError if the body is not JSON."""
    try:
        return decode(response.body, type=list[kind])  # type: ignore[valid-type]  # mypy allows no variable as a type
    except (ValueError, RecursionError):
        value = response.json()
    return [convert(item, kind) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
