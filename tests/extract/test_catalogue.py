"""Precedence of patterns, and the titles and hints that they make."""

import pytest

from plugin.extract.catalogue import Catalogue, Pattern, without_program_prefix
from plugin.extract.pattern_entries import parse_entries
from plugin.extract.pattern_files import built_in


def _pattern(name: str, match: str = "error", **fields: str) -> Pattern:
    return Pattern(**{"id": name, "title": name, "match": match, "place": "tool.yaml", **fields})  # type: ignore[arg-type]


TOOL = _pattern("tool")
LATER = _pattern("later")
SYMPTOM = _pattern("symptom", kind="symptom")
GENERIC = _pattern("generic", place="generic.yaml")
OWN = Pattern("own", "own", "error", "here", kind="symptom", user_defined=True)


@pytest.mark.parametrize(
    ("patterns", "wins"),
    [
        pytest.param((TOOL, LATER), "tool", id="the first of the same rank"),
        pytest.param((SYMPTOM, TOOL), "tool", id="a cause before a symptom"),
        pytest.param((GENERIC, TOOL), "tool", id="a tool's before a generic one"),
        pytest.param((GENERIC, SYMPTOM), "symptom", id="a tool's symptom before a generic cause"),
        pytest.param((TOOL, OWN), "own", id="a person's own before all"),
        pytest.param((_pattern("but", unless="ignored"), LATER), "later", id="unless"),
        pytest.param((_pattern("other", match="^nothing"),), None, id="none"),
    ],
)
def test_precedence_of_patterns(patterns: tuple[Pattern, ...], wins: str | None) -> None:
    found = Catalogue(patterns).matching(b"error: x (ignored)")
    assert (found.id if found else None) == wins


def test_only_user_patterns_match_noise() -> None:
    assert Catalogue((TOOL,), noise=("^error: none",)).matching(b"error: none") is None
    assert Catalogue((TOOL, OWN), noise=("^error: none",)).matching(b"error: none") is OWN


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"#12 3.456 npm error code 1", b"npm error code 1", id="BuildKit"),
        pytest.param(b"0.214 /bin/sh: make: not found", b"/bin/sh: make: not found", id="BuildKit's summary"),
        pytest.param(b"web_1  | KeyError: 'price'", b"KeyError: 'price'", id="Compose"),
        pytest.param(
            b"@shop/api:build: src/a.ts(5,9): error TS2322: x", b"src/a.ts(5,9): error TS2322: x", id="Turborepo"
        ),
        pytest.param(b"@shop/api: error: x", b"error: x", id="Lerna"),
        pytest.param(b"packages/api build: error: x", b"error: x", id="pnpm -r"),
        pytest.param(b"src/cart.c:12:5: error: x", b"src/cart.c:12:5: error: x", id="a place in code"),
        pytest.param(b"   12 |   return sum", b"   12 |   return sum", id="a compiler's gutter"),
        pytest.param(b"E: Unable to locate package", b"E: Unable to locate package", id="apt"),
    ],
)
def test_prefix_of_a_program_is_removed(line: bytes, said: bytes) -> None:
    assert without_program_prefix(line) == said


def test_pattern_matches_behind_the_prefix_of_a_program() -> None:
    line = b"@shop/api:build: src/report.ts(5,9): error TS2322: Type 'number' is not assignable to type 'string'."
    found = built_in().matching(line)
    assert found is not None
    assert found.fill(found.title, line).startswith("src/report.ts(5,9): TS2322: Type 'number'")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"error 7 in  a\tb", "7: a b"),
        (b"error 7 in " + b"x" * 500, "7: " + "x" * 196 + "…"),
        ("error 7 in Zürich".encode(), "7: Zürich"),
        (b"nothing", ": "),
    ],
)
def test_title_is_one_short_line(line: bytes, told: str) -> None:
    pattern = _pattern("a", match=r"error (?P<code>\d+) in (?P<what>.+)", title="{code}: {what}")
    assert pattern.fill(pattern.title, line) == told.strip()


@pytest.mark.parametrize(
    ("test", "other", "hint"),
    [
        pytest.param("tests/a.py::sum", "", "Run `pytest tests/a.py::sum`, not sum.", id="plain values"),
        pytest.param("ten percent", "", "Run `pytest 'ten percent'`, not sum.", id="blanks"),
        pytest.param("$(id); rm *", "", "Run `pytest '$(id); rm *'`, not sum.", id="shell syntax"),
        pytest.param("it's", "", """Run `pytest 'it'"'"'s'`, not sum.""", id="a quote"),
        pytest.param("'a.rb[1:2]'", "", "Run `pytest 'a.rb[1:2]'`, not sum.", id="quoted by the tool"),
        pytest.param("{name}", "", "Run `pytest '{name}'`, not sum.", id="a placeholder in the log"),
        pytest.param("", "other", "Run `pytest other`, not sum.", id="the other alternative"),
        pytest.param("", "", "", id="a value is missing"),
        pytest.param("`id`", "", "", id="a value that would end the code"),
        pytest.param("x" * 200, "", "", id="a command that does not fit"),
    ],
)
def test_hint_is_a_command_that_can_be_pasted(test: str, other: str, hint: str) -> None:
    match = r"FAILED <(?P<test>[^>]*)><(?P<other>[^>]*)> in (?P<name>\w+)"
    pattern = _pattern("a", match=match, hint="Run `pytest {test}{other}`, not {name}.")
    assert pattern.advice(f"FAILED <{test}><{other}> in sum".encode()) == hint


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"A": {"title": "t", "match": "m"}}, "file, A: an id is lower-case words joined by hyphens"),
        ({"a": {"title": "t"}}, "file, a: match is missing"),
        ({"taken": {"title": "t", "match": "m"}}, "file, taken: the id is taken by an earlier pattern"),
        (["a"], "file: a mapping of pattern ids is expected"),
    ],
)
def test_invalid_entries_are_reported(document: object, problem: str) -> None:
    assert parse_entries(document, "file", {"taken"}) == ([], [problem])


def test_lines_that_no_pattern_matches_are_found_together() -> None:
    examples = [line.encode() for one in built_in().patterns[::20] for line in one.example.splitlines()]
    lines = [line for one in examples for line in (b"nothing here", one, b"app-1 | #7 12.3 " + one, b"")]
    unmatched = built_in().unmatched(lines)
    assert [line for line in unmatched if built_in().matching(line)] == []
    assert built_in().unmatched([b"nothing here"] * 50) == {b"nothing here"}
