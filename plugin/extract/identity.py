"""What identifies a failure: the tests and the masked lines that state its cause."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import inf

from plugin.extract.blocks import block
from plugin.extract.catalogue import TEST_NAMES, Pattern, without_program_prefix
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Title
from plugin.extract.features import Features, without_reason
from plugin.extract.finding import ERROR, Finding
from plugin.fingerprint.mask import is_generic, mask_line, mask_name
from plugin.model.excerpt import FailureIdentity

_MOST = 200
"""Lines and tests that count; a log with more names them in any order, and the first ones in that of the alphabet are
as good as all."""
_HEAD = 5
"""Lines above a named one that belong to its message, at most; more are a stack or a listing."""
_NOT_SPECIFIC = {"count", "place"}
"""Captures that two different failures often share."""


def identity(
    title: Title,
    features: Features,
    scores: Sequence[float],
    unrelated: Collection[int],
    recognized: Mapping[int, Finding],
    read_diagnostic: Callable[[int], Finding | None],
) -> FailureIdentity | None:
    """Return what identifies the failure that the title names.

    None where the cause is generic: a symptom, a wrapper, an anonymous timeout. Rows that are `unrelated` (printed by
    earlier commands and passed tests) or hidden (their score is -inf) do not count. `recognized` is what the
    recognizers read, by row, in the best rows; `read_diagnostic` reads the diagnostic of any row.
    """
    wrappers = without_reason(features)
    left_out = {*unrelated, *(row for row, score in enumerate(scores) if score == -inf)}
    named = {row for row in (title.named_row, title.row) if row is not None}
    if not any(_states_the_cause(row, features, wrappers) for row in named):
        return None
    errors = {row for row in _errors(recognized) if row not in wrappers and row not in left_out}
    rows = sorted({*named, *errors, *_related(title.pattern, features, left_out)})
    tests = _tests(rows, features)
    lines = _lines({*rows, *_specific(named, rows, features)}, features, read_diagnostic)
    if not tests:
        lines = tuple(line for line in lines if not is_generic(line))
    return FailureIdentity(tests, lines, _symptoms(features, left_out)) if tests or lines else None


def _states_the_cause(row: int, features: Features, wrappers: Collection[int]) -> bool:
    """Return whether a line says more than that something failed; "No rule to make target a.o" does."""
    pattern = features.patterns.get(row)
    if not pattern:
        return row not in wrappers and not is_generic(_masked(row, features))
    if pattern.kind == "symptom":
        return False
    return row not in wrappers or bool(pattern.captures(features.candidates.lines[row]).keys() - _NOT_SPECIFIC)


def _errors(recognized: Mapping[int, Finding]) -> Iterable[int]:
    """Yield the rows of compilers' and linters' errors: one beside the named one is a failure of its own."""
    return (row for row, one in recognized.items() if one.row == row and _is_error(one))


def _is_error(finding: Finding) -> bool:
    return finding.kind == "diagnostic" and finding.severity >= ERROR


def _symptoms(features: Features, left_out: Collection[int]) -> tuple[str, ...]:
    """Return the tools that report a failure without its cause, by the ids of the patterns.

    The one that names the failure may not be the one that another tool reports. A tool that reports it in other words
    again counts again: it may have failed twice.
    """
    lines = features.candidates.lines
    reports = {
        (one.id, *(_masked(other, features) for other in block(one, row, lines)))
        for row, one in features.patterns.items()
        if _names_no_cause(row, one, features) and row not in left_out
    }
    return tuple(sorted(tool for tool, *_ in reports)[:_MOST])


def _names_no_cause(row: int, pattern: Pattern, features: Features) -> bool:
    """Return whether a tool's pattern matches a line that says no more than that something failed."""
    generic = pattern.kind == "symptom" or is_generic(_masked(row, features))
    return generic and pattern.place != GENERIC_FILE


def _related(pattern: Pattern | None, features: Features, left_out: Collection[int]) -> Iterable[int]:
    """Yield the other rows that state a cause: a known failure with another one beside it is not the same failure.

    A line that only a generic pattern matches counts unless it says no more than that something failed.
    """
    for row, other in features.patterns.items():
        if other.kind == "cause" and row not in left_out:
            own = other is pattern or other.place != GENERIC_FILE
            if own or not is_generic(_masked(row, features)):
                yield row


def _tests(rows: Iterable[int], features: Features) -> tuple[str, ...]:
    tests: set[str] = set()
    for row in rows:
        pattern = features.patterns.get(row)
        captures = pattern.captures(features.candidates.lines[row]) if pattern else {}
        tests.update(mask_name(captures[name]) for name in TEST_NAMES if captures.get(name))
    return tuple(sorted(tests)[:_MOST])


def _specific(named: Collection[int], rows: Iterable[int], features: Features) -> Iterable[int]:
    """Yield the rows that make the lines of `rows` specific.

    These are the lines from the `start` of the pattern that names the failure, where the message often stands, and the
    whole block of a pattern whose lines say the same in every failure.
    """
    for row in rows:
        pattern = features.patterns.get(row)
        if not pattern or pattern.category not in ("code", "test", "lint"):
            continue
        whole = block(pattern, row, features.candidates.lines)
        if not pattern.captures_anything:
            yield from whole
        elif row in named and row - whole.start <= _HEAD:
            yield from range(whole.start, row)


def _lines(
    rows: Collection[int], features: Features, read_diagnostic: Callable[[int], Finding | None]
) -> tuple[str, ...]:
    """Return the masked lines. Findings at several places of a file may differ in nothing else: each counts."""
    read = read_diagnostic if len(rows) <= _MOST else lambda _: None
    found = {(_masked(row, features), one.place if (one := read(row)) else "") for row in rows}
    return tuple(sorted(line for line, _ in found if line)[:_MOST])


def _masked(row: int, features: Features) -> str:
    return mask_line(without_program_prefix(features.candidates.lines[row]).decode("utf-8", "replace"))
