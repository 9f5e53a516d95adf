"""Expressions of `re` that are compiled when they are used for the first time.

Compiling one takes up to 2 ms, more than importing its module, and most runs use few of them.
"""

import re
from collections.abc import Callable
from typing import Any, AnyStr, cast


class _LazyExpression:
    """An expression whose methods are those of the compiled one."""

    def __init__(self, compiled: Callable[[], re.Pattern[Any]]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._compiled(), name)  # `re` keeps compiled expressions, but for a few hundred only
        setattr(self, name, method)  # from now on, this method is not called
        return method


def lazily(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return the expression, which must be valid."""
    return cast("re.Pattern[AnyStr]", _LazyExpression(lambda: re.compile(pattern, flags)))
