"""The data files of this package: compiled, or the YAML files where these were edited since."""

import json
import os
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from plugin import compiled_data

FOLDER = os.path.dirname(__file__)
COMPILED = os.path.join(FOLDER, "compiled.json")
GENERIC_FILE = "generic.yaml"
"""The file whose patterns apply only where no pattern of a tool matches."""
OTHERS = (os.path.join(FOLDER, "noise.yaml"), os.path.join(FOLDER, "features.yaml"))
_DOCUMENTS = tuple(
    os.path.join(FOLDER, f"{name}.yaml")
    for name in ("categories", "diagnostics", "missing", "records", "refused", "title")
)


def sources() -> tuple[str, ...]:
    """Return the YAML files: those with patterns in order of priority, then the others."""
    return (*pattern_paths(), *OTHERS, *_DOCUMENTS)


def pattern_paths() -> list[str]:
    """Return the files with patterns, in order of priority."""
    folder = os.path.join(FOLDER, "patterns")
    names = (name for name in os.listdir(folder) if name.endswith(".yaml"))
    return [os.path.join(folder, name) for name in sorted(names, key=lambda name: (name == GENERIC_FILE, name))]


def take_compiled(*parts: str) -> list[Any] | None:
    """Return parts of the compiled data and forget them, so that no part is in memory twice; of patterns, the offsets.

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

    return {os.path.basename(path): _document(untrusted_yaml.load(compiled_data.read(path))) for path in _DOCUMENTS}


def _document(content: Any) -> Any:
    """Return the document as JSON stores it, with `{NAME}` replaced by the part or word list NAME.

    An expression may be a list of alternatives: `{flags: i, any: [timed out, took too long]}`.
    """
    document = _joined(json.loads(json.dumps(content)))
    if not isinstance(document, dict):
        return document
    words = {key: "|".join(sorted(value, key=len, reverse=True)) for key, value in document.pop("words", {}).items()}
    return _filled(document, words | document.pop("parts", {}))


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        if "any" in value and value.keys() <= {"any", "flags"}:
            flags = f"(?{value['flags']})" if "flags" in value else ""
            return flags + "|".join(value["any"])
        return {key: _joined(inner) for key, inner in value.items()}
    return list(map(_joined, value)) if isinstance(value, list) else value


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
