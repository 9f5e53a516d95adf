"""Compile regular expressions in RE2 syntax for the bytes of a log."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import re2

MEMORY = 16 << 20
"""Bytes that one automaton may use before RE2 starts it anew, or falls back to a slower one."""


def options() -> Any:
    """Return RE2's options for bytes, without messages on standard error."""
    chosen = re2.Options()
    chosen.encoding = re2.Options.Encoding.LATIN1
    chosen.log_errors = False
    chosen.max_mem = MEMORY
    return chosen


def expression(pattern: bytes) -> Any:
    """Return the compiled pattern. Raise re2.error."""
    return re2.compile(pattern, options())


@cache
def compiled(pattern: str) -> Any:
    """Return the compiled pattern, and keep it. Raise re2.error."""
    return expression(pattern.encode())


def any_of(literals: Iterable[str]) -> str:
    """Return a pattern for any of the literals."""
    return "|".join(map(re.escape, sorted(literals)))
