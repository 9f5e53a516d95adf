"""Entries of pattern files and settings: parsing and validation."""

from collections.abc import Callable
from typing import get_args

from plugin.extract.catalogue import Pattern, PatternError, PatternKind
from plugin.extract.pattern_texts import PLACEHOLDER
from plugin.extract.regex import ExpressionError, regex
from plugin.model.excerpt import Category
from plugin.model.message import Message
from plugin.text.lazy_expression import lazily

_ID = lazily(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EXPRESSIONS = ("match", "evidence", "start", "until", "unless", "detail")
_DERIVED = frozenset({"id", "place", "user_defined", "untrusted"})
"""Fields of a pattern that are not fields of an entry."""


def parse_entries(
    document: object, place: str, taken: set[str], check: Callable[[Pattern], None] | None = None
) -> tuple[list[Pattern], list[str]]:
    """Return the valid patterns of one document, and one problem for each invalid entry.

    `place` is the file or setting that defines them, `taken` the ids that are in use. With a `check`, the patterns are
    user-defined; it raises PatternError or ExpressionError. The tests check the built-in files.
    """
    if not isinstance(document, dict):
        return [], [Message("{place}: a mapping of pattern ids is expected", place=place)]
    patterns: dict[str, Pattern] = {}
    problems: list[str] = []
    for key, fields in document.items():
        try:
            pattern = _pattern(str(key), fields, place, user_defined=check is not None)
            if pattern.id in taken or pattern.id in patterns:
                raise PatternError(Message("the id is taken by an earlier pattern"))
            if check:
                check(pattern)
            patterns[pattern.id] = pattern
        except (PatternError, ExpressionError) as error:
            problems.append(Message("{source}, {name}: {problem}", source=place, name=key, problem=error))
    return list(patterns.values()), problems


def validate(pattern: Pattern) -> None:
    """Raise PatternError or ExpressionError for a pattern that cannot be used.

    Its expressions must compile, and its title and hint may only use names that `match` captures.
    """
    for name in _EXPRESSIONS:
        regex(getattr(pattern, name))
    captures = {name.decode() for name in regex(pattern.match).groupindex}
    for name in ("title", "hint"):
        unknown = set(PLACEHOLDER.findall(getattr(pattern, name))) - captures
        if unknown:
            raise PatternError(
                Message("{name} uses {{{field}}}, which `match` does not capture", name=name, field=min(unknown))
            )


def _pattern(key: str, fields: object, place: str, *, user_defined: bool) -> Pattern:
    if not _ID.fullmatch(key):
        raise PatternError(Message("an id is lower-case words joined by hyphens"))
    if not isinstance(fields, dict):
        raise PatternError(Message("a mapping of fields is expected"))
    known = set(Pattern._fields) - _DERIVED
    unknown = fields.keys() - known
    if unknown:
        raise PatternError(
            Message(
                "unknown field {name}; known are {names}",
                name=repr(min(map(str, unknown))),
                names=", ".join(sorted(known)),
            )
        )
    for name in ("title", "match"):
        if not fields.get(name):
            raise PatternError(Message("{name} is missing", name=name))
    texts = {name: _text(value, name) for name, value in fields.items()}
    _one_of(texts.get("kind", "cause"), get_args(PatternKind), "kind")
    _one_of(texts.get("category", "unknown"), get_args(Category), "category")
    return Pattern(id=key, place=place, user_defined=user_defined, **texts)  # type: ignore[arg-type]  # kind and category are checked above


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise PatternError(Message("{name} must be text", name=name))
    return value


def _one_of(value: str, choices: tuple[str, ...], name: str) -> None:
    if value not in choices:
        raise PatternError(
            Message(
                "{name} must be one of {names}, not {value}", name=name, names=", ".join(choices), value=repr(value)
            )
        )
