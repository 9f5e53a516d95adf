"""Literals that an expression requires: every match contains one of them.

The parser is that of the standard library's `re`. Its syntax is close to RE2's; an expression that it cannot read has
no required literals and is tried on every text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from re import _constants as ops  # type: ignore[attr-defined]  # there is no public parser
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 24
"""Maximum number of literals of one expression."""
_SHORTEST, _LONGEST = 4, 24
"""Bounds of a literal's size in bytes."""


def required_literals(expression: str) -> frozenset[str]:
    """Return lower-case literals of which every match contains one; none if the expression requires no literal."""
    try:
        return _of_sequence(parser.parse(expression)) or frozenset()
    except re.error:
        return frozenset()


def distinctive(literals: Sequence[Iterable[str]]) -> list[list[str]]:
    """Return the literals of all expressions, each cut so that it begins with its rarest four bytes."""
    grams = Counter(gram for group in literals for literal in group for gram in set(_grams(literal)))
    return [sorted({_from_rarest(literal, grams) for literal in group}) for group in literals]


def _from_rarest(literal: str, grams: Counter[str]) -> str:
    rarest = min(_grams(literal), key=grams.__getitem__)
    return literal[literal.index(rarest) :]


def _grams(literal: str) -> list[str]:
    return [literal[at : at + _SHORTEST] for at in range(len(literal) - _SHORTEST + 1)]


def _of_sequence(items: Any) -> frozenset[str] | None:
    """Return the best set of literals that any part of the sequence requires."""
    best: frozenset[str] | None = None
    run = ""
    for operator, argument in items:
        character = _character(operator, argument)
        if character is None and operator is ops.AT:
            continue
        if character is not None:
            run += character
            continue
        best = _better(best, _single(run))
        run = ""
        best = _better(best, _of_item(operator, argument))
    return _better(best, _single(run))


def _of_item(operator: Any, argument: Any) -> frozenset[str] | None:
    if operator is ops.SUBPATTERN:
        return _of_sequence(argument[-1])
    if operator in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[0] > 0:
        return _of_sequence(argument[2])
    if operator is ops.BRANCH:
        branches = [_of_sequence(branch) for branch in argument[1]]
        together = frozenset(literal for branch in branches if branch for literal in branch)
        return together if all(branches) and len(together) <= _MOST else None
    return None


def _character(operator: Any, argument: Any) -> str | None:
    """Return the lower-case ASCII character if the item matches it and nothing else, apart from its case."""
    if operator is ops.LITERAL:
        return chr(argument).lower() if argument < 0x80 else None
    if operator is ops.IN and all(kind is ops.LITERAL and code < 0x80 for kind, code in argument):
        characters = {chr(code).lower() for _, code in argument}
        return characters.pop() if len(characters) == 1 else None
    return None


def _single(run: str) -> frozenset[str] | None:
    return frozenset({run[:_LONGEST]}) if len(run) >= _SHORTEST else None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Return the set whose shortest literal is longer, or the smaller one."""
    if not one or not other:
        return one or other
    return max(one, other, key=lambda literals: (min(8, *map(len, literals)), -len(literals)))
