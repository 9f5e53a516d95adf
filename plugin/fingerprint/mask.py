"""Masks for what varies from run to run: numbers, identifiers, times, temporary paths, addresses."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from plugin import compiled_data
from plugin.frozen import frozen

SOURCES = tuple(Path(__file__).with_name(name) for name in ("generic.yaml", "masks.yaml"))
COMPILED = Path(__file__).with_name("compiled.json")
_LONGEST = 500
"""Characters of a line that are looked at; the rest varies, as a rule, and does not name a cause."""


_SEVERITY = r"(?:\S{0,40}(?:error|fatal|panic|exception|failure)\S{0,20}: )?"
"""What may stand before a generic cause."""


@frozen
class _Mask:
    name: str
    """Empty where the text is kept."""
    equal: bool
    """Whether equal texts get equal numbers."""


def mask_line(line: str) -> str:
    """Return a line of a log without what varies from run to run; runs of white space become one space."""
    return _masked(line, names=False)


def mask_name(name: str) -> str:
    """Return the name of a test without what varies from run to run; it keeps small numbers."""
    return _masked(name, names=True)


def is_generic(masked: str) -> bool:
    """Return whether a masked line could be that of any failure."""
    return _generic().fullmatch(masked) is not None


def _masked(text: str, *, names: bool) -> str:
    expression, masks = _compiled(names)
    numbers: dict[str, int] = {}

    def replaced(match: re.Match[str]) -> str:
        mask = masks[match.lastgroup or ""]
        if not mask.name:
            return match[0]
        if not mask.equal:
            return f"<{mask.name}>"
        return f"<{mask.name}{numbers.setdefault(match[0].lower(), len(numbers) + 1)}>"

    return " ".join(expression.sub(replaced, " ".join(text[: 2 * _LONGEST].split())[:_LONGEST]).split())


@cache
def _compiled(names: bool) -> tuple[re.Pattern[str], Mapping[str, _Mask]]:  # noqa: FBT001 — the key of a cache
    chosen = [entry for entry in entries() if not names or entry.get("in") == "name"]
    groups = {f"mask{number}": entry for number, entry in enumerate(chosen)}
    expression = "|".join(f"(?P<{group}>{_scoped(entry['match'])})" for group, entry in groups.items())
    masks = {group: _Mask(entry.get("name", ""), entry.get("equal", False)) for group, entry in groups.items()}
    return re.compile(expression), masks


def _scoped(expression: str) -> str:
    """Return the expression with flags that count for itself only."""
    return f"(?i:{expression[4:]})" if expression.startswith("(?i)") else f"(?:{expression})"


@cache
def _generic() -> re.Pattern[str]:
    lines = data()["generic"]
    return re.compile(_SEVERITY + "(?:" + "|".join(f"(?:{line})" for line in lines) + ")", re.IGNORECASE)


def entries() -> list[dict[str, Any]]:
    """Return the masks as `masks.yaml` has them."""
    masks: list[dict[str, Any]] = data()["masks"]
    return masks


@cache
def data() -> Mapping[str, Any]:
    """Return the content of the YAML files by name, `masks` and `generic`: the compiled one where that is fresh."""
    return compiled_data.load(COMPILED, SOURCES) or from_yaml()


def from_yaml() -> Mapping[str, Any]:
    """Return the content of the YAML files by name."""
    from plugin import untrusted_yaml  # takes longer than the rest of this module, and is rarely needed

    return {path.stem: untrusted_yaml.load(path.read_bytes()) for path in SOURCES}
