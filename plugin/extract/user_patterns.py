"""Takes what people wrote of their own patterns, gives the catalogue with them, and what is wrong with them.

Whoever opens a pull request may have written it, so everything about it is bounded and nothing raises.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from plugin.extract.catalogue import Catalogue, IgnoreRule, Pattern, PatternError, built_in, parse_entries, validate
from plugin.extract.regex import ExpressionError, matches_everything, regex_within
from plugin.untrusted_yaml import UnusableYamlError, load_plain

FILE = ".failure-alert.yml"
SETTING = "setting patterns"
IGNORE = "setting ignore"

_MOST = 500
"""Patterns, and expressions to ignore, of one place that are looked at."""
_MOST_PROBLEMS = 20
_LONGEST_PROBLEM = 300


def with_user_patterns(
    workspace_file_text: str | None, patterns_setting: str, ignore: Sequence[str], *, of_pull_request: bool = False
) -> tuple[Catalogue, tuple[str, ...]]:
    """The built-in catalogue behind the person's own patterns, and a line for each thing that is wrong.

    Both texts are YAML (or JSON): `patterns:` (ids and entries as in our own files) and `ignore:` (a list of
    expressions), or the ids and entries directly. A line names place, entry and reason; whatever is right works.
    With `of_pull_request`, a pull request could have written the patterns of the file: they are untrusted.
    """
    problems: list[str] = []
    patterns: list[Pattern] = []
    ignored = [IgnoreRule(expression, "setting `ignore`") for expression in _ignored(ignore, IGNORE, problems)]
    taken = {pattern.id for pattern in built_in().patterns}
    for place, text in ((FILE, workspace_file_text or ""), (SETTING, patterns_setting)):
        document = _document(text, place, problems) if text.strip() else {}
        found, wrong = parse_entries(_first_ones(document.get("patterns"), place, problems), place, taken, check=_check)
        patterns += (replace(one, untrusted=of_pull_request and place == FILE) for one in found)
        problems += wrong
        taken |= {pattern.id for pattern in found}
        origin = f"`ignore` in {FILE if place == FILE else 'setting `patterns`'}"
        expressions = _ignored(document.get("ignore") or [], f"{place}, ignore", problems)
        ignored += (IgnoreRule(expression, origin, untrusted=place == FILE) for expression in expressions)
    catalogue = built_in().behind(patterns, ignored) if patterns or ignored else built_in()
    return catalogue, _told(problems)


def _document(text: str, place: str, problems: list[str]) -> dict[str, object]:
    try:
        document, left_out = load_plain(text)
    except UnusableYamlError as error:
        problems.append(f"{place}: {error}")
        return {}
    problems += [f"{place}: {what}" for what in left_out]
    if document is None:
        return {}
    if not isinstance(document, dict):
        problems.append(f"{place}: a mapping with `patterns` and `ignore` is expected, or one of ids and entries")
        return {}
    if not document.keys() & {"patterns", "ignore"}:
        return {"patterns": document}
    others = [key for key in document if key not in ("patterns", "ignore")]
    problems += [f"{place}: {key} is not known here, only `patterns` and `ignore`" for key in others]
    return document


def _first_ones(patterns: object, place: str, problems: list[str]) -> object:
    if isinstance(patterns, dict) and len(patterns) > _MOST:
        problems.append(f"{place}: {len(patterns)} patterns are too many; the first {_MOST} are looked at")
        return dict(islice(patterns.items(), _MOST))
    return patterns or {}


def _check(pattern: Pattern) -> None:
    """Raises PatternError or ExpressionError."""
    for expression in (pattern.match, pattern.start, pattern.until, pattern.unless):
        regex_within(expression)
    if matches_everything(pattern.match):
        raise PatternError("match fits every line")
    validate(pattern)


def _ignored(expressions: object, place: str, problems: list[str]) -> Iterator[str]:
    listed: Sequence[object] = expressions if isinstance(expressions, list | tuple) else [expressions]
    if len(listed) > _MOST:
        problems.append(f"{place}: {len(listed)} expressions are too many; the first {_MOST} are looked at")
    for number, expression in enumerate(listed[:_MOST], 1):
        try:
            if not isinstance(expression, str):
                raise PatternError("an expression has to be text")
            regex_within(expression)
            if matches_everything(expression):
                raise PatternError("it would hide every line")
            yield expression
        except (PatternError, ExpressionError) as error:
            problems.append(f"{place}, entry {number}: {error}")


def _told(problems: list[str]) -> tuple[str, ...]:
    """A bounded number of printable lines: the texts quote what anybody may have written."""
    lines = ["".join(c if c.isprintable() else " " for c in " ".join(text.split())) for text in problems]
    shown = [line if len(line) <= _LONGEST_PROBLEM else line[: _LONGEST_PROBLEM - 1] + "…" for line in lines]
    more = len(shown) - _MOST_PROBLEMS
    return (*shown[:_MOST_PROBLEMS], f"and {more} more like these") if more > 0 else tuple(shown)
