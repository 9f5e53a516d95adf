"""Load and apply forms: expressions for lines of a known kind, kept in YAML beside the code."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import re2

from plugin import untrusted_yaml
from plugin.extract.regex import regex

Groups = Mapping[str, str]
"""Texts of named groups; empty where a group is not part of the match."""


@cache
def load_forms(name: str) -> Mapping[str, Any]:
    """Return the content of a YAML file of this package, with `{NAME}` replaced by the part or word list NAME."""
    document: dict[str, Any] = untrusted_yaml.load((files("plugin.extract") / name).read_bytes())
    words = {key: "|".join(sorted(value, key=len, reverse=True)) for key, value in document.pop("words", {}).items()}
    parts = words | document.pop("parts", {})
    expanded: Mapping[str, Any] = _expanded(document, parts)
    return expanded


def groups(expression: str, line: bytes) -> Groups | None:
    """Return the named groups of the first match, or None."""
    match = regex(expression).search(line)
    return named_groups(match) if match else None


def named_groups(match: re2._Match) -> Groups:
    """Return the named groups of a match. A digit at the end of a name is ignored: `line2` is another `line`."""
    values: dict[str, str] = {}
    for name in match.re.groupindex:
        key = name.decode().rstrip("0123456789")
        values[key] = values.get(key) or (match[name] or b"").decode("utf-8", "replace")
    return values


def matches(expression: str, line: bytes) -> bool:
    """Return whether the expression matches somewhere in the line."""
    return regex(expression).search(line) is not None


def nonblank_below(lines: Sequence[bytes], row: int, limit: int) -> list[int]:
    """Return the rows with text among the `limit` rows below `row`."""
    return [below for below in range(row + 1, min(len(lines), row + 1 + limit)) if lines[below].strip()]


def _expanded(value: Any, parts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _expanded(inner, parts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_expanded(inner, parts) for inner in value]
    if isinstance(value, str):
        for _ in range(3):  # parts contain parts, at most so deep
            for name, part in parts.items():
                value = value.replace(f"{{{name}}}", part)
    return value
