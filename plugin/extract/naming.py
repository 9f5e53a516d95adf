"""Choose the line that names the failure among those that a pattern or a recognizer knows."""

from collections.abc import Iterator, Sequence

from plugin.extract.blocks import LONGEST, block
from plugin.extract.catalogue import Pattern
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Evidence
from plugin.extract.finding import UNRATED, WARNING, Finding
from plugin.extract.first_finding import first_finding
from plugin.extract.forms import matches

_BESIDE_THE_BEST = 3.0
"""Log-odds below the best line within which a known line still names the failure."""
_WRAPPER = r"failed to solve: process .* did not complete"
_EQUAL = 0.5
"""Log-odds between two lines that the ranker cannot tell apart."""


def naming_row(shown: Sequence[int], evidence: Evidence) -> int | None:
    """Return the row near the top of `shown` (best first) that names the failure, if one is known.

    A user's pattern comes first, then a tool's pattern for a cause, a recognizer's error, a generic pattern for a cause
    and a pattern for a symptom. A mere wrapper ("ended with 1") names the failure only where its line is the best.
    """
    scores, patterns = evidence.scores, evidence.patterns
    near = [row for row in shown if scores[row] >= scores[shown[0]] - _BESIDE_THE_BEST]
    known = [(_rank(row, evidence), place, row) for place, row in enumerate(near) if _is_known(row, shown, evidence)]
    if not known:
        return None
    rank, _, row = min(known)
    equal = [other for other_rank, _, other in known if other_rank == rank and scores[other] >= scores[row] - _EQUAL]
    if row in patterns and patterns[row].place != GENERIC_FILE:
        row = _first_of_special(row, equal, shown, evidence)
    return first_finding(row, shown, evidence.recognized, patterns)


def _rank(row: int, evidence: Evidence) -> int:
    """Return the place of what is known about a row in the order of what names a failure best."""
    pattern, finding = evidence.patterns.get(row), evidence.recognized.get(row)
    symptom = pattern is not None and pattern.kind == "symptom"
    if pattern and pattern.user_defined:
        return 5 if symptom else 0
    if pattern and pattern.kind == "cause" and pattern.place != GENERIC_FILE:
        return 1
    if finding and finding.severity >= UNRATED and not _wraps(finding):
        return 2
    if pattern:
        return 5 if symptom else 3
    return 6


def _is_known(row: int, shown: Sequence[int], evidence: Evidence) -> bool:
    pattern, finding = evidence.patterns.get(row), evidence.recognized.get(row)
    best = row == shown[0]
    if finding and not _wraps(finding) and (finding.severity >= UNRATED or (finding.severity == WARNING and best)):
        return True
    return pattern is not None and (best or pattern.category != "unknown")


def _wraps(finding: Finding) -> bool:
    """Return whether a diagnostic only says that a command failed: BuildKit's, for a line of a Dockerfile."""
    return finding.kind == "diagnostic" and matches(_WRAPPER, finding.title.encode())


def _first_of_special(row: int, equal: Sequence[int], shown: Sequence[int], evidence: Evidence) -> int:
    """Return the row of the most special pattern among equal ones, and of a tool's list its first entry."""
    patterns = evidence.patterns
    of_tool = [other for other in equal if other in patterns and patterns[other].place == patterns[row].place]
    by_pattern = {patterns[other]: other for other in reversed(of_tool)}
    pattern = next(one for one in evidence.catalogue.patterns if one in by_pattern)  # special ones come first there
    row = by_pattern[pattern]
    first = min(
        other
        for other in shown
        if patterns.get(other) is pattern
        and abs(other - row) <= LONGEST
        and (pattern.category != "lint" or _of_one_paragraph(other, row, evidence.lines))
    )
    return min(_headings(pattern, first, shown, evidence), default=first)


def _of_one_paragraph(row: int, other: int, lines: Sequence[bytes]) -> bool:
    first, last = sorted((row, other))
    return all(line.strip() for line in lines[first:last])


def _headings(pattern: Pattern, row: int, shown: Sequence[int], evidence: Evidence) -> Iterator[int]:
    """Yield rows of causes whose block contains `row`.

    A test's failure is so named by the test and not by the exception, but a missing service within it by the service.
    """
    own_block = block(pattern, row, evidence.lines)
    for other in shown:
        heading = evidence.patterns.get(other)
        if not heading or heading is pattern or heading.kind == "symptom" or heading.place == GENERIC_FILE:
            continue
        plain = not pattern.user_defined and pattern.category in (heading.category, "code", "test", "unknown")
        if plain and row in block(heading, other, evidence.lines) and not (other > row and other in own_block):
            yield other
