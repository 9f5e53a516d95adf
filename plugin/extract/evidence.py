"""What identifies a failure: the tests and the masked lines that state its cause."""

from collections.abc import Collection, Iterable

from plugin.extract.blocks import block
from plugin.extract.catalogue import GENERIC_FILE, Pattern, without_program_prefix
from plugin.extract.features import Features
from plugin.fingerprint.mask import is_generic, mask_line, mask_name
from plugin.model.excerpt import Evidence

_MOST = 200
"""Lines and tests that count; a log with more names them in any order, and the first ones in that of the alphabet are
as good as all."""
_HEAD = 5
"""Lines above a named one that belong to its message, at most; more are a stack or a listing."""
_TEST_NAMES = ("test", "test2")


def evidence(
    row: int, reason: Iterable[int], features: Features, left_out: Collection[int], without_reason: Collection[int]
) -> Evidence | None:
    """Return what identifies the failure that `row` names, `reason` being the rows that say why.

    None where the cause is generic: a symptom, a wrapper, an anonymous timeout. Rows of `left_out` (printed by earlier
    commands and passed tests) do not count, nor do those of `without_reason` name anything.
    """
    pattern = features.patterns.get(row)
    if row in without_reason or (pattern and pattern.kind == "symptom"):
        return None
    related = _related(pattern, features, left_out)
    rows = sorted({row, *reason, *related})
    tests = _tests(rows, features)
    lines = _lines(_with_blocks(row, rows, features), features)
    if not tests:
        lines = tuple(line for line in lines if not is_generic(line))
    return Evidence(tests, lines) if tests or lines else None


def _related(pattern: Pattern | None, features: Features, left_out: Collection[int]) -> Iterable[int]:
    """Yield the other rows that state a cause: a known failure with another one beside it is not the same failure.

    These are the rows of tools' patterns; of generic ones, those of the pattern that names the failure.
    """
    for row, other in features.patterns.items():
        counts = other is pattern or other.place != GENERIC_FILE
        if counts and other.kind == "cause" and row not in left_out:
            yield row


def _tests(rows: Iterable[int], features: Features) -> tuple[str, ...]:
    tests: set[str] = set()
    for row in rows:
        pattern = features.patterns.get(row)
        captures = pattern.captures(features.candidates.lines[row]) if pattern else {}
        tests.update(mask_name(captures[name]) for name in _TEST_NAMES if captures.get(name))
    return tuple(sorted(tests)[:_MOST])


def _with_blocks(named: int, rows: Iterable[int], features: Features) -> Iterable[int]:
    """Yield the rows, and what makes their lines specific.

    These are the lines from the `start` of the pattern that names the failure, where the message often stands, and the
    whole block of a pattern whose lines say the same in every failure.
    """
    yield from rows
    for row in rows:
        pattern = features.patterns.get(row)
        if not pattern or pattern.category not in ("code", "test", "lint"):
            continue
        whole = block(pattern, row, features.candidates.lines)
        if not pattern.captures_anything:
            yield from whole
        elif row == named and row - whole.start <= _HEAD:
            yield from range(whole.start, row)


def _lines(rows: Iterable[int], features: Features) -> tuple[str, ...]:
    masked = {
        mask_line(without_program_prefix(features.candidates.lines[row]).decode("utf-8", "replace")) for row in rows
    }
    return tuple(sorted(filter(None, masked))[:_MOST])
