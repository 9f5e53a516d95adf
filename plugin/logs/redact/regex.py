"""Compiled regular expressions in RE2 syntax for the bytes of a log."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import re2

MEMORY = 16 << 20
"""Bytes that one automaton may use before RE2 restarts it, or falls back to a slower one."""


def options() -> Any:
    """Return RE2's options for bytes, without messages on standard error."""
    result = re2.Options()
    result.encoding = re2.Options.Encoding.LATIN1
    result.log_errors = False
    result.max_mem = MEMORY
    return result


def expression(pattern: bytes) -> Any:
    """Return the compiled pattern. Raise re2.error."""
    return re2.compile(pattern, options())


@cache
def compiled(pattern: str) -> Any:
    """Return the compiled pattern from a cache. Raise re2.error."""
    return expression(pattern.encode())


def any_of(literals: Iterable[str]) -> str:
    """Return a pattern for any of the literals."""
    return "|".join(map(re.escape, sorted(literals)))
