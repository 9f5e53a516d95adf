"""Load and apply forms: expressions for lines of a known kind, kept in YAML beside the code."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import re2

from plugin.extract.documents import documents, expression_key, required_literals
from plugin.extract.regex import LineSet, regex
from plugin.literals import LiteralIndex

_NEAR = 8
"""Lines below and above a message in which the name of its thing is."""
Groups = Mapping[str, str]
"""Texts of named groups; empty where a group is not part of the match."""


def load_forms(name: str) -> Mapping[str, Any]:
    """Return the content of a YAML file of this package, with the texts that it names filled in."""
    document: Mapping[str, Any] = documents()[name]
    return document


def groups(expression: str, line: bytes) -> Groups | None:
    """Return the named groups of the first match, or None."""
    match = _search(expression, line)
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
    return _search(expression, line) is not None


def _search(expression: str, line: bytes) -> re2._Match | None:
    """Return the first match. An expression is compiled only for a line that has one of the literals it requires."""
    literals = _required(expression)
    if literals:
        lowered = line.lower()
        if not any(literal in lowered for literal in literals):
            return None
    return regex(expression).search(line)


@cache
def _required(expression: str) -> tuple[bytes, ...]:
    return tuple(literal.encode() for literal in required_literals().get(expression_key(expression), ()))


class FormChoice:
    """Choice of the forms that can match a line, in less time than one search for each of dozens of forms."""

    def __init__(self, expressions: Sequence[str]) -> None:
        literals = [required_literals().get(expression_key(one), ()) for one in expressions]
        self._by_literal = [index for index, own in enumerate(literals) if own]
        self._others = [index for index, own in enumerate(literals) if not own]
        self._literals = LiteralIndex(literals[index] for index in self._by_literal)
        self._set = LineSet(expressions[index] for index in self._others)

    def possible(self, line: bytes) -> list[int]:
        """Return the indexes of the expressions that can match the line, in their order."""
        found = list(map(self._by_literal.__getitem__, self._literals.possible(line)))
        found += map(self._others.__getitem__, self._set.matching(line))
        return sorted(found)


def name_in(found: Groups) -> str:
    """Return the name among the groups: `name`, or `bare` where it is not quoted."""
    return (found.get("name") or found.get("bare") or "").strip(" `'\"‘’“”„«»")


def name_near(lines: Sequence[bytes], row: int, expression: str) -> str:
    """Return the first name in the lines below a message, else in those above it, the nearest first."""
    below = range(row + 1, min(len(lines), row + 1 + _NEAR))
    above = range(row - 1, max(-1, row - 1 - _NEAR), -1)
    for near in (*below, *above):
        if (found := groups(expression, lines[near])) and (name := name_in(found)):
            return name
    return ""


def nonblank_below(lines: Sequence[bytes], row: int, limit: int) -> list[int]:
    """Return the rows with text among the `limit` rows below `row`."""
    return [below for below in range(row + 1, min(len(lines), row + 1 + limit)) if lines[below].strip()]
