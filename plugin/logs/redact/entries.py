"""Entries of patterns.yaml: formats of well-known secrets."""

import base64
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from plugin import compiled_data
from plugin.logs.redact.regex import any_of
from plugin.text.lazy_expression import lazily

CATALOGUE = os.path.join(os.path.dirname(__file__), "patterns.yaml")
COMPILED = os.path.join(os.path.dirname(__file__), "compiled.json")
_AFTER_A_NAME = any_of(("=", ":", " =", " :", '"', "'", "\\"))
_ESCAPES = ("%20", "%22", "%3A", "%3D", r"\n", r"\r", r"\t", *(f"{digit}m" for digit in range(10)))
_BEFORE_A_WORD = any_of((*"\n\t =:,;>|`@\"'([{/", *_ESCAPES))
_BOUNDARY = r"\b"
_WORD_BEGINS = r"(?:\b|%[0-9A-Fa-f]{2}|\\[nrtfv]|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|033|e)(?:\[[0-9;]*m)?)"
"""A boundary, or an escape as in `?token%3Dghp_…` and `"line\\nghp_…"`: it ends in a letter or digit."""
FRAGMENTS = "FRAGMENTS"
"""The key of the named parts of patterns in patterns.yaml."""
_FRAGMENT = lazily(r"\(\?&(\w+)\)")


class SecretPattern(NamedTuple):
    """One entry of patterns.yaml, which documents the fields."""

    id: str
    match: str
    example: str
    unless: str = ""
    begins: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    detect: str = ""
    line_test: str = ""
    not_named: str = ""
    random: bool = False
    reach: int = 600
    wraps: bool = True

    @property
    def pattern(self) -> str:
        """`match`, extended to secrets that a line wrap splits and to secrets after an escape."""
        return _extended(self.match, self.wraps)

    @property
    def presence(self) -> str:
        """RE2 expression that a line must match for the entry to be tried on it."""
        return "|".join(filter(None, (*self.literals(), self.line_test or self.detect)))

    @property
    def base_literals(self) -> tuple[str, ...]:
        """Lower-case literals of which a text without line ends must contain one; none if `detect` finds the lines."""
        literals = (*self.begins, *self.has, *self.names, *self.words)
        return () if self.detect else tuple(literal.lower() for literal in literals)

    def literals(self, *, without: str = "") -> tuple[str, ...]:
        """Return RE2 expressions for literals (`without` one) of which a text must contain one to try the entry."""
        whole = (*self.begins, *self.has)
        split = [f"{literal[:at]}\n{literal[at:]}" for literal in whole for at in range(1, len(literal))]
        names = {cased for name in self.names for cased in (name, name.upper(), name.capitalize())}
        return (
            *((any_of({*whole, *(split if self.wraps else ())} - {without}),) if whole else ()),
            *((f"(?:{any_of(names)})(?:{_AFTER_A_NAME})",) if names else ()),
            *((f"(?:{_BEFORE_A_WORD})(?:{any_of(self.words)})",) if self.words else ()),
        )


@cache
def secret_patterns() -> tuple[SecretPattern, ...]:
    """Return the entries of patterns.yaml in their order."""
    data = _compiled()
    if data is None:
        return from_yaml()
    return tuple(SecretPattern(**compiled_data.arguments(fields)) for fields in data["entries"])


@cache
def encoded_begins() -> frozenset[str]:
    """Return the base64 of all literals that secrets begin with."""
    data = _compiled()
    return begins_from_yaml() if data is None else frozenset(data["encoded_begins"])


def begins_from_yaml() -> frozenset[str]:
    """Return what `encoded_begins` returns, from patterns.yaml."""
    return frozenset(form for entry in from_yaml() for begin in entry.begins for form in _base64_forms(begin))


@cache
def _compiled() -> dict[str, Any] | None:
    return compiled_data.load(COMPILED, (CATALOGUE,))


def from_yaml() -> tuple[SecretPattern, ...]:
    """Return the entries of patterns.yaml, with fragments filled in."""
    from plugin import untrusted_yaml  # late: needed only if the compiled file is stale

    entries: dict[str, dict[str, Any]] = untrusted_yaml.load(compiled_data.read(CATALOGUE))
    fragments = entries.pop(FRAGMENTS)
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(("begins", "has", "names", "words", "misses"), ())

    def filled(value: Any) -> Any:
        return _FRAGMENT.sub(lambda name: filled(fragments[name[1]]), value) if isinstance(value, str) else value

    def fields(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {name: tuple(value) if name in lists else filled(value) for name, value in {**lists, **entry}.items()}

    return tuple(SecretPattern(id=name, **fields(entry)) for name, entry in entries.items())


def _base64_forms(begin: str) -> Iterator[str]:
    """Yield the base64 of the literal at each of three alignments, as far as it depends on the literal alone."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + begin.encode()).decode().rstrip("=")
        form = encoded[-(-before * 8 // 6) : (before + len(begin)) * 8 // 6]
        if len(form) >= 4:
            yield form


@cache
def _extended(match: str, wraps: bool) -> str:  # noqa: FBT001 — the key of a cache
    pattern = wrapping(match) if wraps and "(?P<" not in match else match
    return f"{_WORD_BEGINS}{pattern.removeprefix(_BOUNDARY)}" if pattern.startswith(_BOUNDARY) else pattern


_PIECE = lazily(
    r"(?P<as_is>\\b|\(\?\w*[:)]|[(|^$]|\)(?:\{[\d,]+\}|[+*?])?)"
    r"|(?P<one>\[(?:\\.|[^\]\\])*\]|\\.|[^\\])(?P<times>\{\d+(?:,\d*)?\}|[+*?])?"
)
_LAST = lazily(r"(?:\)|\\b)*$")
_TIMES = {"+": "{1,}", "*": "{0,}", "?": "{0,1}", None: "{1}"}


def wrapping(pattern: str) -> str:
    """Return the pattern of a token, extended to tokens that a line wrap splits.

    The required part may be split anywhere. The optional part at the end continues in the next line only as a long run
    (16 or more characters). Otherwise the first word of every line after a token would be masked, too.
    """
    return _PIECE.sub(_wrapping_piece, pattern)


def _wrapping_piece(piece: re.Match[str]) -> str:
    if piece["as_is"]:
        return piece["as_is"]
    one = piece["one"]
    least, comma, most = _TIMES.get(piece["times"], piece["times"])[1:-1].partition(",")
    if not _LAST.match(piece.string, piece.end()):
        return f"(?:{one}\\n?){{{least}{comma}{most}}}"
    if least == "0":
        return piece[0]
    before = f"(?:{one}\\n?){{{int(least) - 1}}}"
    if comma and not most:
        return f"{before}{one}+(?:\\n{one}{{16,}})*"
    return f"{before}{one}{{1,{int(most or least) - int(least) + 1}}}"
