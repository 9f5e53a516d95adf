"""What Woodpecker's API hides and a build's pipeline files contain: commands, steps that are ignored or detached."""

from binascii import a2b_base64
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import yaml

from plugin.frozen import frozen
from plugin.http.json_fields import Record, records, text
from plugin.untrusted_yaml import LOADER

StepCommands = Mapping[str, frozenset[str]]
"""The commands of steps, by the step's name."""
Names = Mapping[str, frozenset[str]]
"""Names of some steps of a workflow, by the workflow's name."""

_LARGEST = 256 * 1024  # bytes; people do not write longer files, and YAML is slow to parse
_MERGES = 2  # how deep `<<: *defaults` is followed; the file is untrusted, and merges can grow without end


_TRUE = ("true", "yes", "on", "y")


@frozen
class Hidden:
    """Properties of steps that the API does not return."""

    ignored: Names
    """Steps with `failure: ignore`."""
    detached: Names
    """Steps with `detach: true`."""
    commands: Mapping[str, StepCommands]
    """The commands of each workflow's steps, by the workflow's name."""


def hidden(configs: object) -> Hidden:
    """Return the steps from the response of `…/config`: files with `name` and base64 `data`.

    A file that cannot be parsed contributes none.
    """
    steps = {_workflow(text(config.get("name"))): list(_steps(config)) for config in records(configs)}
    return Hidden(
        ignored=_with(steps, lambda step: _scalar(_item(step, "failure")) == "ignore"),
        detached=_with(steps, lambda step: _scalar(_item(step, "detach")).lower() in _TRUE),
        commands={workflow: {step: _commands(node) for step, node in nodes} for workflow, nodes in steps.items()},
    )


_Step = tuple[str, yaml.Node]


def _with(steps: Mapping[str, list[_Step]], wanted: Callable[[yaml.Node], bool]) -> Names:
    return {name: frozenset(step for step, node in nodes if wanted(node)) for name, nodes in steps.items()}


def _workflow(file_name: str) -> str:
    """Return the workflow's name as Woodpecker derives it: no folder, leading dot or extension (`SanitizePath`)."""
    name = PurePosixPath(file_name).name
    return name.removesuffix(".yml").removesuffix(".yaml").removeprefix(".")


def _steps(config: Record) -> Iterator[_Step]:
    pipeline = _document(text(config.get("data")))
    for key in ("steps", "pipeline"):  # the second until 1.x
        for name, step in _named(_item(pipeline, key)):
            yield name or _scalar(_item(step, "name")), step


def _named(steps: yaml.Node | None) -> Iterator[_Step]:
    """Yield the steps of a mapping with their names, or those of a list without."""
    if isinstance(steps, yaml.MappingNode):
        yield from ((_scalar(key), step) for key, step in steps.value)
    elif isinstance(steps, yaml.SequenceNode):
        yield from (("", step) for step in steps.value)


def _document(data: str) -> yaml.Node | None:
    """Return the file as a graph of nodes, without constructing or merging anything."""
    try:
        source = a2b_base64(data)
        return yaml.compose(source, Loader=LOADER) if len(source) < _LARGEST else None
    except (ValueError, RecursionError, yaml.YAMLError):
        return None


def _commands(step: yaml.Node) -> frozenset[str]:
    commands = _item(step, "commands")
    nodes = commands.value if isinstance(commands, yaml.SequenceNode) else [commands]
    return frozenset(filter(None, map(_scalar, nodes)))


def _item(node: yaml.Node | None, key: str, merges: int = _MERGES) -> yaml.Node | None:
    """Return the value of a key in a mapping, its own or one merged from another mapping."""
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
