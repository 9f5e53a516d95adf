"""The fields of a JSON document, and their replacements."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

Path = tuple[str | int, ...]

_HERE = "\ue000here\ue000"
_MEGABYTE = 1_000_000

REPLACEMENTS: Mapping[str, str | None] = MappingProxyType(
    {
        "missing": None,
        "null": "null",
        "true": "true",
        "-1": "-1",
        "1e400": "1e400",
        "text": '"x"',
        "list": "[]",
        "object": "{}",
        "deep list": "[" * 1000 + "]" * 1000,
        "megabyte": json.dumps("error: `x` is not *y* @z\n" * (_MEGABYTE // 25)),
        "megabyte without blanks": json.dumps("x" * _MEGABYTE),
    }
)
"""JSON texts by name; None removes the field."""


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of all fields; of a list, only the first two entries and the last one."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    if isinstance(value, list):
        for place in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            yield from paths(value[place], (*path, place))


def shape(path: Path) -> Path:
    """Return the path with all list indexes replaced by `*`."""
    return tuple("*" if isinstance(key, int) else key for key in path)


def replaced(text: str, path: Path, by: str | None) -> str:
    """Return the JSON text with another value at a path; unchanged if it has no such path."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if not path:
        return text if by is None else by
    inner = value
    for key in path[:-1]:
        inner = _item(inner, key)
    if _item(inner, path[-1]) is None:
        return text
    if by is None:
        del inner[path[-1]]
        return json.dumps(value)
    inner[path[-1]] = _HERE
    return json.dumps(value).replace(json.dumps(_HERE), by)


def _item(value: object, key: str | int) -> object:
    if isinstance(value, dict):
        return value.get(key)
    return value[key] if isinstance(value, list) and isinstance(key, int) and key < len(value) else None
