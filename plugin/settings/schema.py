"""The settings, one field each, with their documentation.

The metadata of the fields is the documentation: `python -m plugin settings`, the tables in the docs, the JSON Schema
and the entries of the plugin indexes are generated from it (see `plugin.settings.reference`).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args, get_origin, get_type_hints

from plugin.frozen import frozen
from plugin.settings.fields.build import BuildSettings
from plugin.settings.fields.forge import ForgeSettings
from plugin.settings.fields.notify import NotifySettings
from plugin.settings.fields.report import DEFAULT_OUTPUT, ReportSettings
from plugin.settings.fields.run import RunSettings

__all__ = ["DEFAULT_OUTPUT", "Field", "Settings", "fields"]


@dataclass(frozen=True, kw_only=True)
class Settings(BuildSettings, ReportSettings, ForgeSettings, NotifySettings, RunSettings):
    """All settings of a run. An empty value means unset."""


@frozen
class Field:
    """Name, type and documentation of one setting."""

    name: str
    type: str
    """text, list, list or map, yes/no, number, or the words to choose from, joined by `|`."""
    choices: tuple[str, ...]
    default: object
    doc: str
    example: str
    """Value as a pipeline file would have it."""
    aliases: tuple[str, ...]
    variable: str
    least: float
    secret: bool
    parse: Callable[[str], object] | None
    """Return the value of a text. Raise ValueError that says what is allowed. None for the parser of the type."""
    required: bool = False
    """Always false: a value that cannot be detected makes the report smaller, not the run impossible."""


@cache
def fields() -> tuple[Field, ...]:
    """Return all settings in the order of their documentation."""
    hints = get_type_hints(Settings)
    return tuple(
        _field(field, hints[field.name]) for group in Settings.__bases__ for field in dataclasses.fields(group)
    )


def _field(field: "dataclasses.Field[object]", hint: object) -> Field:
    choices = tuple(word for word in get_args(hint) if word) if get_origin(hint) is Literal else ()
    names: dict[object, str] = {bool: "yes/no", int: "number", float: "number", str: "text"}
    metadata = dict(field.metadata)
    kind = metadata.pop("kind") or "|".join(choices) or ("list" if get_origin(hint) is tuple else names[hint])
    return Field(name=field.name, type=kind, choices=choices, default=field.default, **metadata)
