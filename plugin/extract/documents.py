"""The data files of this package: compiled, or the YAML files where these were edited since."""

import json
import os
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from plugin import compiled_data

FOLDER = Path(__file__).parent
COMPILED = FOLDER / "compiled.json"
GENERIC_FILE = "generic.yaml"
"""The file whose patterns apply only where no pattern of a tool matches."""
OTHERS = (FOLDER / "noise.yaml", FOLDER / "features.yaml")
_DOCUMENTS = tuple(
    FOLDER / f"{name}.yaml" for name in ("categories", "diagnostics", "missing", "records", "refused", "title")
)


def sources() -> tuple[Path, ...]:
    """Return the YAML files: those with patterns in order of priority, then the others."""
    return (*pattern_paths(), *OTHERS, *_DOCUMENTS)


def pattern_paths() -> list[Path]:
    """Return the files with patterns, in order of priority."""
    folder = FOLDER / "patterns"
    names = (name for name in os.listdir(folder) if name.endswith(".yaml"))  # noqa: PTH208 — a third of the time
    return [folder / name for name in sorted(names, key=lambda name: (name == GENERIC_FILE, name))]


def take_compiled(*parts: str) -> list[Any] | None:
    """Return parts of the compiled data and forget them, so that no part is in memory twice; patterns as JSON.

    None if the data does not fit the YAML files, or a part was taken before.
    """
    data = _compiled()
    return [data.pop(part) for part in parts] if all(part in data for part in parts) else None


@cache
def _compiled() -> dict[str, Any]:
    return compiled_data.load(COMPILED, sources(), unread="patterns") or {}


@cache
def documents() -> Mapping[str, Any]:
    """Return the contents of the YAML files other than those of patterns, features and noise, by file name."""
    parts = take_compiled("documents")
    return documents_from_yaml() if parts is None else parts[0]


@cache
def required_literals() -> Mapping[str, Sequence[str]]:
    """Return lower-case literals of expressions in the documents, by `expression_key`: a match contains one of them.

    Expressions that require none are left out, and all of them where the YAML files are read.
    """
    parts = take_compiled("required")
    return {} if parts is None else parts[0]


def expression_key(expression: str) -> str:
    """Return a short key for an expression."""
    return f"{len(expression)}-{zlib.crc32(expression.encode()):x}"


def documents_from_yaml() -> Mapping[str, Any]:
    """Return the contents of the same files, with the texts that they name filled in."""
    from plugin import untrusted_yaml

    return {path.name: _document(untrusted_yaml.load(path.read_bytes())) for path in _DOCUMENTS}


def _document(content: Any) -> Any:
    """Return the document as JSON stores it, with `{NAME}` replaced by the part or word list NAME."""
    document = json.loads(json.dumps(content))
    if not isinstance(document, dict):
        return document
    words = {key: "|".join(sorted(value, key=len, reverse=True)) for key, value in document.pop("words", {}).items()}
    return _filled(document, words | document.pop("parts", {}))


def _filled(value: Any, parts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, parts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, parts) for inner in value]
    if isinstance(value, str):
        for _ in range(3):  # parts contain parts, at most so deep
            for name, part in parts.items():
                value = value.replace(f"{{{name}}}", part)
    return value
