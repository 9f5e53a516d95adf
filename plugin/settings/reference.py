"""The reference of all settings, generated from their fields: a Markdown table and a JSON Schema."""

import json

from plugin.settings.schema import Field, fields


def markdown_table() -> str:
    """Return the Markdown table of all settings."""
    rows = "\n".join(_row(field) for field in fields())
    return f"| setting | description | type | default | example |\n|---|---|---|---|---|\n{rows}\n"


def json_schema() -> str:
    """Return the JSON Schema of the map under `settings:`, with names and aliases of settings as keys."""
    properties = {name: _property(field) for field in fields() for name in (field.name, *field.aliases)}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of drone-failure-alert",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def default(field: Field) -> str:
    """Return the default as a pipeline file would have it; empty if there is none."""
    value = field.default
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, int | float) and value else str(value or "")


def _row(field: Field) -> str:
    names = f"`{field.name}`" + (" 🔒" if field.secret else "")
    variable = f" Falls back to the variable `{field.variable}`." if field.variable else ""
    kind = field.type.replace("|", " \\| ")
    shown = default(field)
    example = f"`{field.name}: {field.example}`".replace("|", "\\|")
    return f"| {names} | {field.doc}{variable} | {kind} | {f'`{shown}`' if shown else ''} | {example} |"


def _property(field: Field) -> dict[str, object]:
    schema: dict[str, object] = {"description": field.doc}
    if field.type == "list or map":
        schema |= {"type": ["array", "object", "string"]}
    elif isinstance(field.default, tuple):
        schema |= {"type": ["array", "string"], "items": {"type": "string"}}
    elif field.choices:
        schema |= {"enum": list(field.choices)}
    elif isinstance(field.default, bool):
        schema |= {"type": ["boolean", "string"]}
    elif isinstance(field.default, int | float):
        schema |= {"type": ["number", "string"], "minimum": field.least}
    else:
        schema |= {"type": ["string", "object"] if field.name == "patterns" or field.secret else "string"}
    if shown := default(field):
        schema["default"] = shown
    return schema
