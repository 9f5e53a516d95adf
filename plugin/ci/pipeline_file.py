"""The commands of each step, from the definitions of pipelines in the workspace.

The trace of a step repeats its commands; other lines that begin with a plus are the output of programs. The files may
be from a pull request: nothing but the marking of lines depends on them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from plugin.untrusted_yaml import UnusableYamlError, load_plain

_DOCUMENTS = re.compile(r"(?m)^---(?:\s.*)?$")
_MOST_DOCUMENTS = 100
_KEYS = ("steps", "pipeline", "services")
"""`pipeline` in Drone 0.8 and Woodpecker before 1.0."""

StepCommands = Mapping[str, frozenset[str]]
"""The commands of all steps of a name, by that name."""


def commands_of_steps(texts: Iterable[str]) -> StepCommands:
    """Return the commands in the definitions. What cannot be read is left out."""
    commands: dict[str, frozenset[str]] = {}
    for text in texts:
        for document in _documents(text):
            for name, own in _steps(document):
                commands[name] = commands.get(name, frozenset()) | own
    return commands


def _documents(text: str) -> Iterator[Mapping[str, object]]:
    for part in _DOCUMENTS.split(text)[:_MOST_DOCUMENTS]:
        try:
            document, _ = load_plain(part)
        except UnusableYamlError:
            continue
        if isinstance(document, dict):
            yield document


def _steps(document: Mapping[str, object]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield name and commands of each step: a list of steps with names, or a mapping by name."""
    for key in _KEYS:
        steps = document.get(key)
        if isinstance(steps, dict):
            named = list(steps.items())
        else:
            named = (
                [(one.get("name"), one) for one in steps if isinstance(one, dict)] if isinstance(steps, list) else []
            )
        for name, step in named:
            commands = step.get("commands") if isinstance(step, dict) else None
            listed = [commands] if isinstance(commands, str) else commands
            if isinstance(name, str) and isinstance(listed, list):
                yield name, frozenset(one for one in listed if isinstance(one, str))
