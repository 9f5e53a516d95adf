"""Categories of failures: that of the pattern, or by words of the lines that explain the failure."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypedDict

from plugin.extract.catalogue import Pattern
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.finding import REFUSALS, Finding
from plugin.extract.forms import load_forms, matches
from plugin.extract.linters import is_opinion
from plugin.model.excerpt import Category

_BY_EXIT_CODE: dict[int | None, Category] = {124: "timeout", 137: "resource"}
"""124 is what GNU `timeout` returns; 137 is SIGKILL, as a rule from the memory limit."""
_NO_MORE_THAN = ("code", "unknown")
"""Categories of generic patterns and of symptoms that words of the log replace."""

_ENVIRONMENT = ("command", "file", "target")
"""Missing things that are no finding of a linter."""


_EXPLAINING = 2
"""First lines that explain a failure: the one that names it, and the reason that its title ends in."""


class _Rule(TypedDict):
    category: Category
    always: bool
    match: str


def category_of(
    pattern: Pattern | None,
    lines: Sequence[bytes],
    exit_code: int | None,
    command: bytes = b"",
    *,
    linted: bool = False,
) -> Category:
    """Return the category of a failure.

    `pattern` names it, if any does. `lines` explain it: the one that names it, that of its reason, and others.
    `command` printed them, `linted` is whether that was a linter.
    """
    if pattern is None:
        certain = _BY_EXIT_CODE.get(exit_code) or _by_words(lines, _strong_rules())
        certain = None if linted and certain == "configuration" else certain
        known = certain or ("lint" if linted else _by_command(command, "unknown")) or _by_words(lines, _rules())
        return known or _fallback(lines) or _by_words([command], _checks()) or "unknown"
    weak = pattern.place == GENERIC_FILE or pattern.kind == "symptom"
    if pattern.user_defined or not weak or pattern.category not in _NO_MORE_THAN:
        return pattern.category
    rules = _rules() if pattern.category == "unknown" else _strong_rules()
    if certain := _by_words(lines, rules):
        return certain
    named = _by_words(lines[:1], _rules()) if pattern.category == "code" else None
    if named in ("code", "lint"):
        return named
    return _by_command(command, pattern.category) or _fallback(lines) or pattern.category


def is_broad(pattern: Pattern, finding: Finding) -> bool:
    """Return whether the pattern, for any error of its tool, knows less than a linter's finding or a missing thing."""
    if not pattern.user_defined and finding.kind == "diagnostic" and finding.category == "lint":
        return pattern.category == "code" and _by_words([finding.title.encode()], _rules()) != "code"
    if not pattern.user_defined and finding.thing == "module" and finding.category == "code":
        return pattern.category == "dependency"  # a file of the project
    if pattern.user_defined or not finding.misses_environment:
        return False
    weaker = {"dependency": ("code", "unknown", "configuration")}.get(finding.category, ("code", "unknown"))
    if finding.thing == "command" or pattern.title.endswith(": {error}"):
        weaker = (*weaker, "infrastructure")
    return pattern.category in weaker or (finding.thing in ("command", "target") and pattern.category == "dependency")


def category_of_finding(finding: Finding, lines: Sequence[bytes], command: bytes, *, linted: bool = False) -> Category:
    """Return the category of what a recognizer found in the first of `lines`, printed by `command`.

    `linted` is whether that is a linter.
    """
    if (
        linted
        and finding.thing
        and finding.thing not in (*REFUSALS, *_ENVIRONMENT)
        and finding.category != "dependency"
    ):
        return "lint"
    if finding.category not in _NO_MORE_THAN:
        return finding.category
    if is_opinion(finding) or (finding.kind == "record" and _by_words(lines[:1], _rules()) == "lint"):
        return "lint"
    rules = _rules() if finding.category == "unknown" else _strong_rules()
    certain = _by_words(lines[:1], rules)
    if certain or finding.kind != "record":
        return certain or finding.category
    by_command = _by_command(command, finding.category) if finding.place else None
    return ("lint" if linted else by_command) or _fallback(lines) or finding.category


def _fallback(lines: Sequence[bytes]) -> Category | None:
    """Return the category of a program's message about its input, which is none about a place in the code."""
    data = load_forms("categories.yaml")
    explained = lines[:_EXPLAINING]
    about_code = any(matches(data["code"], line) for line in explained)
    return None if about_code else _by_words(reversed(explained), data["fallback"])


def _by_command(command: bytes, known: Category) -> Category | None:
    """Return the category of what a command fails with that has one purpose: to lint, to test, to install.

    Where the category `known` is code, only a linter's decides.
    """
    if not command:
        return None
    if matches(load_forms("diagnostics.yaml")["lint"], command):
        return "lint"
    if known != "unknown":
        return None
    return _by_words([command], load_forms("categories.yaml")["commands"])


def _by_words(lines: Iterable[bytes], rules: Sequence[_Rule]) -> Category | None:
    return next(
        (rule["category"] for line in lines for rule in rules if matches(rule["match"], line)),
        None,
    )


def _checks() -> Sequence[_Rule]:
    """Return the rules for commands that only check something, which decide last."""
    rules: Sequence[_Rule] = load_forms("categories.yaml")["checks"]
    return rules


def _strong_rules() -> Sequence[_Rule]:
    return [rule for rule in _rules() if rule.get("always")]


@cache
def _rules() -> Sequence[_Rule]:
    rules: Sequence[_Rule] = load_forms("categories.yaml")["rules"]
    return rules
