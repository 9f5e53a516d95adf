"""Takes JSON, gives records that hold the wanted fields only: a dict for each entry of a log takes far more memory.

A record is a msgspec.Struct whose fields are of type `object` and have defaults, for what a field holds is the server's
to say. msgspec is stricter than some servers (half a surrogate pair, a number of 5,000 digits, an entry that is no
object), so what it refuses is read once more by the patient way: what can be read is.
"""

from typing import TypeVar

from msgspec import Struct, convert
from msgspec.json import decode

from plugin.http.response import Response

R = TypeVar("R", bound=Struct)


def records_of(answer: Response, kind: type[R]) -> list[R]:
    """The objects of a list; anything else has none. Raises ValueError when it is no JSON."""
    try:
        return decode(answer.body, type=list[kind])  # type: ignore[valid-type]  # mypy knows no type that is a value
    except (ValueError, RecursionError):
        value = answer.json()
    return [convert(item, kind) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
