"""Contents of the compiled data files."""

from typing import Any

from plugin import compiled_data
from plugin.extract.catalogue import Pattern
from plugin.extract.documents import documents_from_yaml, sources
from plugin.extract.pattern_files import from_yaml
from plugin.fingerprint import mask
from plugin.logs.redact import entries
from tools.compiled.required import distinctive, required_literals


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


def _without_defaults(entry: Pattern | entries.SecretPattern) -> dict[str, Any]:
    defaults = entry._field_defaults
    return {name: value for name, value in entry._asdict().items() if name not in defaults or value != defaults[name]}
