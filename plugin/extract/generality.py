"""Whether an expression matches so many failures that it distinguishes none."""

from functools import cache

from plugin.extract.pattern_files import built_in
from plugin.extract.regex import regex, regex_within

_MOST_PERCENT = 10
"""Percentage of the failures of other tools that an expression for one failure may match."""


class TooGeneralError(ValueError):
    """An expression matches too many failures; `str(error)` is the reason."""


def check_specific(expression: str) -> None:
    """Raise ExpressionError for an invalid or too large expression, TooGeneralError for one that matches too much.

    The examples of the built-in patterns are failures of hundreds of tools.
    """
    regex_within(expression)
    search = regex(expression).search
    examples = _examples()
    matched = sum(any(map(search, lines)) for lines in examples)
    if 100 * matched > _MOST_PERCENT * len(examples):
        raise TooGeneralError(
            f"match is too general: it fits {matched} of {len(examples)} failures of different tools; name the cause"
        )


@cache
def _examples() -> tuple[tuple[bytes, ...], ...]:
    return tuple(tuple(pattern.example.encode().splitlines()) for pattern in built_in().patterns)
