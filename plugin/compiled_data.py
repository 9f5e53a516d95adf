"""Data compiled from YAML files into one generated JSON file, because parsing the YAML would take most of a short run.

`make regenerate` writes the file. It is used only while its checksum fits the YAML files beside it. The format is JSON
because `import msgspec` takes longer than all that a binary format would save.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_CHECKSUM = "sources"


def load(compiled: Path, sources: Iterable[Path]) -> dict[str, Any] | None:
    """Return the compiled data, or None if the file is missing, damaged, or does not fit its sources."""
    try:
        data = json.loads(compiled.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get(_CHECKSUM) == _checksum(sources) else None


def arguments(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a compiled entry as arguments for its frozen dataclass: lists become tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def dump(data: Mapping[str, Any], sources: Iterable[Path]) -> str:
    """Return the contents of the compiled file, with one line for each element of a list in `data`."""
    parts = {_CHECKSUM: json.dumps(_checksum(sources)), **{name: _lines(value) for name, value in data.items()}}
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {text}" for name, text in parts.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(map(_compact, value)) + "\n]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _checksum(sources: Iterable[Path]) -> str:
    size = total = 0
    for path in sources:
        text = path.read_bytes()
        total = zlib.crc32(text, zlib.crc32(path.name.encode(), total))
        size += len(text)
    return f"{size}-{total:08x}"
