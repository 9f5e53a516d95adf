"""Titles and hints of the catalogue: a hint names the next action, and both are plain English."""

import re
from collections.abc import Callable
from typing import get_args

import pytest

from plugin.extract.catalogue import Pattern
from plugin.extract.pattern_files import built_in
from plugin.model.excerpt import Category

PATTERNS = tuple(built_in().patterns)
LONGEST = 200
TITLES = frozenset(pattern.title for pattern in PATTERNS)

ACTIONS = (
    r"Add|Apply|Ask|Authenticate|Call|Change|Check|Choose|Commit|Compare|Correct|Define|Find|Fix|Follow|"
    r"Free|Give|Import|Install|Keep|List|Lock|Log|Look|Lower|Make|Merge|Move|Open|Pass|Pin|Print|Provide|"
    r"Raise|Read|Reduce|Regenerate|Relax|Remove|Restart|Restore|Return|Revoke|Run|Search|See|Set|Start|"
    r"Stop|Try|Unlock|Update|Use|Wait"
)
"""Verbs that a hint may start with, as an expression. Add a verb when a hint needs it."""
CONDITIONS = r"After|For|If|To"
"""Words that may precede the action, as in "For 404, check the URL"."""

BANNED = (
    r"\bstands?\b",
    r"\bmends?\b",
    r"\btells?\b|\bis told\b",
    r"\bwhose\b",
    r"\bmeant\b",
    r"\bwants?\b",
    r"\bin vain\b",
    r"\blacks?\b",
    r"\bthe whole\b",
    r"\bown words\b",
    r"\bbroke off\b",
    r"\bwent away\b",
    r"\bmay not be\b",
    r"\bfolders?\b",
    r"\bmisspelt\b|\blicences?\b|\bbehaviour\b|\bcancelled\b",
    r"^An? (?:compiler )?(?:error|message|finding|warning) of\b",
    r"\?",
)
"""Expressions of wording that no title and no hint uses."""

ANGLE_BRACKETS = {
    "surefire-tests-failed": "Surefire marks failed tests with <<< FAILURE!",
}
"""Hints in which angle brackets are no placeholder, with the reason."""

FILLER = frozenset(
    {
        "a",
        "an",
        "and",
        "error",
        "errors",
        "failed",
        "failure",
        "in",
        "is",
        "it",
        "message",
        "of",
        "problem",
        "the",
        "this",
        "to",
    }
)


def _own_words(template: str) -> str:
    """Return the template without the places that the log fills."""
    return re.sub(r"\{\w+\}", "", template)


def _words(template: str) -> set[str]:
    return set(re.findall(r"[a-z]+", _own_words(template).lower()))


def _starts_with_an_action(hint: str) -> bool:
    return bool(re.match(rf"(?:{ACTIONS}|{CONDITIONS})\b", hint))


def _ends_with_a_period(hint: str) -> bool:
    return hint.endswith(".")


def _is_short(hint: str) -> bool:
    return len(hint) <= LONGEST


def _closes_its_code(hint: str) -> bool:
    return hint.count("`") % 2 == 0


def _has_no_ellipsis(hint: str) -> bool:
    return not re.search(r"\.\.\.|…", hint.replace("./...", ""))  # Go's "all packages" is no ellipsis


def _is_not_a_title(hint: str) -> bool:
    return not {hint, hint.rstrip(".")} & TITLES


@pytest.mark.parametrize(
    "holds",
    [
        _starts_with_an_action,
        _ends_with_a_period,
        _is_short,
        _closes_its_code,
        _has_no_ellipsis,
        _is_not_a_title,
    ],
)
def test_hint_is_a_short_instruction(holds: Callable[[str], bool]) -> None:
    assert [(pattern.id, pattern.hint) for pattern in PATTERNS if pattern.hint and not holds(pattern.hint)] == []


def test_hint_has_no_placeholder_that_nothing_fills() -> None:
    open_ones = [pattern for pattern in PATTERNS if re.search(r"<[^>]*>?", pattern.hint)]
    assert {pattern.id: pattern.hint for pattern in open_ones if pattern.id not in ANGLE_BRACKETS} == {}
    assert set(ANGLE_BRACKETS) == {pattern.id for pattern in open_ones}, "every exception is needed"


def test_hint_says_more_than_title_and_category() -> None:
    def says_nothing_new(pattern: Pattern) -> bool:
        return not _words(pattern.hint) - _words(pattern.title) - set(get_args(Category)) - FILLER

    assert [pattern.id for pattern in PATTERNS if pattern.hint and says_nothing_new(pattern)] == []


@pytest.mark.parametrize("banned", BANNED)
def test_title_and_hint_are_plain_english(banned: str) -> None:
    texts = [(pattern.id, text) for pattern in PATTERNS for text in (pattern.title, pattern.hint)]
    assert [(name, text) for name, text in texts if re.search(banned, _own_words(text), re.IGNORECASE)] == []


def test_title_is_one_line_without_period() -> None:
    assert [one.id for one in PATTERNS if one.title.endswith((".", ":")) or re.search(r"\s{2}|\n", one.title)] == []
