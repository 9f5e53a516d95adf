"""Patterns that a pull request could have written add to what is known; they do not replace what a log says."""

import pytest

from plugin.extract.analyze import analyze
from plugin.extract.user_patterns import with_user_patterns
from plugin.model.excerpt import Excerpt

README = r"""
our-linter:
  match: '^LINT (?P<file>\S+): (?P<what>.+)'
  title: '{file}: {what}'
  hint: Run `make lint` before you push.
  category: lint
"""
PASSED = "All checks passed, safe to merge"


def excerpt(log: str, patterns: str, *, of_pull_request: bool = True) -> Excerpt:
    catalogue, problems = with_user_patterns(patterns, "", (), of_pull_request=of_pull_request)
    assert problems == ()
    return analyze(log.encode(), catalogue=catalogue)


def pattern(match: str, title: str = PASSED, more: str = "") -> str:
    return f"ours: {{match: '{match}', title: '{title}'{more}}}"


# Origin


def test_the_origin_is_reported_for_pull_requests_only() -> None:
    log = "+ make lint\nLINT src/app.py: no tabs\n"
    assert excerpt(log, README).pattern_origin == ".failure-alert.yml"
    assert excerpt(log, README, of_pull_request=False).pattern_origin == ""
    catalogue, _ = with_user_patterns(None, README, (), of_pull_request=True)
    assert analyze(log.encode(), catalogue=catalogue).pattern_origin == ""


# Title


def test_the_title_has_the_text_of_the_line() -> None:
    found = excerpt("compiling\nthe frobnicator refuses to go on\n", pattern("^the frob"))
    assert found.pattern == "ours"
    assert found.title == f"the frobnicator refuses to go on — {PASSED}"


@pytest.mark.parametrize(
    "title",
    [
        pytest.param(PASSED, id="words"),
        pytest.param("{one} passed", id="a part of the line and words"),
        pytest.param("{one}", id="a small part of the line"),
        pytest.param(PASSED * 10, id="longer than any title"),
        pytest.param("{none}", id="nothing"),
    ],
)
def test_the_title_begins_with_the_line_whatever_the_pattern_says(title: str) -> None:
    line = "2 modules of the frobnicator refuse to go on"
    found = excerpt(f"compiling\n{line}\n", pattern("^(?P<one>[0-9]+) modules(?P<none>)", title))
    assert found.title.startswith(line)
    assert len(found.title) <= 200


def test_the_title_of_a_long_line_is_still_that_of_the_line() -> None:
    line = "refused: " + "word " * 100
    assert excerpt(f"compiling\n{line}\n", pattern("^refused")).title.startswith(line[:100])


def test_elsewhere_the_title_is_that_of_the_pattern() -> None:
    log = "compiling\nthe frobnicator refuses to go on\n"
    assert excerpt(log, pattern("^the frob"), of_pull_request=False).title == PASSED


# What leads


@pytest.mark.parametrize("of_pull_request", [True, False], ids=["pull request", "other build"])
@pytest.mark.parametrize("lines", [1, 3, 49, 60, 400])
def test_the_linter_of_the_readme_leads_a_log_of_its_lines(lines: int, *, of_pull_request: bool) -> None:
    rules = ("no tabs", "line too long", "missing header", "unused name")
    log = "+ make lint\n" + "".join(f"LINT src/{n % 7}/{'ab' * (n % 30)}.py: {rules[n % 4]}\n" for n in range(lines))
    found = excerpt(log, README, of_pull_request=of_pull_request)
    as_before = excerpt(log, README, of_pull_request=False)
    assert found.pattern == "our-linter"
    assert (found.ranked, found.title, found.hint) == (as_before.ranked, as_before.title, as_before.hint)


def test_it_leads_on_a_line_that_only_a_generic_pattern_matches() -> None:
    log = "migrating 14 tables\nError: table orders has no primary key\n"
    assert analyze(log.encode()).pattern == "generic-error"
    found = excerpt(log, pattern("^Error: table", "Bad schema"))
    assert (found.pattern, found.ranked[0]) == ("ours", 2)


@pytest.mark.parametrize(
    ("log", "match"),
    [
        pytest.param("+ tsc\nsrc/a.ts(5,9): error TS2322: Type is wrong.\n", "TS2322", id="on the line"),
        pytest.param("+ tsc\nweb-1  | src/a.ts(5,9): error TS2322: Type is wrong.\n", "web-1", id="behind a prefix"),
        pytest.param(
            "=== FAILURES ===\n___ test_total ___\n\n    def test_total():\n>       assert total() == 810\n"
            "E       assert 8100 == 810\nharmless\n\ntests/test_cart.py:7: AssertionError\n"
            "FAILED tests/test_cart.py::test_total - assert 8100 == 810\n",
            "^harmless",
            id="within its block",
        ),
    ],
)
@pytest.mark.parametrize("more", ["", ", kind: symptom", ", start: '^.', until: '^.'", ", category: infrastructure"])
def test_it_does_not_lead_where_a_tool_s_pattern_matches_the_block(log: str, match: str, more: str) -> None:
    known = analyze(log.encode())
    found = excerpt(log, pattern(match, more=more))
    assert (found.pattern, found.title) == (known.pattern, known.title)


def test_a_tool_s_line_within_its_own_block_leads() -> None:
    log = "begin\nodd words\nsrc/a.ts(5,9): error TS2322: Type is wrong.\nend\n"
    found = excerpt(log, pattern("^odd words", more=", start: '^begin', until: '^end'"))
    assert found.pattern == "typescript-error"


def test_the_setting_leads_in_builds_of_pull_requests_too() -> None:
    catalogue, _ = with_user_patterns(None, pattern("TS2322"), (), of_pull_request=True)
    found = analyze(b"+ tsc\nsrc/a.ts(5,9): error TS2322: Type is wrong.\n", catalogue=catalogue)
    assert (found.pattern, found.title) == ("ours", PASSED)


# Patterns that match too much


def lines(matching: int, others: int) -> str:
    """A log of distinct lines, with and without `word`."""
    names = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(matching + others)]
    return "".join(f"{'word ' if n < matching else ''}{name} q\n" for n, name in enumerate(names))


@pytest.mark.parametrize("match", [".+", "[a-z]", "q", r"\w"])
def test_a_pattern_that_matches_most_of_a_log_is_refused(match: str) -> None:
    found = excerpt(lines(10, 50), pattern(match))
    assert found.pattern != "ours"
    assert PASSED not in found.title
    assert ".failure-alert.yml, ours: not used for this log, because it matches 60 of 60 different lines" in found.notes


@pytest.mark.parametrize(
    ("matching", "others", "refused"),
    [
        pytest.param(26, 24, True, id="more than half"),
        pytest.param(25, 25, False, id="half"),
        pytest.param(26, 23, False, id="a log of less than 50 lines"),
    ],
)
def test_more_than_half_of_at_least_fifty_lines_is_too_much(matching: int, others: int, *, refused: bool) -> None:
    found = excerpt(lines(matching, others), pattern("^word"))
    assert (found.pattern != "ours") == refused


def test_lines_that_differ_in_numbers_only_count_once() -> None:
    log = "".join(f"LINT {n}.py: bad\n" for n in range(60)) + lines(0, 10)
    assert excerpt(log, pattern("^LINT")).pattern == "ours"


def test_other_builds_refuse_nothing() -> None:
    assert excerpt(lines(40, 20), pattern("^word"), of_pull_request=False).pattern == "ours"


def test_a_refused_pattern_does_not_hide_others() -> None:
    text = f"{pattern('.+')}\ngood: {{match: '^odd words', title: Odd}}"
    found = excerpt(lines(30, 30) + "odd words\n", text)
    assert found.pattern == "good"


def test_reasons_are_bounded() -> None:
    text = "\n".join(f"p{n}: {{match: '[a-z]', title: t}}" for n in range(100))
    assert len(excerpt(lines(30, 30), text).notes) <= 6
