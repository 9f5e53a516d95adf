"""Catalogue of patterns: what tools print when they fail."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from plugin.extract.built_in_data import GENERIC_FILE, built_in_data
from plugin.extract.pattern import Pattern, without_program_prefix
from plugin.extract.regex import ExpressionError, LineSet, RareSet, regex
from plugin.literals import LiteralIndex

_NAME = re.compile(r"\(\?P<\w+>")
"""The start of a named group. A name may occur only once in an expression."""
_MOST_NARROWED = 3
"""Number of logs after which it takes less time to compile all patterns once."""


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """Expression for lines that are not shown."""

    expression: str
    origin: str
    """Where the rule is defined, for example "setting `ignore`"."""
    untrusted: bool = False
    """Whether a pull request can change the rule. It must then not hide the cause of a failure."""


@dataclass(frozen=True)
class Catalogue:
    """Patterns in order of priority, and expressions for lines that are never a cause."""

    patterns: tuple[Pattern, ...]
    noise: tuple[str, ...] = ()
    """Expressions for lines that built-in patterns must not match."""
    ignore: tuple[IgnoreRule, ...] = ()
    """Rules for lines that the user does not want to see."""

    def matching(self, line: bytes, refused: Container[str] = ()) -> Pattern | None:
        """Return the best pattern that matches the line (without newline), except those with `refused` ids.

        Order of precedence: trusted user-defined patterns, patterns of tools, untrusted patterns, generic patterns.
        Within each group, a pattern for a cause comes before one for a symptom.
        """
        found = self._all(line, refused)
        best = min(found, key=_priority, default=None)
        if best and not best.user_defined and self._noise.matching(line):
            return min((pattern for pattern in found if pattern.user_defined), key=_priority, default=None)
        if best and not best.untrusted:
            return best
        message = without_program_prefix(line)
        inner = self.matching(message, refused) if message != line else None
        return min(filter(None, (best, inner)), key=_priority, default=None)

    def _all(self, line: bytes, refused: Container[str]) -> list[Pattern]:
        return [
            pattern
            for pattern in map(self.patterns.__getitem__, self._set.matching(line))
            if not (pattern.id in refused or (pattern.unless and regex(pattern.unless).search(line)))
        ]

    def ignored(self, line: bytes) -> IgnoreRule | None:
        """Return the rule that hides the line, if any; a trusted rule before an untrusted one."""
        rules = [self.ignore[index] for index in self._ignored.matching(line)]
        return min(rules, key=lambda rule: rule.untrusted, default=None)

    @cached_property
    def user_expression(self) -> str:
        """One expression that matches whatever the user-defined patterns for causes match; empty if there are none."""
        expressions = [
            _NAME.sub("(", pattern.match)
            for pattern in self.patterns
            if pattern.user_defined and pattern.kind == "cause"
        ]
        combined = "(?m)" + "|".join(f"(?:{expression})" for expression in expressions)
        try:
            regex(combined)
        except ExpressionError:
            return ""  # too large together: they then apply only to the lines of a long log that are analyzed anyway
        return combined if expressions else ""

    def narrowed(self, lines: Sequence[bytes]) -> "Catalogue":
        """Return a catalogue of the patterns that can match in the lines, because most logs need few of them.

        After some logs, return this catalogue: by then, all patterns are compiled in less time.
        """
        if len(self._narrowed) >= _MOST_NARROWED:
            return self
        possible = self._index.possible(b"\n".join(lines))
        if possible not in self._narrowed:
            patterns = tuple(pattern for index, pattern in enumerate(self.patterns) if index in possible)
            self._narrowed[possible] = Catalogue(patterns, self.noise, self.ignore)
        return self._narrowed[possible]

    @cached_property
    def _narrowed(self) -> dict[frozenset[int], "Catalogue"]:
        return {}

    @cached_property
    def _index(self) -> LiteralIndex:
        return LiteralIndex(pattern.literals for pattern in self.patterns)

    @cached_property
    def _set(self) -> RareSet:
        return RareSet(pattern.match for pattern in self.patterns)

    @cached_property
    def _noise(self) -> LineSet:
        return LineSet(self.noise)

    @cached_property
    def _ignored(self) -> LineSet:
        return LineSet(rule.expression for rule in self.ignore)

    def extended(self, user_defined: Iterable[Pattern], ignore: Iterable[IgnoreRule]) -> "Catalogue":
        """Return this catalogue with the user's patterns before its own, and the user's ignore rules added."""
        return Catalogue((*user_defined, *self.patterns), self.noise, (*self.ignore, *ignore))


def _priority(pattern: Pattern) -> tuple[bool, bool, bool, bool]:
    """Return the sort key by which the best of several matching patterns comes first."""
    trusted = pattern.user_defined and not pattern.untrusted
    return (not trusted, pattern.place == GENERIC_FILE, pattern.untrusted, pattern.kind == "symptom")


@cache
def built_in() -> Catalogue:
    """Return the catalogue of the built-in patterns."""
    data = built_in_data()
    return Catalogue(data.patterns, data.noise)
