"""Takes values of a server's JSON, gives values of our types; what is missing or of a wrong type reads as empty."""

from collections.abc import Mapping

Record = Mapping[str, object]
"""A JSON object."""

_LARGEST = 2**53  # beyond it other JSON readers lose digits, so no server means such a number


def record(value: object) -> Record:
    return value if isinstance(value, dict) else {}


def records(value: object) -> tuple[Record, ...]:
    """The objects of a list."""
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def text(value: object) -> str:
    """A text that can be encoded: JSON can spell half of a surrogate pair."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode(errors="replace").decode()


def integer(value: object) -> int:
    """A whole number, also one that is spelt `1.0`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST else 0


def timestamp(value: object) -> int:
    """A time in unix seconds, 0 for never."""
    return max(0, integer(value))


def text_mapping(value: object) -> dict[str, str]:
    """The texts of an object, for instance the values of a matrix leg."""
    return {text(key): text(item) for key, item in record(value).items() if isinstance(item, str)}
