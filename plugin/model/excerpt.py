"""The excerpt of a log: the few lines that explain the failure."""

from collections.abc import Mapping
from typing import Literal

from plugin.frozen import field, frozen

LineKind = Literal["cause", "context"]
Category = Literal[
    "code", "test", "lint", "dependency", "infrastructure", "resource", "timeout", "configuration", "unknown"
]


MOST_LINES = 60
"""Lines that are shown of a log at most, unless the user sets another number."""


@frozen
class Line:
    """A line that is shown."""

    number: int
    """1-based number in the raw log, where a line ends at `\\n` only."""
    text: str
    """Clean and redacted."""
    kind: LineKind
    why: str = ""
    """Which rule and weight selected it; shown by `analyze --explain`."""


BlockKind = Literal["cause", "failure", "context"]


@frozen
class Block:
    """Lines of an excerpt that follow each other in the log."""

    kind: BlockKind
    """The cause, another failure (or another line that says the same), or what else may be worth reading."""
    lines: tuple[Line, ...]


@frozen
class HiddenLines:
    """Lines of the log that expressions of one origin match, so that they are left out of the excerpt."""

    origin: str
    """Where the expressions are written, for instance "setting `ignore`"."""
    lines: int
    """How many lines are hidden."""
    shown: int = 0
    """How many more lines match, but are shown: they explain the failure, or no other line is left."""
    complete: bool = True
    """Every line of the log was examined, so that the counts are exact."""


@frozen
class FailureIdentity:
    """What identifies a failure in other builds, without what varies from run to run; each part sorted."""

    tests: tuple[str, ...]
    """Names of the tests that failed, as the log has them."""
    lines: tuple[str, ...]
    """The lines that state the cause."""
    symptoms: tuple[str, ...] = ()
    """Ids of the patterns of tools that report a failure without its cause: one more is another failure."""


@frozen
class ColorSpan:
    """A part of a line that the log shows in color or in another weight (SGR, ECMA-48)."""

    start: int
    """0-based index of its first character in the line's text."""
    end: int
    """Index after its last character."""
    style: str
    """Names separated by spaces: a color (`red`, `bright-red`), a background (`on-red`), `bold`, `dim`, `italic`,
    `underline`."""


@frozen
class Excerpt:
    """The lines that explain a failure, and what they mean."""

    ranked: tuple[int, ...]
    """Numbers of raw lines, best first."""
    lines: tuple[Line, ...]
    """The same lines in reading order."""
    title: str
    """The cause in one line, as an engineer would say it; never empty."""
    title_line: int | None = None
    """1-based number of the raw line that the title's reason was taken from, where it is from the log."""
    pattern: str | None = None
    """Id of the winning pattern of the catalogue, or of the recognizer where no pattern matches."""
    pattern_origin: str = ""
    """The file of the winning pattern, where a pull request could have written it; else empty."""
    hint: str = ""
    """What to do next, where the pattern knows; else empty."""
    fixed_hint: bool = False
    """The hint has no placeholder, and so no text of the log."""
    category: Category = "unknown"
    command: str = ""
    """The command that failed, without its leading `+ `, where the log has a trace."""
    total_lines: int = 0
    """How many lines the raw log has."""
    between: Mapping[int, str] = field(default_factory=dict)
    """Texts of lines in short gaps between the others and at the ends, by number; clean and redacted. Views show them
    instead of a mark."""
    hidden: tuple[HiddenLines, ...] = ()
    """Lines that `ignore` matches, by origin; also reported in `notes`."""
    blocks: tuple[Block, ...] = ()
    """The same lines again, each in one block: the cause, other failures from the best on, then context in reading
    order. Empty for an excerpt that was not made from a log."""
    identity: FailureIdentity | None = None
    """None where the cause is generic, for example an exit code or an anonymous timeout, or where nobody asked."""
    new: frozenset[int] = frozenset()
    """Numbers of the shown lines that the last successful run did not print; empty without one to compare with."""
    colors: Mapping[int, tuple[ColorSpan, ...]] = field(default_factory=dict)
    """Colors of the shown lines by line number, where the log has any."""
    notes: tuple[str, ...] = ()
    """What a reader should know, for instance that no pattern matched and this is the end of the log."""

    @property
    def shown(self) -> tuple[Line, ...]:
        """Return the lines that every view shows before its fold, in that order: the cause, then other failures.

        The likeliest comes first. One that begins at most two lines above the cause stays above it, as does one right
        above that the title names. An excerpt that was made without blocks shows all its lines.
        """
        if not self.blocks:
            return self.lines
        cause, *others = [block.lines for block in self.blocks if block.kind != "context"] or [()]
        above = next((lines for lines in others if self._stays_above(lines, cause)), ())
        if above:
            others.remove(above)
        return tuple(line for lines in (above, cause, *others) for line in lines)

    def _stays_above(self, lines: tuple[Line, ...], cause: tuple[Line, ...]) -> bool:
        named = any(line.number == self.title_line for line in lines)
        near = 0 < cause[0].number - lines[0].number <= _MOST_ABOVE
        return near or (named and lines[-1].number + 1 == cause[0].number)


_MOST_ABOVE = 2
"""Lines above the cause that another failure may begin: readers meet the best line among the first three."""
