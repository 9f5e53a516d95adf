"""Takes regular expressions in RE2 syntax, gives them compiled: linear in the text, whatever a person writes."""

from collections.abc import Iterable
from functools import cache

import re2

_MEMORY = 16 << 20
"""Bytes that one expression's automaton may use before RE2 falls back to a slower one."""
_SMALL_MEMORY = 1 << 19
"""What an expression of a stranger may need: RE2 refuses a larger one while it compiles it."""
_TOGETHER = 100
LONGEST = 1000
"""Characters of an expression of a stranger."""


class ExpressionError(ValueError):
    """Not RE2 syntax (look-around and back references are not); `str(error)` is RE2's reason."""


def _options(memory: int = _MEMORY) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


@cache
def regex(expression: str) -> re2._Regexp:
    """Raises ExpressionError. To be searched in bytes."""
    return _compiled(expression, _MEMORY)


def regex_within(expression: str) -> None:
    """Raises ExpressionError, also for an expression that is larger than a line of a log asks for."""
    if len(expression) > LONGEST:
        raise ExpressionError(f"an expression of more than {LONGEST} characters")
    _compiled(expression, _SMALL_MEMORY)


def matches_everything(expression: str) -> bool:
    return all(regex(expression).search(line) for line in (b"", b"~", b"some words: 1"))


def _compiled(expression: str, memory: int) -> re2._Regexp:
    try:
        return re2.compile(expression.encode(), _options(memory))
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise ExpressionError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    except UnicodeEncodeError:
        raise ExpressionError("not Unicode text") from None


class LineSet:
    """Many expressions, asked at once which of them a line matches."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self._set = re2.Set.SearchSet(_options())
        self._empty = True
        for expression in expressions:
            self._set.Add(expression)
            self._empty = False
        self._set.Compile()

    def matching(self, line: bytes) -> list[int]:
        """Places of the expressions that match."""
        return [] if self._empty else self._set.Match(line) or []


class WordFilter:
    """Many expressions that few lines match: RE2 tries one only where the words in it are there."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self._filter = re2.Filter()
        self._empty = True
        for expression in expressions:
            self._filter.Add(expression, _options())
            self._empty = False
        self._filter.Compile()

    def matching(self, line: bytes) -> list[int]:
        """Places of the expressions that match."""
        return [] if self._empty else self._filter.Match(line) or []


class RareSet:
    """Hundreds of expressions that few lines match.

    Those that begin at the start of a line are asked a hundred at a time, for their automaton soon gives up; a filter
    for as many others is several times as large.
    """

    def __init__(self, expressions: Iterable[str]) -> None:
        texts = list(expressions)
        leading = [place for place, text in enumerate(texts) if text.startswith("^")]
        others = [place for place, text in enumerate(texts) if not text.startswith("^")]
        batches = [leading[at : at + _TOGETHER] for at in range(0, len(leading), _TOGETHER)]
        self._asked: list[tuple[list[int], LineSet | WordFilter]] = [
            *((batch, LineSet(texts[place] for place in batch)) for batch in batches),
            (others, WordFilter(texts[place] for place in others)),
        ]

    def matching(self, line: bytes) -> list[int]:
        """Places of the expressions that match, lowest first."""
        return sorted(places[found] for places, asked in self._asked for found in asked.matching(line))
