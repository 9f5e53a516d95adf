"""Data compiled from YAML files into one generated JSON file, because parsing the YAML would take most of a short run.

`make regenerate` writes the file. It is used only while its checksum fits the YAML files beside it. The format is JSON
because `import msgspec` takes longer than all that a binary format would save.
"""

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

AnyPath = str | os.PathLike[str]

_CHECKSUM = "sources"


def load(compiled: AnyPath, sources: Iterable[AnyPath], *, unread: str = "") -> dict[str, Any] | None:
    """Return the compiled data, or None if the file is missing, damaged, or does not fit its sources.

    Instead of the elements of the list `unread`, return the lines with their JSON, because most are never needed.
    """
    try:
        with open(compiled, "rb") as file:
            lines = file.readlines()
        elements = _taken(lines, unread) if unread else []
        data = json.loads(b"".join(lines))
    except (OSError, ValueError):
        return None
    if not isinstance(data, dict) or data.get(_CHECKSUM) != _checksum(sources):
        return None
    return {**data, unread: elements} if unread else data


def _taken(lines: list[bytes], name: str) -> list[bytes]:
    """Return the elements of a list, which `dump` wrote with one line for each, and remove them from the lines."""
    first = lines.index(f'"{name}": [\n'.encode()) + 1
    end = next((row for row in range(first, len(lines)) if lines[row].startswith(b"]")), len(lines))
    elements = lines[first:end]
    del lines[first:end]
    return elements


def element(line: bytes) -> Any:
    """Return the element of a list that is in its line."""
    return json.loads(line.rstrip(b",\n"))


def arguments(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a compiled entry as arguments for its frozen dataclass: lists become tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def dump(data: Mapping[str, Any], sources: Iterable[AnyPath]) -> str:
    """Return the contents of the compiled file, with one line for each element of a list in `data`."""
    parts = {_CHECKSUM: json.dumps(_checksum(sources)), **{name: _lines(value) for name, value in data.items()}}
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {text}" for name, text in parts.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_compact, value)) + "\n]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _checksum(sources: Iterable[AnyPath]) -> str:
    size = total = 0
    for path in sources:
        text = read(path)
        total = zlib.crc32(text, zlib.crc32(os.path.basename(path).encode(), total))
        size += len(text)
    return f"{size}-{total:08x}"


def read(path: AnyPath) -> bytes:
    """Return the content of a small file, in half the time that Python's file objects take; 90 are read at each start.

    Raise OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)
