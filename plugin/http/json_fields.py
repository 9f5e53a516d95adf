"""Convert values of a server's JSON to our types; a missing value or one of a wrong type becomes the empty value."""

from collections.abc import Mapping

Record = Mapping[str, object]
"""A JSON object."""

_MAX_INTEGER = 2**53  # other JSON parsers lose digits beyond it, so no server sends larger numbers on purpose


def record(value: object) -> Record:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> tuple[Record, ...]:
    """Return the objects of a list."""
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return a text that can be encoded: JSON may contain lone surrogates."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode(errors="replace").decode()


def integer(value: object) -> int:
    """Return an integer, also from `1.0`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MAX_INTEGER else 0


def timestamp(value: object) -> int:
    """Return a Unix time in seconds, 0 for never."""
    return max(0, integer(value))


def text_mapping(value: object) -> dict[str, str]:
    """Return the text values of an object, for example the variables of a matrix job."""
    return {text(key): text(item) for key, item in record(value).items() if isinstance(item, str)}
