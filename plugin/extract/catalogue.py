"""Patterns for what tools print when they fail, and the catalogue that finds the best one for a line."""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from plugin.extract.documents import GENERIC_FILE
from plugin.extract.pattern_texts import LONGEST_TITLE, PLACEHOLDER, FilledTitle, Hint, filled
from plugin.extract.regex import ExpressionError, LineSet, RareSet, regex
from plugin.frozen import frozen
from plugin.literals import LiteralIndex
from plugin.model.excerpt import Category
from plugin.text.lazy_expression import lazily
from plugin.text.shorten import cut

PatternKind = Literal["cause", "symptom"]

TEST_NAMES = ("test", "test2")
"""Captures of patterns that are names of tests."""
_ALTERNATIVES = lazily(r"(?:\{\w+\})+")
"""Adjacent placeholders, one of which has a value: `match` captures each in a different alternative."""
_NAME = lazily(r"\(\?P<\w+>")
"""The start of a named group. A name may occur only once in an expression."""
_AT_ONCE = 16
"""Lines that the patterns are matched against together."""
_MOST_NARROWED = 3
"""Number of logs after which it takes less time to compile all patterns once."""
_LINE_IN_TITLE = 120
"""Maximum number of characters of the matched line in the title of an untrusted pattern."""


_PROGRAM_PREFIX = (
    r"^(?:#\d+ (?:\d+\.\d+ )?|\d+\.\d{1,3} "  # BuildKit, in its stream and in its summary
    r"|[\w.-]+ +\| |\[\d{1,3}\] |\[pod/[\w./-]+\] "  # Compose, foreman; concurrently; kubectl
    r"|[a-z][\w-]+> "  # Stack
    r"|(?:@[\w.-]+/)?[\w.-]+:[A-Za-z_][\w:-]*: |@[\w.-]+/[\w.-]+: "  # Turborepo, Lerna
    r"|[\w.@-]+/[\w.@/-]+ [\w:-]+: "  # pnpm -r
    r"| *› +"  # oclif
    r"|##\[error\])"  # GitHub Actions, Azure Pipelines
)
"""Prefixes that runners add to the lines of concurrent programs, or to lines that they repeat."""


class PatternError(ValueError):
    """A pattern cannot be used. `str(error)` is the reason, without file and id."""


class Pattern(NamedTuple):  # hundreds are made in every run, and no kind of class takes less time
    """One message that one tool prints when it fails. `patterns/README.md` documents the fields."""

    id: str
    title: str
    match: str
    place: str
    """Name of the file, or the setting, that defines the pattern."""
    kind: PatternKind = "cause"
    category: Category = "unknown"
    hint: str = ""
    evidence: str = ""
    """Expression that a line nearby or the command must match, for words that other tools print, too."""
    start: str = ""
    until: str = ""
    unless: str = ""
    detail: str = ""
    """Expression for lines of the block whose captures `file`, `line` and `what` complete the title."""
    see: str = ""
    example: str = ""
    expect: str = ""
    user_defined: bool = False
    """Whether a user of the plugin defined the pattern. It then takes precedence over other patterns for the line."""
    untrusted: bool = False
    """Whether the author of the pull request can change the user-defined pattern. Built-in patterns of tools then take
    precedence."""

    def title_for(self, line: bytes) -> str:
        """Return the title for `line`, of at most 200 characters.

        The title of an untrusted pattern starts with the text of the line, or is most of it: text from a pull request
        must not replace the message in the log.
        """
        title: str = FilledTitle(self.title, **self.captures(line))
        if self.user_defined:
            title = self.fill(self.title, line)
        text = " ".join(line.decode("utf-8", "replace").split())
        if not self.untrusted or (title in text and 2 * len(title) >= len(text)):
            return title or cut(text, LONGEST_TITLE)
        return cut(f"{cut(text, _LINE_IN_TITLE)} — {title}" if title else text, LONGEST_TITLE)

    def fill(self, template: str, line: bytes) -> str:
        """Return `template` (a title) with what `match` captures in `line`, as one line of at most 200 characters."""
        return FilledTitle.fill(template, self.captures(line))

    def advice(self, line: bytes) -> str:
        """Return the hint with what `match` captures in `line`, as one line of at most 200 characters.

        In code (between backticks), values are quoted for a POSIX shell, because users paste commands and the log may
        be untrusted. Return an empty string if a value is missing, makes the hint too long, or would end the code span.
        """
        captures = self.captures(line) if not self.has_fixed_hint else {}
        for alternatives in _ALTERNATIVES.findall(self.hint):
            if not filled(alternatives, captures):
                return ""
        text = Hint.fill(self.hint, captures)
        if len(text) > LONGEST_TITLE or text.count("`") != self.hint.count("`"):
            return cut(text, LONGEST_TITLE) if self.has_fixed_hint else ""
        return text if self.user_defined else Hint(self.hint, **captures)

    @property
    def has_fixed_hint(self) -> bool:
        """Whether the hint has no placeholder, so that it contains no text of the log."""
        return not PLACEHOLDER.search(self.hint)

    @property
    def captures_anything(self) -> bool:
        """Whether `match` captures a part of the line, so that the lines of different failures differ."""
        return bool(regex(self.match).groupindex)

    def captures(self, line: bytes) -> dict[str, str]:
        """Return what `match` captures in `line`, by name."""
        search = regex(self.match).search
        match = search(line) or search(without_program_prefix(line))
        names = regex(self.match).groupindex if match else {}
        return {name.decode(): (match[name] or b"").decode("utf-8", "replace") for name in names}


@frozen
class IgnoreRule:
    """Expression for lines that are not shown."""

    expression: str
    origin: str
    """Where the rule is defined, for example "setting `ignore`"."""
    untrusted: bool = False
    """Whether a pull request can change the rule. It must then not hide the cause of a failure."""


class Catalogue:
    """Patterns in order of priority, and expressions for lines that are never a cause."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        noise: tuple[str, ...] = (),
        ignore: tuple[IgnoreRule, ...] = (),
        literals: Sequence[Collection[str]] = (),
    ) -> None:
        """`noise` has expressions for lines that built-in patterns must not match, `ignore` rules of the user.

        `literals` has for each pattern lower-case literals of which every line that `match` matches contains one, or
        none if there are no such literals.
        """
        self.patterns = patterns
        self.noise = noise
        self.ignore = ignore
        self._literals = literals or [()] * len(patterns)

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

    def unmatched(self, lines: Sequence[bytes]) -> frozenset[bytes]:
        """Return most of those lines that no pattern matches. Few lines match: asking about some at once saves time."""
        unmatched: set[bytes] = set()
        for start in range(0, len(lines), _AT_ONCE):
            some = lines[start : start + _AT_ONCE]
            texts = [text for line in some for text in _with_inner(line)]
            if not self._set.matches_any(b"\n".join(texts)):
                unmatched.update(some)
        return frozenset(unmatched)

    def free_memory(self) -> None:
        """Free the automata, which have grown to megabytes after a long log. They are made again when needed."""
        vars(self).pop("_set", None)

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
        text = b"\n".join(lines)
        unquoted = text.replace(b'\\"', b'"') if b'\\"' in text else b""  # messages in JSON are matched as well
        possible = self._index.possible(text + unquoted)
        if possible not in self._narrowed:
            patterns = tuple(self.patterns[index] for index in sorted(possible))
            self._narrowed[possible] = Catalogue(patterns, self.noise, self.ignore)
        return self._narrowed[possible]

    @cached_property
    def _narrowed(self) -> dict[frozenset[int], "Catalogue"]:
        return {}

    @cached_property
    def _index(self) -> LiteralIndex:
        return LiteralIndex(self._literals)

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
        own = tuple(user_defined)
        literals = (*(() for _ in own), *self._literals)
        return Catalogue((*own, *self.patterns), self.noise, (*self.ignore, *ignore), literals)


def _priority(pattern: Pattern) -> tuple[bool, bool, bool, bool]:
    """Return the sort key by which the best of several matching patterns comes first."""
    trusted = pattern.user_defined and not pattern.untrusted
    return (not trusted, pattern.place == GENERIC_FILE, pattern.untrusted, pattern.kind == "symptom")


def _with_inner(line: bytes) -> Iterator[bytes]:
    """Yield the line, and what is left of it without one program's prefix after the other."""
    yield line
    while (message := without_program_prefix(line)) != line:
        yield message
        line = message


def without_program_prefix(line: bytes) -> bytes:
    """Return the line without the prefix by which a runner names one of several concurrent programs."""
    prefix = regex(_PROGRAM_PREFIX).search(line)
    return line[prefix.end() :] if prefix else line
