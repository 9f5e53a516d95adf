"""Compiled regular expressions in RE2 syntax, which take time linear in the text for every expression."""

from collections.abc import Iterable, Sequence
from functools import cache

import re2

_MEMORY = 16 << 20
"""Bytes that one automaton may use before RE2 falls back to a slower one or restarts it."""
_SMALL_MEMORY = 1 << 19
"""Bytes that an untrusted expression may use. RE2 rejects a larger one when compiling it."""
_BATCH = 30
"""Expressions in one automaton of a RareSet. More expressions need more memory, fewer need more passes over a line."""
LONGEST = 1000
"""Maximum length of an untrusted expression, in characters."""


class ExpressionError(ValueError):
    """An expression is not valid RE2 syntax, or too large. `str(error)` is the reason.

    RE2 supports neither look-around nor back references.
    """


def _options(memory: int = _MEMORY) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


@cache
def regex(expression: str) -> re2._Regexp:
    """Return the compiled expression, for searches in bytes. Raise ExpressionError."""
    return _compiled(expression, _MEMORY)


def regex_within(expression: str) -> None:
    """Raise ExpressionError for an expression that is invalid, or larger than an untrusted expression may be."""
    if len(expression) > LONGEST:
        raise ExpressionError(f"an expression of more than {LONGEST} characters")
    _compiled(expression, _SMALL_MEMORY)


def matches_everything(expression: str) -> bool:
    """Return whether the expression appears to match every line. Raise ExpressionError."""
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
    """Set of expressions that are matched against a line in one pass."""

    def __init__(self, expressions: Iterable[str]) -> None:
        together = re2.Set.SearchSet(_options())
        indexes = [together.Add(expression) for expression in expressions]
        together.Compile()
        self._match = together.Match if indexes else _none

    def matching(self, line: bytes) -> Sequence[int]:
        """Return the indexes of the expressions that match."""
        return self._match(line) or ()


class WordFilter(LineSet):
    """LineSet for expressions that few lines match: RE2 tries an expression only on lines that hold its literals."""

    def __init__(self, expressions: Iterable[str]) -> None:
        words = re2.Filter()
        indexes = [words.Add(expression, _options()) for expression in expressions]
        words.Compile()
        self._match = words.Match if indexes else _none


def _none(_line: bytes) -> None:
    """Return RE2's result for "no match". RE2 itself does not accept an empty set."""


class RareSet:
    """Set of hundreds of expressions that few lines match.

    Expressions that are anchored at the start of a line are sorted and matched in batches: their automaton rejects a
    line early, and the more similar their beginnings, the earlier. The others use RE2's filter, which would be several
    times as large for all expressions.
    """

    def __init__(self, expressions: Iterable[str]) -> None:
        texts = [f"(?m:{expression})" for expression in expressions]  # for `matches_any`; the same for one line
        by_text = sorted(range(len(texts)), key=texts.__getitem__)
        leading = [index for index in by_text if texts[index].startswith("(?m:^")]
        others = [index for index in by_text if not texts[index].startswith("(?m:^")]
        batches = [leading[at : at + _BATCH] for at in range(0, len(leading), _BATCH)]
        self._sets: list[tuple[list[int], LineSet]] = [
            *((batch, LineSet(texts[index] for index in batch)) for batch in batches),
            (others, WordFilter(texts[index] for index in others)),
        ]

    def matching(self, line: bytes) -> list[int]:
        """Return the indexes of the expressions that match, in ascending order."""
        found: list[int] = []
        for indexes, line_set in self._sets:
            found += map(indexes.__getitem__, line_set.matching(line))
        return sorted(found)

    def matches_any(self, lines: bytes) -> bool:
        """Return whether an expression matches in the lines, or only across their ends."""
        return any(line_set.matching(lines) for _, line_set in self._sets)
