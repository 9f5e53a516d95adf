"""The built-in patterns and expressions: compiled, or from the YAML files where these were edited since."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any, overload

from plugin import compiled_data
from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.documents import COMPILED, OTHERS, pattern_paths, take_compiled
from plugin.frozen import frozen


@frozen
class BuiltInData:
    """Contents of the pattern files, of noise.yaml and of features.yaml."""

    patterns: Sequence[Pattern]
    noise: tuple[str, ...]
    features: Mapping[str, str]
    literals: Sequence[Collection[str]] = ()
    """For each pattern, what `Catalogue` uses to narrow the choice; empty without the compiled data."""
    problems: tuple[str, ...] = ()
    """Reasons why pattern files or entries cannot be used. The tests check that there are none."""


class CompiledPatterns(Sequence[Pattern]):
    """Patterns that are read one by one when they are needed, because a log needs a fifth of them. Safe in threads."""

    def __init__(self, offsets: Sequence[int]) -> None:
        """`offsets` are those of the patterns in the compiled file."""
        self._offsets = offsets
        self._file = open(COMPILED, "rb")  # noqa: SIM115 — for as long as the program runs: half a MB less than to keep its lines
        self._position = Lock()
        """Held while the position in the file matters: logs of earlier builds are analyzed in threads."""
        self._read: dict[int, Pattern] = {}

    def __del__(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Pattern: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Pattern]: ...
    def __getitem__(self, index: int | slice) -> Pattern | Sequence[Pattern]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        pattern = self._read.get(index)
        if pattern is None:
            with self._position:
                fields = compiled_data.element(self._file, self._offsets[index])
            pattern = self._read.setdefault(index, Pattern(**fields))
        return pattern


@cache
def built_in() -> Catalogue:
    """Return the catalogue of the built-in patterns."""
    data = built_in_data()
    return Catalogue(data.patterns, data.noise, literals=data.literals)


def built_in_problems() -> tuple[str, ...]:
    """Return the problems of the built-in patterns. The tests check that there are none."""
    return from_yaml().problems


@cache
def built_in_data() -> BuiltInData:
    """Return the built-in patterns and expressions."""
    parts = take_compiled("patterns", "literals", "noise", "features")
    if parts is None:
        return from_yaml()
    offsets, literals, noise, features = parts
    return BuiltInData(CompiledPatterns(offsets), tuple(noise), features, literals)


def pattern_files() -> Iterator[tuple[str, str]]:
    """Yield the name and text of each pattern file, in order of priority."""
    for path in pattern_paths():
        yield os.path.basename(path), compiled_data.read(path).decode("utf-8")


def from_yaml() -> BuiltInData:
    """Return the contents of the YAML files, without the literals of patterns."""
    import yaml

    from plugin import untrusted_yaml
    from plugin.extract.pattern_entries import parse_entries

    patterns: list[Pattern] = []
    problems: list[str] = []
    for path in pattern_paths():
        name = os.path.basename(path)
        try:
            document = untrusted_yaml.load(compiled_data.read(path)) or {}
        except yaml.YAMLError as error:
            problems.append(f"{name}: {' '.join(str(error).split())}")
            continue
        parsed, invalid = parse_entries(document, name, {pattern.id for pattern in patterns})
        patterns += parsed
        problems += invalid
    noise, features = (untrusted_yaml.load(compiled_data.read(path)) for path in OTHERS)
    matches = tuple(entry["match"] for entry in noise)
    expressions = {name: _expression(value) for name, value in features.items()}
    return BuiltInData(tuple(patterns), matches, expressions, problems=tuple(problems))


def _expression(value: str | Mapping[str, Any]) -> str:
    """Return the expression of a feature that features.yaml has whole, or as alternatives."""
    if isinstance(value, str):
        return value
    return "|".join((f"{value['after']}(?:{'|'.join(value['any'])})", *value.get("anywhere", ())))
