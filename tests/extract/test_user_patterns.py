"""User-defined patterns: they take precedence on their lines, and no input does harm."""

import json

import pytest

from plugin.extract.analyze import analyze
from plugin.extract.pattern_files import built_in
from plugin.extract.user_patterns import FILE, SETTING, with_user_patterns

LINT = "our-lint: {title: 'Our lint: {what}', match: 'LINT: (?P<what>.+)', hint: 'Ask {what}.', category: lint}"
LOG = b"+ make check\nchecking 3 files\nLINT: no tabs, please\nerror: 1 problem\n+ exit 1\n"


@pytest.mark.parametrize(
    ("file", "setting"),
    [
        pytest.param(f"patterns:\n  {LINT}\n", "", id="file, below patterns"),
        pytest.param(LINT, "", id="file, directly"),
        pytest.param(None, "{" + LINT + "}", id="setting, YAML"),
        pytest.param(
            None,
            json.dumps({"our-lint": {"title": "Our lint: {what}", "match": "LINT: (?P<what>.+)", "category": "lint"}}),
            id="setting, JSON",
        ),
        pytest.param(
            None,
            '{"patterns":{"our-lint":{"title":"Our lint: {what}","match":"LINT: (?P<what>.+)","category":"lint"}}}',
            id="setting, JSON without spaces, below patterns",
        ),
        pytest.param("ignore: ['^DEBUG']\n", LINT, id="both"),
    ],
)
def test_user_pattern_names_the_failure(file: str | None, setting: str) -> None:
    catalogue, problems = with_user_patterns(file, setting, ())
    found = analyze(LOG, catalogue=catalogue)
    assert problems == ()
    assert (found.pattern, found.title, found.category) == ("our-lint", "Our lint: no tabs, please", "lint")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"E   AssertionError: 8100 != 810", id="a tool's own"),
        pytest.param(b"0 errors", id="noise"),
        pytest.param(b"Error: table orders has no primary key", id="generic"),
    ],
)
@pytest.mark.parametrize("kind", ["cause", "symptom"])
def test_user_pattern_takes_precedence_on_its_line(line: bytes, kind: str) -> None:
    text = f"ours: {{title: Ours, match: '^{line.decode().replace(' ', '[ ]')}$', kind: {kind}}}"
    catalogue, problems = with_user_patterns(None, text, ())
    assert problems == ()
    won = catalogue.matching(line)
    assert won is not None
    assert won.id == "ours"


def test_line_of_a_user_pattern_outranks_others() -> None:
    log = (
        b"+ make check\nquota of shop-ci is used up\n"
        + b"fine\n" * 40
        + b"Traceback (most recent call last):\nKeyError: 'a'\n"
    )
    catalogue, _ = with_user_patterns(
        "quota: {title: The quota is used up, match: '^quota of [^ ]+ is used up'}", "", ()
    )
    found = analyze(log, catalogue=catalogue)
    assert (found.pattern, found.ranked[0]) == ("quota", 2)


def test_line_of_a_user_pattern_is_found_in_the_middle_of_a_long_log() -> None:
    line = b"quota of shop-ci is used up\n"
    log = b"+ make check\n" + b"part is fine\n" * 40_000 + line + b"part is fine\n" * 40_000
    text = (
        "{a: {title: A, match: '^limit of (?P<x>.+)', hint: '{x}'}, quota: {title: '{x}', match: '^(?P<x>quota) of'}}"
    )
    catalogue, problems = with_user_patterns(None, text, ())
    assert problems == ()
    found = analyze(log, catalogue=catalogue)
    assert (found.pattern, found.title, found.ranked[0]) == ("quota", "quota", 40_002)


def test_built_in_patterns_stay() -> None:
    catalogue, _ = with_user_patterns(LINT, "", ())
    assert catalogue.patterns[1:] == tuple(built_in().patterns)


def test_without_user_patterns_the_catalogue_is_the_built_in_one() -> None:
    assert with_user_patterns(None, "", ()) == (built_in(), ())
    assert with_user_patterns("\n# nothing yet\n", "  ", ()) == (built_in(), ())


def test_ignored_lines_are_not_shown() -> None:
    log = b"+ make\nerror: telemetry is down\nmain.c:3:5: error: expected ';'\n"
    catalogue, problems = with_user_patterns("ignore: ['telemetry']\n", "", ["^\\+ make"])
    assert problems == ()
    assert [line.number for line in analyze(log, catalogue=catalogue).lines] == [3]


@pytest.mark.parametrize(
    ("file", "setting", "ignore", "problem"),
    [
        ("a: {title: t}", "", (), f"{FILE}, a: match is missing"),
        ("a: {match: m}", "", (), f"{FILE}, a: title is missing"),
        ("a: {title: t, match: '(?=x)'}", "", (), f"{FILE}, a: invalid perl operator: (?="),
        ("a: {title: t, match: m, unless: '['}", "", (), f"{FILE}, a: missing ]: ["),
        ("a: {title: '{x}', match: m}", "", (), f"{FILE}, a: title uses {{x}}, which `match` does not capture"),
        ("a: {title: t, match: '.*'}", "", (), f"{FILE}, a: match fits every line"),
        ("a: [1]", "", (), f"{FILE}, a: a mapping of fields is expected"),
        ("a: {title: [t], match: m}", "", (), f"{FILE}, a: title must be text"),
        ("A b: {title: t, match: m}", "", (), f"{FILE}, A b: an id is lower-case words joined by hyphens"),
        ("a: {title: t, match: m, colour: red}", "", (), "a: unknown field 'colour'; known are category, detail,"),
        ("a: {title: t, match: m, kind: x}", "", (), f"{FILE}, a: kind must be one of cause, symptom, not 'x'"),
        ("a: {title: t, match: m, category: x}", "", (), f"{FILE}, a: category must be one of code, test, lint,"),
        ("a: {title: t, match: m}\na: {title: u, match: n}", "", (), f"{FILE}: duplicate key a (again in line 2)"),
        ("pytest-error: {title: t, match: m}", "", (), f"{FILE}, pytest-error: the id is taken by an earlier pattern"),
        (LINT, LINT, (), f"{SETTING}, our-lint: the id is taken by an earlier pattern"),
        (
            "patterns: {}\nignored: [x]",
            "",
            (),
            f"{FILE}: ignored is not known here, only patterns, ignore, known_issues",
        ),
        ("- a", "", (), f"{FILE}: a mapping with `patterns` and `ignore` is expected"),
        ("patterns: [a]", "", (), f"{FILE}: a mapping of pattern ids is expected"),
        ("{", "", (), f"{FILE}: while parsing a flow node did not find expected node content"),
        ("a: {title: t, match: m, own: x}", "", (), f"{FILE}, a: unknown field 'own'"),
        ("ignore: [ok, '(']", "", (), f"{FILE}, ignore, entry 2: missing ): ("),
        ("ignore: [{a: b}]", "", (), f"{FILE}, ignore, entry 1: an expression has to be text"),
        ("", "", ("",), "setting ignore, entry 1: it would hide every line"),
        ("", "", ("x*",), "setting ignore, entry 1: it would hide every line"),
    ],
)
def test_invalid_entries_are_reported_and_the_rest_works(
    file: str, setting: str, ignore: tuple[str, ...], problem: str
) -> None:
    good = "\ngood: {title: Good, match: 'GOOD'}\n" if file and ":" in file and "patterns" not in file else ""
    catalogue, problems = with_user_patterns(file + ("" if "ignore" in file else good), setting, (*ignore, "^fine$"))
    assert any(problem in line for line in problems), problems
    assert catalogue.ignored(b"fine")
    if good and not file.startswith("ignore"):
        assert any(pattern.id == "good" for pattern in catalogue.patterns)


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


def _merges() -> str:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    return "\n".join(lines)


HOSTILE = {
    "aliases": _bomb(),
    "merges": _merges(),
    "an alias of itself": "a: &a [*a]",
    "a Python tag": "a: !!python/object/apply:os.system ['true']",
    "a tag that is no date": "a: !!timestamp 2026-99-99",
    "deep lists": "[" * 100_000,
    "deep mappings": "{a: " * 50_000,
    "deep indentation": "\n".join(" " * n + f"k{n}:" for n in range(500)),
    "a huge text": "a: " + "x" * 2_000_000,
    "many patterns": "\n".join(f"p{n}: {{title: t, match: 'm{n}'}}" for n in range(4000)),
    "many bad patterns": "\n".join(f"p{n}: {{title: t, match: '('}}" for n in range(4000)),
    "many keys": "\n".join(f"k{n}: v" for n in range(100_000)),
    "many ignores": "ignore: [" + ", ".join(f"i{n}" for n in range(4000)) + "]",
    "a repeated repeat": "a: {title: t, match: '((a{1,100}){1,100}){1,100}'}",
    "a wide repeat": "a: {title: t, match: '" + "(?i)[\\p{L}\\p{N}]{1000}" + "'}",
    "many wide repeats": "\n".join(f"p{n}: {{title: t, match: '(\\w{{1,100}} ?){{3}}x{n}'}}" for n in range(1500)),
    "a long expression": "a: {title: t, match: '" + "(a|b)" * 20_000 + "'}",
    "a number of many digits": "a: {title: t, match: " + "9" * 10_000 + "}",
    "sexagesimal": "a: {title: t, match: 1:1:1:1:1:1:1:1:1:1:1:1:1:1}",
    "a key that is a list": "? [a, b]\n: c",
    "two documents": "a: b\n---\nc: d",
    "control characters": "a: \x00\x1b]0;x\x07",
    "half a surrogate": '{"a": {"title": "\\ud83d", "match": "\\ud83d"}}',
    "a half in the text itself": "a: {title: t, match: '\ud83d'}",
    "escape codes in an id": '"\\e[31mred\\e[0m\\n::error::x": {title: t}',
    "null": "null",
    "a byte order mark": "\ufeffa: {title: t, match: m}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("where", ["file", "setting", "ignore"])
def test_hostile_texts_are_bounded_and_never_raise(text: str, where: str) -> None:
    catalogue, problems = with_user_patterns(
        text if where == "file" else None, text if where == "setting" else "", (text,) if where == "ignore" else ()
    )
    if catalogue is not built_in():
        analyze(LOG, catalogue=catalogue)
    assert len(catalogue.patterns) - len(built_in().patterns) <= 500
    assert len(catalogue.ignore) <= 500
    assert len(problems) <= 21
    assert all(len(line) <= 300 and line.isprintable() for line in problems)


def test_text_beyond_the_first_plane_in_json() -> None:
    catalogue, problems = with_user_patterns(
        None, json.dumps({"rocket": {"title": "🚀 failed", "match": "🚀 failed"}}), ()
    )
    assert problems == ()
    assert analyze("🚀 failed\n".encode(), catalogue=catalogue).title == "🚀 failed"
