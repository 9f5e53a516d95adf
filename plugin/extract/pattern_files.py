"""The built-in patterns and expressions: compiled, or from the YAML files where these were edited since."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from plugin import compiled_data
from plugin.extract.catalogue import GENERIC_FILE, Catalogue, Pattern
from plugin.frozen import frozen

FOLDER = Path(__file__).parent
COMPILED = FOLDER / "compiled.json"
_OTHERS = (FOLDER / "noise.yaml", FOLDER / "features.yaml")
_DOCUMENTS = tuple(
    FOLDER / f"{name}.yaml" for name in ("categories", "diagnostics", "missing", "records", "refused", "title")
)


@frozen
class BuiltInData:
    """Contents of the pattern files, of noise.yaml and of features.yaml."""

    patterns: tuple[Pattern, ...]
    noise: tuple[str, ...]
    features: Mapping[str, str]
    documents: Mapping[str, Any]
    """Contents of the other YAML files, by file name."""
    problems: tuple[str, ...] = ()
    """Reasons why pattern files or entries cannot be used. The tests check that there are none."""


@cache
def built_in() -> Catalogue:
    """Return the catalogue of the built-in patterns."""
    data = built_in_data()
    return Catalogue(data.patterns, data.noise)


def built_in_problems() -> tuple[str, ...]:
    """Return the problems of the built-in patterns. The tests check that there are none."""
    return from_yaml().problems


@cache
def built_in_data() -> BuiltInData:
    """Return the built-in patterns and expressions."""
    data = compiled_data.load(COMPILED, sources())
    if data is None:
        return from_yaml()
    patterns = tuple(Pattern(**{**fields, "literals": tuple(fields["literals"])}) for fields in data["patterns"])
    return BuiltInData(patterns, tuple(data["noise"]), data["features"], data["documents"])


def sources() -> tuple[Path, ...]:
    """Return the YAML files: those with patterns in order of priority, then the others."""
    return (*_pattern_paths(), *_OTHERS, *_DOCUMENTS)


def pattern_files() -> Iterator[tuple[str, str]]:
    """Yield the name and text of each pattern file, in order of priority."""
    for path in _pattern_paths():
        yield path.name, path.read_text("utf-8")


def _pattern_paths() -> list[Path]:
    return sorted((FOLDER / "patterns").glob("*.yaml"), key=lambda path: (path.name == GENERIC_FILE, path.name))


def from_yaml() -> BuiltInData:
    """Return the contents of the YAML files, without the literals of patterns."""
    import yaml

    from plugin import untrusted_yaml
    from plugin.extract.pattern_entries import parse_entries

    patterns: list[Pattern] = []
    problems: list[str] = []
    for path in _pattern_paths():
        try:
            document = untrusted_yaml.load(path.read_bytes()) or {}
        except yaml.YAMLError as error:
            problems.append(f"{path.name}: {' '.join(str(error).split())}")
            continue
        parsed, invalid = parse_entries(document, path.name, {pattern.id for pattern in patterns})
        patterns += parsed
        problems += invalid
    noise, features = (untrusted_yaml.load(path.read_bytes()) for path in _OTHERS)
    documents = {path.name: _document(untrusted_yaml.load(path.read_bytes())) for path in _DOCUMENTS}
    matches = tuple(entry["match"] for entry in noise)
    expressions = {name: _expression(value) for name, value in features.items()}
    return BuiltInData(tuple(patterns), matches, expressions, documents, tuple(problems))


def _expression(value: str | Mapping[str, Any]) -> str:
    """Return the expression of a feature that features.yaml has whole, or as alternatives."""
    if isinstance(value, str):
        return value
    return "|".join((f"{value['after']}(?:{'|'.join(value['any'])})", *value.get("anywhere", ())))


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
