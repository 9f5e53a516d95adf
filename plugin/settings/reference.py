"""Takes the settings' fields, gives their reference: a Markdown table, a JSON Schema."""

import json

from plugin.settings.schema import Field, fields


def as_markdown() -> str:
    """The table of all settings, as the README has it."""
    rows = "\n".join(_row(field) for field in fields())
    return f"| setting | what it is for | type | default | example |\n|---|---|---|---|---|\n{rows}\n"


def as_json_schema() -> str:
    """What may stand under `settings:`, by the setting's own name or an alias."""
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
    """The default as it would stand in a pipeline file; empty where there is none."""
    value = field.default
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, int | float) and value else str(value or "")


def _row(field: Field) -> str:
    names = f"`{field.name}`" + (" 🔒" if field.secret else "")
    also = f" Or the variable `{field.variable}`." if field.variable else ""
    kind = field.type.replace("|", " \\| ")
    shown = default(field)
    example = f"`{field.name}: {field.example}`".replace("|", "\\|")
    return f"| {names} | {field.doc}{also} | {kind} | {f'`{shown}`' if shown else ''} | {example} |"


def _property(field: Field) -> dict[str, object]:
    facts: dict[str, object] = {"description": field.doc}
    if isinstance(field.default, tuple):
        facts |= {"type": ["array", "string"], "items": {"type": "string"}}
    elif field.choices:
        facts |= {"enum": list(field.choices)}
    elif isinstance(field.default, bool):
        facts |= {"type": ["boolean", "string"]}
    elif isinstance(field.default, int | float):
        facts |= {"type": ["number", "string"], "minimum": field.least}
    else:
        facts |= {"type": ["string", "object"] if field.name == "patterns" or field.secret else "string"}
    if shown := default(field):
        facts["default"] = shown
    return facts
