"""The gate of every pattern, by its id: `pytest tests/extract/test_patterns.py -k <id>`."""

import re
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import yaml

from plugin.extract.analyze import analyze
from plugin.extract.built_in_data import GENERIC_FILE, from_yaml, pattern_files
from plugin.extract.catalogue import Catalogue, built_in
from plugin.extract.pattern import Pattern
from plugin.extract.pattern_entries import parse_entries, validate
from plugin.extract.regex import regex
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.excerpt import Category
from tests.extract.index import index

LARGEST_PROGRAM = 2500
"""RE2 instructions of one expression: RE2 is linear in the line, and slower in proportion to this at worst."""
LOGS = Path(__file__).parent.parent / "logs"
PATTERNS = built_in().patterns


def _each(patterns: tuple[Pattern, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("pattern", patterns, ids=[pattern.id for pattern in patterns])


def _clean(text: str | bytes) -> bytes:
    return readable(text, Redactor())


@cache
def _green_hits() -> dict[str, str]:
    """Patterns that fire on a log of a successful run, and where."""
    return {
        pattern.id: f"{path.relative_to(LOGS)}:{number}: {line.decode(errors='replace')}"
        for path in sorted(LOGS.glob("**/*.green.log"))
        for number, line in enumerate(_clean(path.read_bytes()).split(b"\n"), 1)
        if (pattern := built_in().matching(line))
    }


def test_no_file_and_no_entry_is_wrong() -> None:
    assert from_yaml().problems == ()


@_each(PATTERNS)
def test_pattern_names_the_failure_of_its_example(pattern: Pattern) -> None:
    assert pattern.example, "an example is the pattern's test"
    found = analyze(_clean(pattern.example))
    assert found.pattern == pattern.id, f"{found.pattern} won, with the title {found.title!r}"
    if pattern.expect:
        assert found.title == pattern.expect


@_each(PATTERNS)
def test_pattern_is_whole(pattern: Pattern) -> None:
    validate(pattern)
    assert all((pattern.title, pattern.example)), "title and example are for people"
    assert pattern.see.startswith("https://") or pattern.place == GENERIC_FILE, (
        "`see` names where the tool documents it"
    )
    captures = {name.decode() for name in regex(pattern.match).groupindex}
    asked = set(re.findall(r"\{(\w+)\}", pattern.title + pattern.hint))
    assert captures == asked, "what is captured is told, and the other way round"
    assert pattern.expect or not re.search(r"\{\w+\}", pattern.title), "a title with captures needs `expect`"
    assert pattern.category != "unknown" or pattern.kind == "symptom"


@_each(PATTERNS)
def test_pattern_is_silent_on_successful_runs(pattern: Pattern) -> None:
    assert pattern.id not in _green_hits(), _green_hits()[pattern.id]


@pytest.mark.parametrize("place", [path.name for path in pattern_files()])
def test_no_line_of_an_example_is_stolen_by_an_earlier_pattern(place: str) -> None:
    """The line that a pattern's own expression matches is its own in the whole catalogue."""
    for pattern in (one for one in PATTERNS if one.place == place):
        user_defined = [line for line in _clean(pattern.example).split(b"\n") if regex(pattern.match).search(line)]
        owners = {found.id for line in user_defined if (found := built_in().matching(line))}
        assert pattern.id in owners, f"{pattern.id}: its lines belong to {owners or 'nobody'}"


@_each(PATTERNS)
def test_pattern_is_compiled_by_re2_and_small(pattern: Pattern) -> None:
    for expression in (pattern.match, pattern.start, pattern.until, pattern.unless):
        assert type(regex(expression)).__module__ == "re2"
        assert regex(expression).programsize <= LARGEST_PROGRAM, expression


def test_ids_are_unique_over_all_files() -> None:
    keys = [key for path in pattern_files() for key in re.findall(r"(?m)^([^\s#].*?):$", path.read_text("utf-8"))]
    assert sorted(keys) == sorted(pattern.id for pattern in PATTERNS)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("path", pattern_files(), ids=lambda path: path.name)
def test_head_comment_shows_an_entry_that_works(path: Path) -> None:
    head = [line[2:] for line in path.read_text("utf-8").split("\n\n", 1)[0].split("\n")]
    about, copied = head[0], "\n".join(head[3:])
    assert len(about.split()) >= 1
    patterns, problems = parse_entries(yaml.safe_load(copied), path.name, set(), validate)
    assert problems == []
    found = analyze(_clean(patterns[0].example), catalogue=Catalogue(tuple(patterns)))
    assert (found.pattern, found.title) == (patterns[0].id, patterns[0].expect)


def test_there_are_patterns_for_all_that_people_run() -> None:
    assert len(PATTERNS) >= 150
    assert {pattern.category for pattern in PATTERNS} == set(get_args(Category))


def test_index_tells_every_pattern() -> None:
    text = index()
    assert all(f"\n#### {pattern.id}\n" in text for pattern in PATTERNS)
