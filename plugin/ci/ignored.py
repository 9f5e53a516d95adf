"""Takes the pipeline files of a Woodpecker build, gives the steps whose failure does not count."""

from binascii import a2b_base64
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import yaml

from plugin.ci.fields import Record, records, text
from plugin.safe_yaml import LOADER

Ignored = Mapping[str, frozenset[str]]
"""By a workflow's name the names of its steps with `failure: ignore`."""

_LARGEST = 256 * 1024  # bytes; people do not write longer ones, and reading YAML is slow
_MERGES = 2  # how deep `<<: *defaults` is followed; the file is a stranger's, and merges can grow without end


def ignored(configs: object) -> Ignored:
    """The steps by the answer of `…/config`: files with `name` and base64 `data`. An unreadable one ignores nothing."""
    return {_workflow(text(config.get("name"))): frozenset(_steps(config)) for config in records(configs)}


def _workflow(file_name: str) -> str:
    """As Woodpecker names a workflow: the file's name without folder, leading dot and ending (`SanitizePath`)."""
    name = PurePosixPath(file_name).name
    return name.removesuffix(".yml").removesuffix(".yaml").removeprefix(".")


def _steps(config: Record) -> Iterator[str]:
    pipeline = _document(text(config.get("data")))
    for key in ("steps", "pipeline"):  # the second until 1.x
        for name, step in _named(_item(pipeline, key)):
            if _scalar(_item(step, "failure")) == "ignore":
                yield name or _scalar(_item(step, "name"))


def _named(steps: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """The steps of a mapping with their names, or of a list without."""
    if isinstance(steps, yaml.MappingNode):
        yield from ((_scalar(key), step) for key, step in steps.value)
    elif isinstance(steps, yaml.SequenceNode):
        yield from (("", step) for step in steps.value)


def _document(data: str) -> yaml.Node | None:
    """The file as a graph of nodes, nothing of it built or merged."""
    try:
        source = a2b_base64(data)
        return yaml.compose(source, Loader=LOADER) if len(source) < _LARGEST else None
    except (ValueError, RecursionError, yaml.YAMLError):
        return None


def _item(node: yaml.Node | None, key: str, merges: int = _MERGES) -> yaml.Node | None:
    """What a mapping holds under a key, by itself or merged from another."""
    if not isinstance(node, yaml.MappingNode):
        return None
    merged: list[yaml.Node] = []
    for name, value in node.value:
        if _scalar(name) == key:
            found: yaml.Node = value
            return found
        if _scalar(name) == "<<":
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
    return next(filter(None, (_item(other, key, merges - 1) for other in merged)), None) if merges else None


def _scalar(node: yaml.Node | None) -> str:
    return text(node.value) if isinstance(node, yaml.ScalarNode) else ""
