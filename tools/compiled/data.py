"""Contents of the compiled data files."""

import re
from collections.abc import Iterator
from typing import Any

from plugin import compiled_data
from plugin.extract.catalogue import Pattern
from plugin.extract.documents import documents_from_yaml, expression_key, sources
from plugin.extract.pattern_files import from_yaml
from plugin.fingerprint import mask
from plugin.logs.redact import entries
from tools.compiled.required import distinctive, required_literals

_SYNTAX = re.compile(r"[\\^$.|?*+()\[]")
"""Characters one of which every expression has that is more than a literal."""


def extract_data() -> str:
    """Return the contents of `plugin/extract/compiled.json`."""
    data = from_yaml()
    literals = distinctive([required_literals(pattern.match) for pattern in data.patterns])
    contents = {
        "patterns": list(map(_without_defaults, data.patterns)),
        "literals": literals,
        "noise": list(data.noise),
        "features": dict(data.features),
        "documents": dict(documents_from_yaml()),
        "required": _required(documents_from_yaml()),
    }
    return compiled_data.dump(contents, sources())


def fingerprint_data() -> str:
    """Return the contents of `plugin/fingerprint/compiled.json`."""
    return compiled_data.dump(mask.from_yaml(), mask.SOURCES)


def redaction_data() -> str:
    """Return the contents of `plugin/logs/redact/compiled.json`."""
    data = {
        "entries": [_without_defaults(entry) for entry in entries.from_yaml()],
        "encoded_begins": sorted(entries.begins_from_yaml()),
    }
    return compiled_data.dump(data, (entries.CATALOGUE,))


def _required(documents: Any) -> dict[str, list[str]]:
    """Return the literals that the expressions in the documents require, by their keys."""
    expressions = sorted(text for text in set(_texts(documents)) if _SYNTAX.search(text))
    literals = {expression_key(text): sorted(required_literals(text)) for text in expressions}
    assert len(literals) == len(expressions), "two expressions have one key"  # noqa: S101
    return {key: found for key, found in literals.items() if found}


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts that may be expressions: titles and lists of words are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner) if key not in ("title", "words", "nouns") else ()
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _without_defaults(entry: Pattern | entries.SecretPattern) -> dict[str, Any]:
    defaults = entry._field_defaults
    return {name: value for name, value in entry._asdict().items() if name not in defaults or value != defaults[name]}
