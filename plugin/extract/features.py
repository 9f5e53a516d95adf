"""Features of candidates: for each feature, one integer with a bit for each row (a column).

Features of the neighborhood, and decision trees, are then a few integer operations for all rows. Names of features:

    error          the line looks like `error` of features.yaml
    error^2        one of the 2 lines above does
    error_8        one of the 8 lines below does
    error~         a line of the same paragraph (lines without a blank one between them) does
    error/         the line that leads this block of indented lines does
    error@         a line of the same section (from one command of the trace or group mark to the next) does
    first.cause<4  the line is the first with `cause`, or one of the 3 below it; likewise `last.cause<4`
    cause          a pattern of the catalogue for a cause matches (likewise `symptom`; both have neighbors, too)
    end<16         the line is among the last 16 of the log
    mark<16        among the 16 before the first mark of a failed command; `mark` is all before it
    command<16     among the 16 after the last command of the trace
    block          the line belongs to the block of a pattern's line, by the pattern's `start` and `until`
    short          it has at most 20 bytes; `long` more than 120, `very-long` more than 300
    seen>4         the same line, except for digits, occurs more than 4 times
"""

import json
import os
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice

from plugin import compiled_data
from plugin.extract import untrusted
from plugin.extract.blocks import block
from plugin.extract.candidates import MANY_ROWS, Candidates
from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.documents import FOLDER
from plugin.extract.pattern_files import built_in_data
from plugin.extract.regex import LineSet
from plugin.extract.tool_evidence import ToolEvidence

FAR = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
OFTEN = (1, 2, 4, 8, 16, 64)

WITHOUT_REASON = ("outer-failure", "stack-frame", "script-source", "wordless")
"""Features of lines that do not say why something failed."""
_QUOTED = ("caret", "gutter", "gutter-arrow", "e-lead")
"""Features of lines that quote source code, or point into it."""
SHAPES = ("short", "long", "very-long")
"""Features without an expression."""
_BLOCKS = 100
_RUNS = "~/@"
GROUPS_FILE = "feature_groups.json"
"""Groups of expressions that are matched together; made by `python -m tools.quality.sets`."""
_DIGITS = b"0123456789"


class Features:
    """Columns of one log's candidates, each computed on first use."""

    def __init__(self, candidates: Candidates, catalogue: Catalogue, refused: Container[str] = ()) -> None:
        """Match patterns and expressions; `refused` has ids of patterns that are not used."""
        self.candidates = candidates
        self.rows = len(candidates.lines)
        rows: dict[bytes, list[int]] = defaultdict(list)  # logs repeat themselves: each distinct line is matched once
        for row, line in enumerate(candidates.lines):
            rows[line].append(row)
        evidence = ToolEvidence(candidates.lines)
        unmatched = catalogue.unmatched(list(rows))
        known = (
            (same, pattern)
            for line, same in rows.items()
            if line not in unmatched and (pattern := evidence.best_pattern(catalogue, line, same, refused))
        )
        found = dict(sorted((row, pattern) for same, pattern in known for row in same))
        self.patterns: dict[int, Pattern] = untrusted.settle(found, catalogue, candidates.lines, refused)
        """The best pattern that matches each row, in order of rows."""
        self._lines = rows
        self._made = _length_features(candidates.lines)
        for kind in ("cause", "symptom"):
            self._made[kind] = _column(row for row, pattern in self.patterns.items() if pattern.kind == kind)

    def __getitem__(self, feature: str) -> int:
        column = self._made.get(feature)
        if column is None and (group := _group_of().get(feature)) is not None:
            self._made |= _expression_features(group, self._lines)
            column = self._made[feature]
        if column is None:
            column = self._made[feature] = self._computed(feature)
        return column

    def _computed(self, feature: str) -> int:
        everything = (1 << self.rows) - 1
        if "^" in feature:
            name, lines = feature.split("^")
            return _spread(self[name], int(lines)) << 1 & everything
        if "<" in feature:
            place, lines = feature.split("<")
            return self._near(place, int(lines)) & everything
        if ">" in feature:
            return self._seen(int(feature.split(">")[1]))
        if feature[-1] in _RUNS:
            return self._run(feature[:-1], feature[-1])
        if feature == "block":
            return self._blocks()
        if feature == "mark":
            return self._near("mark", self.candidates.total) & everything
        name, _, lines = feature.rpartition("_")
        return _spread_down(self[name], int(lines)) & everything

    def _run(self, name: str, kind: str) -> int:
        seeds, everything = self[name], (1 << self.rows) - 1
        if kind == "/":
            indented = self["indent"] & ~self["empty"]
            return _flooded_down(seeds << 1 & indented, indented)
        breaks = self["empty"] if kind == "~" else self["command"] | self["command-mark"]
        run = everything & ~breaks
        below = _flooded_down(seeds & run, run)
        return _reversed(_flooded_down(_reversed(below, self.rows), _reversed(run, self.rows)), self.rows)

    def _blocks(self) -> int:
        known = islice(((row, found) for row, found in self.patterns.items() if found.start or found.until), _BLOCKS)
        return _column({place for row, pattern in known for place in block(pattern, row, self.candidates.lines)})

    def _near(self, place: str, lines: int) -> int:
        numbers = self.candidates.numbers
        if place.startswith(("first.", "last.")):
            which, _, name = place.partition(".")
            column = self[name]
            if not column:
                return 0
            row = (column & -column if which == "first" else column).bit_length() - 1
            return (1 << row + lines) - (1 << row)
        if place == "end":
            return -1 << bisect_left(numbers, self.candidates.total - lines + 1)
        if place == "mark":
            marks = self["exit-mark"]
            if not marks:
                return 0
            row = (marks & -marks).bit_length() - 1
            first = bisect_left(numbers, numbers[row] - lines)
            return (1 << row) - (1 << first)
        commands = self["command"]
        if not commands:
            return 0
        row = commands.bit_length() - 1
        last = bisect_left(numbers, numbers[row] + lines + 1)
        return (1 << last) - (1 << row)

    def _seen(self, times: int) -> int:
        return _column(row for row, normalized in enumerate(self.forms) if self._counted[normalized] > times)

    @cached_property
    def forms(self) -> list[bytes]:
        """Return the lines without digits."""
        return [line.translate(None, _DIGITS) for line in self.candidates.lines]

    @cached_property
    def _counted(self) -> Counter[bytes]:
        return Counter(self.forms)


def expressions() -> Mapping[str, str]:
    """Return the expressions of features.yaml by name."""
    return built_in_data().features


@cache
def _groups() -> Sequence[Sequence[str]]:
    """Return groups of names: RE2 needs several times the memory in an unsuitable group.

    A group is matched when one of its features is needed. Features that the ranker does not use are in other groups.
    """
    groups: list[list[str]] = json.loads(compiled_data.read(os.path.join(FOLDER, GROUPS_FILE)))
    return groups


@cache
def _group_of() -> Mapping[str, int]:
    return {name: group for group, names in enumerate(_groups()) for name in names}


def _line_set(group: int) -> LineSet:
    return LineSet(map(expressions().__getitem__, _groups()[group]))


_kept_line_set = cache(_line_set)


def _expression_features(group: int, rows: Mapping[bytes, list[int]]) -> dict[str, int]:
    """Return the columns of a group of expressions; `rows` has the rows of each distinct line."""
    line_set = _line_set if sum(map(len, rows.values())) > MANY_ROWS else _kept_line_set
    names = _groups()[group]
    found: list[list[int]] = [[] for _ in names]
    matching = line_set(group).matching
    for line, same in rows.items():
        for place in matching(line):
            found[place] += same
    return dict(zip(names, map(_column, found), strict=True))


def _length_features(lines: tuple[bytes, ...]) -> dict[str, int]:
    """Return the columns of SHAPES, which are faster without expressions."""
    lengths = [len(line) for line in lines]
    return {
        "short": _column(row for row, length in enumerate(lengths) if 0 < length <= 20),
        "long": _column(row for row, length in enumerate(lengths) if length > 120),
        "very-long": _column(row for row, length in enumerate(lengths) if length > 300),
    }


def _column(rows: Iterable[int]) -> int:
    """Return a column with the bits of `rows` set."""
    places = list(rows)
    if not places:
        return 0
    bits = bytearray((max(places) >> 3) + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _spread(column: int, lines: int) -> int:
    """Return the column with each bit copied to the `lines` - 1 rows below; `lines` is a power of two."""
    step = 1
    while step < lines:
        column |= column << step
        step *= 2
    return column


def _spread_down(column: int, lines: int) -> int:
    """Return the column with each bit moved to the `lines` rows above it; `lines` is a power of two."""
    column >>= 1
    step = 1
    while step < lines:
        column |= column >> step
        step *= 2
    return column


def _flooded_down(seeds: int, runs: int) -> int:
    """Return the bits of each run from its first seed on: an addition carries through a run to its end."""
    return (runs + seeds ^ runs) & runs | seeds


def _reversed(column: int, rows: int) -> int:
    return int(format(column, f"0{rows}b")[::-1], 2) if rows else 0


def positions(column: int) -> list[int]:
    """Return the rows whose bit is set, ascending."""
    return [place for place, bit in enumerate(reversed(format(column, "b"))) if bit == "1"] if column else []


def without_reason(features: Features) -> frozenset[int]:
    """Return the rows of wrappers, stack frames, lines of a script and lines without a word."""
    return frozenset(row for name in WITHOUT_REASON for row in positions(features[name]))


def quoted_source(features: Features) -> frozenset[int]:
    """Return the rows that quote source code below a message, those with carets included."""
    return frozenset(row for name in _QUOTED for row in positions(features[name]))
