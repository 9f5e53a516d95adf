"""Contents of the compiled data files."""

from dataclasses import fields
from typing import Any

from plugin import compiled_data
from plugin.extract.built_in_data import from_yaml, sources
from tools.compiled.required import distinctive, required_literals


def extract_data() -> str:
    """Return the contents of `plugin/extract/compiled.json`."""
    data = from_yaml()
    literals = distinctive([required_literals(pattern.match) for pattern in data.patterns])
    entries = [
        {**_changed(pattern), "literals": required} for pattern, required in zip(data.patterns, literals, strict=True)
    ]
    return compiled_data.dump(
        {"patterns": entries, "noise": list(data.noise), "features": dict(data.features)}, sources()
    )


def _changed(entry: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that do not have their default."""
    return {
        field.name: getattr(entry, field.name) for field in fields(entry) if getattr(entry, field.name) != field.default
    }
