"""YAML that makes nothing but plain values: by libyaml, ten times as fast, where PyYAML was built with it."""

from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str | bytes) -> Any:
    """The document's value. Raises yaml.YAMLError."""
    return yaml.load(text, LOADER)  # noqa: S506 — both loaders are safe
