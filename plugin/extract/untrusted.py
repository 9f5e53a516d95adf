"""Limits for patterns that a pull request could have written: they must not match most of a log or replace a tool's."""

from collections.abc import Container, Mapping, Sequence
from functools import cache

from plugin.extract.blocks import block
from plugin.extract.candidates import Candidates
from plugin.extract.catalogue import GENERIC_FILE, Catalogue, Pattern, built_in, without_program_prefix
from plugin.extract.normalize import normalize
from plugin.extract.regex import LineSet, regex

_FEWEST_LINES = 50
"""Lines that a log must have before a pattern can match too many of them."""
_MOST_NOTES = 3


def too_general(catalogue: Catalogue, candidates: Candidates) -> Mapping[str, str]:
    """Return the ids of untrusted patterns that match most of a log, each with the reason to refuse it.

    Counted are distinct lines, with numbers, hashes and paths masked. A log of nothing but messages of one tool is what
    a pattern for that tool is meant for: one that matches no other tool's messages is not refused there.
    """
    patterns = [one for one in catalogue.patterns if one.untrusted]
    if not patterns or candidates.total < _FEWEST_LINES:
        return {}
    matched = _matched_forms(patterns, candidates)
    commands = {normalize(line) for line in candidates.lines if line.startswith(b"+ ")}
    forms = {normalize(line) for line in candidates.lines if line.strip()}
    return {
        pattern.id: f"{pattern.place}, {pattern.id}: not used for this log, because it matches {len(found)} of "
        f"{len(forms)} different lines"
        for pattern, found in zip(patterns, matched, strict=True)
        if 2 * len(found) > len(forms) and not (forms - commands <= found and _specific(pattern.match))
    }


def notes(refused: Mapping[str, str]) -> tuple[str, ...]:
    """Return the reasons as a bounded number of notes for the report."""
    more = len(refused) - _MOST_NOTES
    shown = list(refused.values())[:_MOST_NOTES]
    return (*shown, f"and {more} more patterns that match too many lines") if more > 0 else tuple(shown)


def settle(
    patterns: dict[int, Pattern], catalogue: Catalogue, lines: Sequence[bytes], refused: Container[str]
) -> dict[int, Pattern]:
    """Return `patterns` (by row) without the untrusted ones in whose block a tool's own pattern matches, or that stand
    in the block of a tool's own pattern; such a row gets the next pattern that matches it, if any."""
    untrusted = {row: pattern for row, pattern in patterns.items() if pattern.untrusted}
    if not untrusted:
        return patterns
    tools = {
        row: pattern for row, pattern in patterns.items() if not pattern.user_defined and pattern.place != GENERIC_FILE
    }
    covered = {place for row, pattern in tools.items() for place in block(pattern, row, lines)}
    settled = dict(patterns)
    others = {pattern.id for pattern in catalogue.patterns if pattern.untrusted or pattern.id in refused}
    for row, pattern in untrusted.items():
        if row in covered or any(place in tools for place in block(pattern, row, lines)):
            del settled[row]
            if other := catalogue.matching(lines[row], others):
                settled[row] = other
    return dict(sorted(settled.items()))


def _matched_forms(patterns: Sequence[Pattern], candidates: Candidates) -> list[set[bytes]]:
    """Return the distinct masked lines that each pattern matches."""
    together = LineSet(pattern.match for pattern in patterns)
    found: list[set[bytes]] = [set() for _ in patterns]
    for line in dict.fromkeys(candidates.lines):
        if not line.strip():
            continue
        for place in {*together.matching(line), *together.matching(without_program_prefix(line))}:
            unless = patterns[place].unless
            if not (unless and regex(unless).search(line)):
                found[place].add(normalize(line))
    return found


def _specific(expression: str) -> bool:
    """Whether hardly any line of the built-in patterns' examples matches."""
    search = regex(expression).search
    return 100 * sum(search(line) is not None for line in _examples()) < len(_examples())


@cache
def _examples() -> tuple[bytes, ...]:
    return tuple(line for pattern in built_in().patterns for line in pattern.example.encode().splitlines())
