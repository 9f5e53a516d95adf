"""Takes regular expressions in RE2 syntax, gives them compiled: linear in the text, whatever a person writes."""

from collections.abc import Iterable, Sequence
from functools import cache

import re2

_MEMORY = 16 << 20
"""Bytes that one automaton may use before RE2 falls back to a slower one, or begins it anew."""
_SMALL_MEMORY = 1 << 19
"""What an expression of a stranger may need: RE2 refuses a larger one while it compiles it."""
_TOGETHER = 105
"""Expressions in one automaton of a RareSet: with more it grows, with fewer each line is asked more often."""
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
        together = re2.Set.SearchSet(_options())
        places = [together.Add(expression) for expression in expressions]
        together.Compile()
        self._match = together.Match if places else _none

    def matching(self, line: bytes) -> Sequence[int]:
        """Places of the expressions that match."""
        return self._match(line) or ()


class WordFilter(LineSet):
    """The same for many that few lines match: RE2 tries one only where the words in it are there."""

    def __init__(self, expressions: Iterable[str]) -> None:
        words = re2.Filter()
        places = [words.Add(expression, _options()) for expression in expressions]
        words.Compile()
        self._match = words.Match if places else _none


def _none(_line: bytes) -> None:
    """What RE2 says of no expressions; it cannot be asked about none."""


class RareSet:
    """Hundreds of expressions that few lines match.

    Those that begin at the start of a line are asked many at a time, for their automaton soon gives up, the sooner the
    more alike they begin. The others are left to RE2's filter, which for all of them would be several times as large.
    """

    def __init__(self, expressions: Iterable[str]) -> None:
        texts = list(expressions)
        by_text = sorted(range(len(texts)), key=texts.__getitem__)
        leading = [place for place in by_text if texts[place].startswith("^")]
        others = [place for place in by_text if not texts[place].startswith("^")]
        batches = [leading[at : at + _TOGETHER] for at in range(0, len(leading), _TOGETHER)]
        self._asked: list[tuple[list[int], LineSet]] = [
            *((batch, LineSet(texts[place] for place in batch)) for batch in batches),
            (others, WordFilter(texts[place] for place in others)),
        ]

    def matching(self, line: bytes) -> list[int]:
        """Places of the expressions that match, lowest first."""
        found: list[int] = []
        for places, asked in self._asked:
            found += map(places.__getitem__, asked.matching(line))
        return sorted(found)
