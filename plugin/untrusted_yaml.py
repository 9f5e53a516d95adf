"""Takes YAML that anybody may have written, gives plain texts, lists and mappings: small and shallow."""

import json
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LARGEST = 256 * 1024
"""Characters of a text that is read at all."""
_DEEPEST = 8
_MOST_NODES = 20_000
_NULL = "tag:yaml.org,2002:null"


class UnusableYamlError(ValueError):
    """The text cannot be used; `str(error)` is the reason on one line."""


def load_plain(text: str) -> tuple[object, tuple[str, ...]]:
    """What the text holds, every value a text, and what was left out of it and why. Raises NotPlainError."""
    if len(text) > LARGEST:
        raise UnusableYamlError(f"more than {LARGEST // 1024} KiB are not read")
    text = _text(_without_halves(text))
    try:
        _check(text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise UnusableYamlError(" ".join(str(error).split())) from None
    left_out: list[str] = []
    return (None if node is None else _value(node, left_out)), tuple(left_out)


def _check(text: str) -> None:
    """Looks at the stream of events, which needs no memory and no recursion, before anything is built from it."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=LOADER):
        for what in ("anchor", "tag"):
            if getattr(event, what, None):
                raise UnusableYamlError(f"anchors, aliases and tags are not understood here (line {_line(event)})")
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or nodes > _MOST_NODES:
            raise UnusableYamlError(f"at most {_DEEPEST} levels and {_MOST_NODES} values are read")


def _value(node: yaml.Node, left_out: list[str]) -> object:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == _NULL else _text(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, left_out) for item in node.value]
    mapping: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            left_out.append(f"line {_line(key)}: a key has to be text")
        elif _text(key.value) in mapping:
            left_out.append(f"{key.value} stands there twice (again in line {_line(key)}); the first one counts")
        else:
            mapping[_text(key.value)] = _value(value, left_out)
    return mapping


def _without_halves(text: str) -> str:
    """JSON escapes characters beyond the first plane as two halves, which YAML does not know."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False) if "\\u" in text else text
    except (ValueError, RecursionError):
        return text


def _text(value: str) -> str:
    """Without the half of a character, which no stream takes."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(found: Any) -> int:
    return int(found.start_mark.line) + 1


def load(text: str | bytes) -> Any:
    """The document's value. Raises yaml.YAMLError."""
    return yaml.load(text, LOADER)  # noqa: S506 — both loaders are safe
