"""Load YAML from untrusted sources as plain texts, lists and mappings, with limits on size and depth."""

import json
from typing import Any

import yaml

from plugin.model.message import Message

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_CHARACTERS = 256 * 1024
"""Maximum length of a document."""
_MAX_DEPTH = 8
_MAX_NODES = 20_000
_NULL = "tag:yaml.org,2002:null"


class UnusableYamlError(ValueError):
    """The document cannot be used; `str(error)` is the reason on one line."""


def load_plain(text: str) -> tuple[object, tuple[str, ...]]:
    """Return the document with every scalar as text, and messages about the parts that were left out.

    Raise UnusableYamlError.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnusableYamlError(Message("more than {most} KiB are not read", most=MAX_CHARACTERS // 1024))
    text = _text(_without_surrogate_escapes(text))
    try:
        _check(text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise UnusableYamlError(" ".join(str(error).split())) from None
    left_out: list[str] = []
    return (None if node is None else _value(node, left_out)), tuple(left_out)


def _check(text: str) -> None:
    """Check the limits on the stream of events, which takes no memory and no recursion, before building nodes."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=LOADER):
        for attribute in ("anchor", "tag"):
            if getattr(event, attribute, None):
                raise UnusableYamlError(
                    Message("anchors, aliases and tags are not supported here (line {line})", line=_line(event))
                )
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH or nodes > _MAX_NODES:
            raise UnusableYamlError(
                Message(
                    "more than {max_depth} levels or {max_nodes} values are not read",
                    max_depth=_MAX_DEPTH,
                    max_nodes=_MAX_NODES,
                )
            )


def _value(node: yaml.Node, left_out: list[str]) -> object:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == _NULL else _text(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, left_out) for item in node.value]
    mapping: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            left_out.append(Message("line {line}: a key must be text", line=_line(key)))
        elif _text(key.value) in mapping:
            left_out.append(
                Message(
                    "duplicate key {value} (again in line {line}); the first one is used",
                    value=key.value,
                    line=_line(key),
                )
            )
        else:
            mapping[_text(key.value)] = _value(value, left_out)
    return mapping


def _without_surrogate_escapes(text: str) -> str:
    r"""Return the document without JSON's `\ud83d\ude00` escapes, which YAML does not know."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False) if "\\u" in text else text
    except (ValueError, RecursionError):
        return text


def _text(value: str) -> str:
    """Return the text without lone surrogates, which cannot be encoded."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(marked: Any) -> int:
    return int(marked.start_mark.line) + 1


def load(text: str | bytes) -> Any:
    """Return the value of a trusted document. Raise yaml.YAMLError."""
    return yaml.load(text, LOADER)  # noqa: S506 — both loaders are safe
