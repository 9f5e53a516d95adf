"""Takes the pattern files, gives the catalogue: what tools print when they fail, by name."""

import re
import shlex
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal, get_args

import yaml

from plugin import untrusted_yaml
from plugin.extract.regex import ExpressionError, LineSet, RareSet, regex
from plugin.model.excerpt import Category

PatternKind = Literal["cause", "symptom"]

GENERIC_FILE = "generic.yaml"
"""The file whose patterns speak only where no tool's own pattern does."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ALTERNATIVES = re.compile(r"(?:\{\w+\})+")
"""Placeholders side by side, of which one has a value: `match` captures each in another alternative."""
_CODE = re.compile(r"(`[^`]*`)")
_NAME = re.compile(r"\(\?P<\w+>")
"""The start of a group with a name; names may stand in one expression only once."""
_EXPRESSIONS = ("match", "start", "until", "unless")
_LONGEST_TITLE = 200
_LINE_IN_TITLE = 120
"""Characters of the matched line in the title of an untrusted pattern."""


_PROGRAM_PREFIX = (
    r"^(?:#\d+ (?:\d+\.\d+ )?|\d+\.\d{1,3} "  # BuildKit, in its stream and in its summary
    r"|[\w.-]+ +\| "  # Compose, foreman
    r"|(?:@[\w.-]+/)?[\w.-]+:[\w:-]+: |@[\w.-]+/[\w.-]+: |[\w.@-]+/[\w.@/-]+ [\w:-]+: "  # Turborepo, Lerna, pnpm -r
    r"|##\[error\])"  # GitHub Actions, Azure Pipelines
)
"""What runners put before a line of one of several programs, or before a line that they repeat as their own."""


class PatternError(ValueError):
    """A pattern cannot be used; `str(error)` is the reason, without file and id."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing that one tool says when it fails. `README.md` of `patterns/` tells what each field is for."""

    id: str
    title: str
    match: str
    place: str
    """File that it stands in."""
    kind: PatternKind = "cause"
    category: Category = "unknown"
    hint: str = ""
    start: str = ""
    until: str = ""
    unless: str = ""
    see: str = ""
    example: str = ""
    expect: str = ""
    user_defined: bool = False
    """Written by a person who uses the program, and right about its line whatever else knows it."""
    untrusted: bool = False
    """An own pattern that the author of the pull request could have written: a tool's pattern comes before it."""

    def title_for(self, line: bytes) -> str:
        """Return the title for `line`, of at most 200 characters.

        The title of an untrusted pattern begins with the text of the line, or is most of it: words of a pull request
        must not replace what the log says.
        """
        title = self.told(self.title, line)
        text = " ".join(line.decode("utf-8", "replace").split())
        if not self.untrusted or (title in text and 2 * len(title) >= len(text)):
            return title or _short(text, _LONGEST_TITLE)
        return _short(f"{_short(text, _LINE_IN_TITLE)} — {title}" if title else text, _LONGEST_TITLE)

    def told(self, template: str, line: bytes) -> str:
        """`template` (a title) with what `match` captures in `line`; one line of at most 200 characters."""
        text = " ".join(_filled(template, self._captures(line)).split())
        return _short(text, _LONGEST_TITLE)

    def advice(self, line: bytes) -> str:
        """Return the hint with what `match` captures in `line`, as one line of at most 200 characters.

        In code (between backticks), values are quoted for a POSIX shell, because people paste commands and the log may
        come from a stranger. Return an empty text if a value is missing, does not fit or would end the code.
        """
        captures = self._captures(line)
        if not _PLACEHOLDER.search(self.hint):
            return self.told(self.hint, line)
        for alternatives in _ALTERNATIVES.findall(self.hint):
            if not _filled(alternatives, captures):
                return ""
        quoted = {name: _quoted(value) for name, value in captures.items() if value}
        parts = (_filled(part, quoted if part.startswith("`") else captures) for part in _CODE.split(self.hint))
        text = " ".join("".join(parts).split())
        return text if len(text) <= _LONGEST_TITLE and text.count("`") == self.hint.count("`") else ""

    def _captures(self, line: bytes) -> dict[str, str]:
        search = regex(self.match).search
        found = search(line) or search(without_program_prefix(line))
        names = regex(self.match).groupindex if found else {}
        return {name.decode(): (found[name] or b"").decode("utf-8", "replace") for name in names}


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda hole: values.get(hole[1], ""), template)


def _quoted(value: str) -> str:
    """Quote the value for a POSIX shell; drop the quotes that the tool itself put around it."""
    return shlex.quote(re.sub(r"^'(.*)'$", r"\1", value))


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """An expression for lines that are not shown."""

    expression: str
    origin: str
    """Where it is written, for instance "setting `ignore`"."""
    untrusted: bool = False
    """A pull request can change it, so it must not hide the cause of a failure."""


@dataclass(frozen=True)
class Catalogue:
    """Patterns in order of priority, and expressions for lines that are never a cause."""

    patterns: tuple[Pattern, ...]
    noise: tuple[str, ...] = ()
    """Expressions of lines that no pattern speaks for."""
    ignore: tuple[IgnoreRule, ...] = ()
    """A person's own noise: such a line is not even shown."""

    def matching(self, line: bytes, refused: Container[str] = ()) -> Pattern | None:
        """The first pattern that the line (without newline) matches, but for those with `refused` ids: a person's own
        before a tool's, a tool's before an untrusted one, that before a generic one, and one that names a cause before
        a symptom."""
        found = self._all(line, refused)
        best = min(found, key=_priority, default=None)
        if best and not best.user_defined and self._noise.matching(line):
            return min((one for one in found if one.user_defined), key=_priority, default=None)
        if best and not best.untrusted:
            return best
        said = without_program_prefix(line)
        inner = self.matching(said, refused) if said != line else None
        return min(filter(None, (best, inner)), key=_priority, default=None)

    def _all(self, line: bytes, refused: Container[str]) -> list[Pattern]:
        return [
            pattern
            for pattern in map(self.patterns.__getitem__, self._set.matching(line))
            if not (pattern.id in refused or (pattern.unless and regex(pattern.unless).search(line)))
        ]

    def ignored(self, line: bytes) -> IgnoreRule | None:
        """Return the rule that hides the line, a trusted one first."""
        rules = [self.ignore[place] for place in self._ignored.matching(line)]
        return min(rules, key=lambda rule: rule.untrusted, default=None)

    @cached_property
    def user_expression(self) -> str:
        """One expression for all that a person's own patterns for a cause match anywhere in a log; empty if nothing."""
        expressions = [_NAME.sub("(", one.match) for one in self.patterns if one.user_defined and one.kind == "cause"]
        words = "(?m)" + "|".join(f"(?:{expression})" for expression in expressions)
        try:
            regex(words)
        except ExpressionError:
            return ""  # together they are too large; the parts of a long log that are looked at anyway have to do
        return words if expressions else ""

    @cached_property
    def _set(self) -> RareSet:
        return RareSet(pattern.match for pattern in self.patterns)

    @cached_property
    def _noise(self) -> LineSet:
        return LineSet(self.noise)

    @cached_property
    def _ignored(self) -> LineSet:
        return LineSet(rule.expression for rule in self.ignore)

    def behind(self, user_defined: Iterable[Pattern], ignore: Iterable[IgnoreRule]) -> "Catalogue":
        """This catalogue with a person's own patterns before it, and lines that the person never wants to see."""
        return Catalogue((*user_defined, *self.patterns), self.noise, (*self.ignore, *ignore))


def _priority(pattern: Pattern) -> tuple[bool, bool, bool, bool]:
    """Sort key: the pattern that is right about a line that several match comes first."""
    trusted = pattern.user_defined and not pattern.untrusted
    return (not trusted, pattern.place == GENERIC_FILE, pattern.untrusted, pattern.kind == "symptom")


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def without_program_prefix(line: bytes) -> bytes:
    """The line without the name of the program that said it, where several were started at once."""
    found = regex(_PROGRAM_PREFIX).search(line)
    return line[found.end() :] if found else line


@cache
def built_in() -> Catalogue:
    """The patterns that come with the program."""
    return _shipped()[0]


def wrong_ones() -> tuple[str, ...]:
    """What is wrong with the patterns that come with the program; the tests see to it that nothing is."""
    return _shipped()[1]


@cache
def _shipped() -> tuple[Catalogue, tuple[str, ...]]:
    patterns: list[Pattern] = []
    problems: list[str] = []
    for place, text in pattern_files():
        try:
            document = untrusted_yaml.load(text) or {}
        except yaml.YAMLError as error:
            problems.append(f"{place}: {' '.join(str(error).split())}")
            continue
        user_defined, wrong = parse_entries(document, place, {pattern.id for pattern in patterns})
        patterns += user_defined
        problems += wrong
    noise = tuple(
        entry["match"] for entry in untrusted_yaml.load((files("plugin.extract") / "noise.yaml").read_bytes())
    )
    return Catalogue(tuple(patterns), noise), tuple(problems)


def pattern_files() -> Iterator[tuple[str, str]]:
    """Name and text of each pattern file, in order of priority."""
    folder = files("plugin.extract") / "patterns"
    names = sorted(
        (file.name for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda n: (n == GENERIC_FILE, n)
    )
    for name in names:
        yield name, (folder / name).read_text("utf-8")


def parse_entries(
    document: object, place: str, taken: set[str], check: Callable[[Pattern], None] | None = None
) -> tuple[list[Pattern], list[str]]:
    """The patterns of one document of place's, and what is wrong with the others; with a `check` they are people's own.

    `check` raises PatternError or ExpressionError. Our own files are checked by the tests.
    """
    if not isinstance(document, dict):
        return [], [f"{place}: a mapping of pattern ids is expected"]
    patterns: dict[str, Pattern] = {}
    problems: list[str] = []
    for key, fields in document.items():
        try:
            pattern = _pattern(str(key), fields, place, user_defined=check is not None)
            if pattern.id in taken or pattern.id in patterns:
                raise PatternError("the id is taken by an earlier pattern")
            if check:
                check(pattern)
            patterns[pattern.id] = pattern
        except (PatternError, ExpressionError) as error:
            problems.append(f"{place}, {key}: {error}")
    return list(patterns.values()), problems


def validate(pattern: Pattern) -> None:
    """Raises PatternError or ExpressionError when an expression cannot be compiled, or title or hint asks for more than
    `match` captures."""
    for name in _EXPRESSIONS:
        regex(getattr(pattern, name))
    captures = {name.decode() for name in regex(pattern.match).groupindex}
    for name in ("title", "hint"):
        unknown = set(_PLACEHOLDER.findall(getattr(pattern, name))) - captures
        if unknown:
            raise PatternError(f"{name} uses {{{min(unknown)}}}, which `match` does not capture")


def _pattern(key: str, fields: object, place: str, *, user_defined: bool) -> Pattern:
    if not _ID.fullmatch(key):
        raise PatternError("an id is lower-case words joined by hyphens")
    if not isinstance(fields, dict):
        raise PatternError("a mapping of fields is expected")
    known = set(Pattern.__slots__) - {"id", "place", "user_defined", "untrusted"}
    unknown = fields.keys() - known
    if unknown:
        raise PatternError(f"unknown field {min(map(str, unknown))!r}; known are {', '.join(sorted(known))}")
    for name in ("title", "match"):
        if not fields.get(name):
            raise PatternError(f"{name} is missing")
    texts = {name: _text(value, name) for name, value in fields.items()}
    _one_of(texts.get("kind", "cause"), get_args(PatternKind), "kind")
    _one_of(texts.get("category", "unknown"), get_args(Category), "category")
    return Pattern(id=key, place=place, user_defined=user_defined, **texts)  # type: ignore[arg-type]  # kind and category were looked at above


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise PatternError(f"{name} must be text")
    return value


def _one_of(value: str, choices: tuple[str, ...], name: str) -> None:
    if value not in choices:
        raise PatternError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
