"""Compiled data files: they fit their YAML files, and are not used when they do not."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plugin import compiled_data
from plugin.extract import documents, pattern_files
from plugin.extract.catalogue import Catalogue
from plugin.extract.regex import regex
from plugin.fingerprint import mask
from tools.compiled.required import distinctive, required_literals

BUILT_IN = pattern_files.built_in_data()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text("one: 1\n")
    return path


def test_data_is_loaded_while_its_sources_are_unchanged(source: Path, tmp_path: Path) -> None:
    compiled = tmp_path / "compiled.json"
    compiled.write_text(compiled_data.dump({"entries": [{"é": 1}, 2], "other": {"a": ["b"]}}, [source]))
    assert compiled_data.load(compiled, [source]) == {
        "entries": [{"é": 1}, 2],
        "other": {"a": ["b"]},
        "sources": "7-" + compiled.read_text().split("7-")[1][:8],
    }
    assert compiled_data.load(compiled, [source], unread="entries") == {
        "entries": [offset := compiled.read_bytes().index('{"é"'.encode()), offset + 10],
        "other": {"a": ["b"]},
        "sources": "7-" + compiled.read_text().split("7-")[1][:8],
    }
    with compiled.open("rb") as file:
        assert [compiled_data.element(file, one) for one in (offset, offset + 10)] == [{"é": 1}, 2]
    source.write_text("one: 2\n")
    assert compiled_data.load(compiled, [source]) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{\n"entries": [\n', '{"sources": 1}', "\udcff"])
def test_a_damaged_file_is_not_used(text: str, source: Path, tmp_path: Path) -> None:
    compiled = tmp_path / "compiled.json"
    compiled.write_text(text, "utf-8", "surrogateescape")
    assert compiled_data.load(compiled, [source]) is None
    assert compiled_data.load(compiled, [source], unread="entries") is None


def test_a_missing_file_is_not_used(source: Path, tmp_path: Path) -> None:
    assert compiled_data.load(tmp_path / "compiled.json", [source]) is None


def test_patterns_are_read_by_several_threads_at_once() -> None:
    """The logs of earlier builds are analyzed in threads, and all patterns come from one open file."""
    compiled = compiled_data.load(documents.COMPILED, documents.sources(), unread="patterns")
    assert compiled
    expected = pattern_files.from_yaml().patterns
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            patterns = pattern_files.CompiledPatterns(compiled["patterns"])
            with ThreadPoolExecutor(4) as pool:
                read = list(pool.map(tuple, [patterns] * 4))
            assert read == [expected] * 4
    finally:
        sys.setswitchinterval(switch)


def test_the_compiled_catalogue_equals_the_yaml_files() -> None:
    parsed = pattern_files.from_yaml()
    assert compiled_data.load(documents.COMPILED, documents.sources()) is not None
    assert tuple(BUILT_IN.patterns) == parsed.patterns
    assert (BUILT_IN.noise, BUILT_IN.features) == (parsed.noise, parsed.features)
    assert documents.documents() == documents.documents_from_yaml()


def test_compiled_masks_equal_the_yaml_files() -> None:
    compiled = compiled_data.load(mask.COMPILED, mask.SOURCES)
    assert compiled is not None
    assert {name: compiled[name] for name in ("generic", "masks")} == mask.from_yaml()


@pytest.mark.parametrize(
    ("expression", "literals"),
    [
        (r"^error: (?P<error>.+)$", {"error: "}),
        (r"(?i)FATAL: x+", {"fatal: "}),
        (r"\b[Ee]rror in \S+", {"error in "}),
        (r"(?:abc|abd) not found", {" not found"}),
        (r"(?:missing|unknown): .", {"missing", "unknown"}),
        (r"(?:missing|no): .", set()),
        (r"(?:optional)? x", set()),
        (r"(?:needed){2,} x", {"needed"}),
        (r"^\S+:\d+:", set()),
        (r"größe", set()),
        (r"\pL+ broken", set()),
    ],
)
def test_required_literals(expression: str, literals: set[str]) -> None:
    assert required_literals(expression) == literals


def test_a_literal_is_cut_to_its_rarest_beginning() -> None:
    assert distinctive([["error: one"], ["error: two"]]) == [["r: one"], ["r: two"]]


def test_every_example_contains_a_literal_of_its_pattern() -> None:
    missing = [
        pattern.id
        for pattern, literals in zip(BUILT_IN.patterns, BUILT_IN.literals, strict=True)
        if literals
        for line in pattern.example.encode().splitlines()
        if regex(pattern.match).search(line) and not any(literal.encode() in line.lower() for literal in literals)
    ]
    assert missing == []


def test_a_narrowed_catalogue_matches_the_same_patterns() -> None:
    whole = Catalogue(BUILT_IN.patterns, BUILT_IN.noise, literals=BUILT_IN.literals)
    narrowing = Catalogue(BUILT_IN.patterns, BUILT_IN.noise, literals=BUILT_IN.literals)
    texts = [pattern.example.encode().splitlines() for pattern in BUILT_IN.patterns]
    for lines in ([line for text in texts[start::40] for line in text] for start in range(40)):
        object.__setattr__(narrowing, "_narrowed", {})
        narrowed = narrowing.narrowed(lines)
        assert len(narrowed.patterns) < len(whole.patterns)
        assert [narrowed.matching(line) for line in lines] == [whole.matching(line) for line in lines]


def test_after_some_logs_the_whole_catalogue_is_used() -> None:
    catalogue = Catalogue(BUILT_IN.patterns, BUILT_IN.noise, literals=BUILT_IN.literals)
    lines = [[pattern.example.encode()] for pattern in BUILT_IN.patterns[:10]]
    assert catalogue.narrowed(lines[0]) is catalogue.narrowed(lines[0]) is not catalogue
    assert [catalogue.narrowed(one) for one in lines][-1] is catalogue
