"""Evidence for patterns whose words other tools print as well: the tool must be named in the line, nearby or above it.

A pattern declares what counts as evidence for its tool in the field `evidence`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cached_property

from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.regex import regex

NEARBY = 40
"""Maximum number of lines between a line and its evidence, above or below."""
_COMMANDS = (b"+ ", b"$ ", b"##[group]Run ", b"[command]")
"""Prefixes of a line that names the command whose output follows."""


class ToolEvidence:
    """Lines of a log that name tools, found once for each expression."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines
        self._by_expression: dict[str, list[int]] = {}

    def best_pattern(
        self, catalogue: Catalogue, line: bytes, rows: Sequence[int], refused: Container[str]
    ) -> Pattern | None:
        """Return the best pattern that matches `line`, which `rows` have, and that has its evidence."""
        unsupported: set[str] = set()
        while pattern := catalogue.matching(line, _Either(refused, unsupported)):
            if self.supports(pattern, rows):
                return pattern
            unsupported.add(pattern.id)
        return None

    def supports(self, pattern: Pattern, rows: Iterable[int]) -> bool:
        """Return whether there is evidence for one of the rows, or the pattern needs none."""
        if not pattern.evidence:
            return True
        places = self._rows(pattern.evidence)
        return bool(places) and any(self._near(row, places) for row in rows)

    def _near(self, row: int, places: Sequence[int]) -> bool:
        after = bisect_left(places, row - NEARBY)
        if after < len(places) and places[after] <= row + NEARBY:
            return True
        command = bisect_right(self._commands, row) - 1
        return command >= 0 and _contains(places, self._commands[command])

    def _rows(self, expression: str) -> list[int]:
        places = self._by_expression.get(expression)
        if places is None:
            search: Callable[[bytes], object] = regex(expression).search
            places = [row for row, line in enumerate(self._lines) if search(line)]
            self._by_expression[expression] = places
        return places

    @cached_property
    def _commands(self) -> list[int]:
        return [row for row, line in enumerate(self._lines) if line.startswith(_COMMANDS)]


def command_above(row: int, lines: Sequence[bytes]) -> bytes:
    """Return the command whose output the row is in, empty if the log names none."""
    for line in reversed(lines[: row + 1]):
        prefix = next((prefix for prefix in _COMMANDS if line.startswith(prefix)), None)
        if prefix and any(character.isalpha() for character in line.decode("utf-8", "replace")[len(prefix) :]):
            return line.removeprefix(prefix)
    return b""


class _Either:
    """Ids that are in one of two collections."""

    def __init__(self, first: Container[str], second: Container[str]) -> None:
        self._both = (first, second)

    def __contains__(self, value: object) -> bool:
        return any(value in one for one in self._both)


def _contains(places: Sequence[int], row: int) -> bool:
    index = bisect_left(places, row)
    return index < len(places) and places[index] == row
