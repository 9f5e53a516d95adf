"""The gate of every pattern, by its id: `pytest tests/extract/test_patterns.py -k <id>`."""

import re
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import yaml

from plugin.extract.analyze import analyze
from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.features import Features
from plugin.extract.pattern_entries import parse_entries, validate
from plugin.extract.pattern_files import built_in, built_in_problems, pattern_files
from plugin.extract.regex import regex
from plugin.extract.tool_evidence import ToolEvidence
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.excerpt import Category

LARGEST_PROGRAM = 2500
"""RE2 instructions of one expression: RE2 is linear in the line, and slower in proportion to this at worst."""
LOGS = Path(__file__).parent.parent / "logs"
PATTERNS = tuple(built_in().patterns)


def _each(patterns: tuple[Pattern, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("pattern", patterns, ids=[pattern.id for pattern in patterns])


def _clean(text: str | bytes) -> bytes:
    return readable(text, Redactor())


@cache
def _green_hits() -> dict[str, str]:
    """Patterns that fire on a log of a successful run, and where."""
    hits: dict[str, str] = {}
    for path in sorted(LOGS.glob("**/*.green.log")):
        features = Features(choose_candidates(_clean(path.read_bytes())), built_in())
        for row, pattern in features.patterns.items():
            line = features.candidates.lines[row].decode(errors="replace")
            hits[pattern.id] = f"{path.relative_to(LOGS)}:{row + 1}: {line}"
    return hits


def test_no_file_and_no_entry_is_wrong() -> None:
    assert built_in_problems() == ()


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


@pytest.mark.parametrize("place", [place for place, _ in pattern_files()])
def test_no_line_of_an_example_is_stolen_by_an_earlier_pattern(place: str) -> None:
    """The line that a pattern's own expression matches is its own in the whole catalogue."""
    for pattern in (one for one in PATTERNS if one.place == place):
        lines = _clean(pattern.example).split(b"\n")
        evidence = ToolEvidence(lines)
        matched = [row for row, line in enumerate(lines) if regex(pattern.match).search(line)]
        best = (evidence.best_pattern(built_in(), lines[row], [row], ()) for row in matched)
        owners = {found.id for found in best if found}
        assert pattern.id in owners, f"{pattern.id}: its lines belong to {owners or 'nobody'}"


@_each(PATTERNS)
def test_pattern_is_compiled_by_re2_and_small(pattern: Pattern) -> None:
    for expression in (
        pattern.match,
        pattern.evidence,
        pattern.start,
        pattern.until,
        pattern.unless,
        pattern.detail,
    ):
        assert type(regex(expression)).__module__ == "re2"
        assert regex(expression).programsize <= LARGEST_PROGRAM, expression


def test_ids_are_unique_over_all_files() -> None:
    keys = [key for _, text in pattern_files() for key in re.findall(r"(?m)^([^\s#].*?):$", text)]
    assert sorted(keys) == sorted(pattern.id for pattern in PATTERNS)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("place", "text"), list(pattern_files()), ids=[place for place, _ in pattern_files()])
def test_head_comment_shows_an_entry_that_works(place: str, text: str) -> None:
    head = [line[2:] for line in text.split("\n\n", 1)[0].split("\n")]
    about, copied = head[0], "\n".join(head[3:])
    assert len(about.split()) >= 1
    patterns, problems = parse_entries(yaml.safe_load(copied), place, set(), validate)
    assert problems == []
    found = analyze(_clean(patterns[0].example), catalogue=Catalogue(tuple(patterns)))
    assert (found.pattern, found.title) == (patterns[0].id, patterns[0].expect)


def test_there_are_patterns_for_all_that_people_run() -> None:
    assert len(PATTERNS) >= 150
    assert {pattern.category for pattern in PATTERNS} == set(get_args(Category))
