"""Limits for patterns that a pull request can change: they must not match most of a log or replace built-in ones."""

from collections.abc import Container, Mapping, Sequence
from functools import cache

from plugin.extract.blocks import block
from plugin.extract.candidates import Candidates
from plugin.extract.catalogue import Catalogue, Pattern, without_program_prefix
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.normalize import normalize
from plugin.extract.pattern_files import built_in
from plugin.extract.regex import LineSet, regex
from plugin.model.message import Message

_FEWEST_LINES = 50
"""Minimum number of lines of a log in which a pattern can be too general."""
_MOST_NOTES = 3


def too_general(catalogue: Catalogue, candidates: Candidates) -> Mapping[str, str]:
    """Return the ids of untrusted patterns that match most of a log, each with the reason to refuse it.

    Distinct lines are counted, with numbers, hashes and paths masked. A pattern for one tool may match every line of a
    log that holds only messages of that tool, so a pattern that matches hardly any message of other tools is accepted.
    """
    patterns = [pattern for pattern in catalogue.patterns if pattern.untrusted]
    if not patterns or candidates.total < _FEWEST_LINES:
        return {}
    matched = _matched_lines(patterns, candidates)
    commands = {normalize(line) for line in candidates.lines if line.startswith(b"+ ")}
    distinct = {normalize(line) for line in candidates.lines if line.strip()}
    return {
        pattern.id: Message(
            "{place}, {id}: not used for this log, because it matches {matched} of {all} different lines",
            place=pattern.place,
            id=pattern.id,
            matched=len(lines),
            all=len(distinct),
        )
        for pattern, lines in zip(patterns, matched, strict=True)
        if 2 * len(lines) > len(distinct) and not (distinct - commands <= lines and _specific(pattern.match))
    }


def notes(refused: Mapping[str, str]) -> tuple[str, ...]:
    """Return the reasons as a bounded number of notes for the report."""
    more = len(refused) - _MOST_NOTES
    shown = list(refused.values())[:_MOST_NOTES]
    return (
        (*shown, Message("and {number} more patterns that match too many lines", number=more))
        if more > 0
        else tuple(shown)
    )


def settle(
    patterns: dict[int, Pattern], catalogue: Catalogue, lines: Sequence[bytes], refused: Container[str]
) -> dict[int, Pattern]:
    """Return `patterns` (by row) with untrusted patterns replaced where a built-in pattern of a tool applies.

    A built-in pattern applies if it matches within the untrusted pattern's block, or if the untrusted pattern matches
    within its block. Such a row gets the next pattern that matches it, if any. Patterns of `generic.yaml` do not count.
    """
    untrusted = {row: pattern for row, pattern in patterns.items() if pattern.untrusted}
    if not untrusted:
        return patterns
    tools = {
        row: pattern for row, pattern in patterns.items() if not pattern.user_defined and pattern.place != GENERIC_FILE
    }
    covered = {line for row, pattern in tools.items() for line in block(pattern, row, lines)}
    resolved = dict(patterns)
    others = {pattern.id for pattern in catalogue.patterns if pattern.untrusted or pattern.id in refused}
    for row, pattern in untrusted.items():
        if row in covered or any(line in tools for line in block(pattern, row, lines)):
            del resolved[row]
            if other := catalogue.matching(lines[row], others):
                resolved[row] = other
    return dict(sorted(resolved.items()))


def _matched_lines(patterns: Sequence[Pattern], candidates: Candidates) -> list[set[bytes]]:
    """Return the distinct normalized lines that each pattern matches."""
    together = LineSet(pattern.match for pattern in patterns)
    found: list[set[bytes]] = [set() for _ in patterns]
    for line in dict.fromkeys(candidates.lines):
        if not line.strip():
            continue
        for index in {*together.matching(line), *together.matching(without_program_prefix(line))}:
            unless = patterns[index].unless
            if not (unless and regex(unless).search(line)):
                found[index].add(normalize(line))
    return found


def _specific(expression: str) -> bool:
    """Return whether the expression matches less than 1 % of the lines of the built-in patterns' examples."""
    search = regex(expression).search
    return 100 * sum(search(line) is not None for line in _examples()) < len(_examples())


@cache
def _examples() -> tuple[bytes, ...]:
    return tuple(line for pattern in built_in().patterns for line in pattern.example.encode().splitlines())
