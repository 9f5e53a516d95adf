"""User-defined patterns: the catalogue extended with them, and the problems found in them.

The author of a pull request may have written them, so their number and size are bounded and nothing raises.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from plugin.extract.catalogue import Catalogue, IgnoreRule, Pattern, PatternError
from plugin.extract.pattern_entries import parse_entries, validate
from plugin.extract.pattern_files import built_in
from plugin.extract.regex import ExpressionError, matches_everything, regex_within
from plugin.model.message import Message
from plugin.text.problems import problem_lines

FILE = ".failure-alert.yml"
SETTING = "setting patterns"
IGNORE = "setting ignore"
_SECTIONS = ("patterns", "ignore", "known_issues")
"""Keys of the file; `plugin.known_issues` reads the last one."""

_MOST = 500
"""Maximum number of patterns, and of expressions to ignore, that are read from one source."""


def with_user_patterns(
    workspace_file_text: str | None, patterns_setting: str, ignore: Sequence[str], *, of_pull_request: bool = False
) -> tuple[Catalogue, tuple[str, ...]]:
    """Return the built-in catalogue with the user's patterns before it, and one line for each problem.

    Both texts are YAML (or JSON): `patterns:` (ids and entries as in the built-in files) and `ignore:` (a list of
    expressions), or the ids and entries directly. A problem names source, entry and reason; valid entries are used.
    With `of_pull_request`, a pull request can change the patterns of the file, so they are untrusted.
    """
    problems: list[str] = []
    patterns: list[Pattern] = []
    ignored = [IgnoreRule(expression, Message("setting `ignore`")) for expression in _ignored(ignore, IGNORE, problems)]
    taken: set[str] = set()
    for source, text in ((FILE, workspace_file_text or ""), (SETTING, patterns_setting)):
        if not text.strip():
            continue
        taken |= {pattern.id for pattern in built_in().patterns}
        document = _document(text, source, problems)
        entries = _limited(document.get("patterns"), source, problems)
        found, invalid = parse_entries(entries, source, taken, check=_check)
        patterns += (pattern._replace(untrusted=of_pull_request and source == FILE) for pattern in found)
        problems += invalid
        taken |= {pattern.id for pattern in found}
        origin = (
            Message("`ignore` in {source}", source=FILE)
            if source == FILE
            else Message("`ignore` in setting `patterns`")
        )
        expressions = _ignored(document.get("ignore") or [], f"{source}, ignore", problems)
        ignored += (IgnoreRule(expression, origin, untrusted=source == FILE) for expression in expressions)
    catalogue = built_in().extended(patterns, ignored) if patterns or ignored else built_in()
    return catalogue, problem_lines(problems)


def _document(text: str, source: str, problems: list[str]) -> dict[str, object]:
    from plugin.untrusted_yaml import UnusableYamlError, load_plain  # late: most runs read no YAML

    try:
        document, left_out = load_plain(text)
    except UnusableYamlError as error:
        problems.append(Message("{source}: {problem}", source=source, problem=error))
        return {}
    problems += [Message("{source}: {problem}", source=source, problem=problem) for problem in left_out]
    if document is None:
        return {}
    if not isinstance(document, dict):
        problems.append(
            Message(
                "{source}: a mapping with `patterns` and `ignore` is expected, or one of ids and entries", source=source
            )
        )
        return {}
    if not document.keys() & set(_SECTIONS):
        return {"patterns": document}
    others = [key for key in document if key not in _SECTIONS]
    problems += [
        Message("{source}: {key} is not known here, only {names}", source=source, key=key, names=", ".join(_SECTIONS))
        for key in others
    ]
    return document


def _limited(patterns: object, source: str, problems: list[str]) -> object:
    if isinstance(patterns, dict) and len(patterns) > _MOST:
        problems.append(
            Message(
                "{source}: {number} patterns are too many; only the first {most} are used",
                source=source,
                number=len(patterns),
                most=_MOST,
            )
        )
        return dict(islice(patterns.items(), _MOST))
    return patterns or {}


def _check(pattern: Pattern) -> None:
    """Raise PatternError or ExpressionError for a pattern that cannot be used."""
    for expression in (pattern.match, pattern.evidence, pattern.start, pattern.until, pattern.unless, pattern.detail):
        regex_within(expression)
    if matches_everything(pattern.match):
        raise PatternError(Message("match fits every line"))
    validate(pattern)


def _ignored(expressions: object, source: str, problems: list[str]) -> Iterator[str]:
    listed: Sequence[object] = expressions if isinstance(expressions, list | tuple) else [expressions]
    if len(listed) > _MOST:
        problems.append(
            Message(
                "{source}: {number} expressions are too many; only the first {most} are used",
                source=source,
                number=len(listed),
                most=_MOST,
            )
        )
    for number, expression in enumerate(listed[:_MOST], 1):
        try:
            if not isinstance(expression, str):
                raise PatternError(Message("an expression has to be text"))
            regex_within(expression)
            if matches_everything(expression):
                raise PatternError(Message("it would hide every line"))
            yield expression
        except (PatternError, ExpressionError) as error:
            problems.append(Message("{source}, entry {number}: {problem}", source=source, number=number, problem=error))
