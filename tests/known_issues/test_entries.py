"""Entries of known issues: what is valid, and one message for each that is not."""

from datetime import date

import pytest

from plugin.extract.generality import check_specific
from plugin.known_issues.entries import Entry, read_entries
from plugin.model.verdict import KnownIssue

KEY = "v1:0123456789abcdef"
TODAY = date(2027, 1, 31)


def read(text: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    return read_entries(text, "FILE", check_specific, TODAY)


def problem(entry: str) -> str:
    entries, problems = read(f"known_issues: [{entry}]")
    assert entries == ()
    (found,) = problems
    return found


def test_an_entry_has_all_its_fields() -> None:
    entries, problems = read(f"""
patterns: {{}}
known_issues:
  - match: {KEY}
    text: The clock is
      off
    link: https://issues.example.com/12
    owner: '@ops'
    until: 2027-01-31
    action: wait
  - {{match: 'registry\\.example\\.com.* 503', text: down}}
""")
    assert problems == ()
    first, second = entries
    assert first.issue == KnownIssue(
        "The clock is off", "https://issues.example.com/12", "@ops", "2027-01-31", "wait", expired=False
    )
    assert (first.is_key, second.is_key) == (True, False)
    assert second.issue == KnownIssue("down")


def test_the_setting_may_be_the_list_alone_as_json() -> None:
    (entry,), problems = read(f'[{{"match": "{KEY}", "text": "x", "until": "2027-02-01T00:00:00Z"}}]')
    assert (entry.issue.until, entry.issue.expired, problems) == ("2027-02-01", False, ())


@pytest.mark.parametrize("text", ["", "  ", "patterns: {}", "known_issues:", "known_issues: []", "a: {match: b}"])
def test_without_entries_there_is_nothing_to_complain_about(text: str) -> None:
    assert read(text) == ((), ())


@pytest.mark.parametrize(("until", "expired"), [("2027-01-30", True), ("2027-01-31", False)])
def test_an_entry_counts_until_the_end_of_its_day(until: str, *, expired: bool) -> None:
    (entry,), _ = read(f"[{{match: {KEY}, text: x, until: {until}}}]")
    assert (entry.issue.expired, entry.issue.counts) == (expired, not expired)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("x", "a mapping of match, text, link, owner, until, action is expected"),
        ("{match: abc}", "text is missing"),
        ("{text: abc}", "match is missing"),
        ("{match: abc, text: [x]}", "text must be text"),
        ("{match: abc, text: x, when: y}", "unknown field 'when'"),
        ("{match: '(', text: x}", "missing )"),
        ("{match: 'x(?=y)', text: x}", "invalid perl operator"),
        (f"{{match: '{'x' * 1001}', text: x}}", "more than 1000 characters"),
        ("{match: 'v0:0123456789abcdef', text: x}", "of another version"),
        ("{match: abc, text: x, until: tomorrow}", "until must be a date such as 2027-01-31, not 'tomorrow'"),
        ("{match: abc, text: x, action: shrug}", "action must be one of retry, wait, ask"),
        ("{match: abc, text: x, link: 'javascript:alert(1)'}", "link must be an http or https URL"),
    ],
)
def test_an_unusable_entry_is_named_with_the_reason(entry: str, message: str) -> None:
    assert problem(entry).startswith("FILE, known issue 1: ")
    assert message in problem(entry)


@pytest.mark.parametrize("expression", ["x*", ".", "[a-z]+:", r"\d", "error", "(?i)fail", "Error:", "test"])
def test_an_expression_that_matches_almost_everything_is_an_error(expression: str) -> None:
    assert "too general" in problem(f"{{match: '{expression}', text: x}}")


@pytest.mark.parametrize("expression", ["connection refused", "503 Service Unavailable", "test_checkout", "timed out"])
def test_an_expression_that_names_a_cause_is_accepted(expression: str) -> None:
    assert read(f"[{{match: '{expression}', text: x}}]")[1] == ()


def test_valid_entries_are_used_beside_unusable_ones() -> None:
    entries, problems = read(f"known_issues: [3, {{match: {KEY}, text: x}}, {{}}]")
    assert [entry.number for entry in entries] == [2]
    assert len(problems) == 2


@pytest.mark.parametrize("text", ["known_issues: {a: b}", "known_issues: x", "[[[[[[[[[[1]]]]]]]]]]", "[&a {}, *a]"])
def test_a_document_of_another_form_is_one_problem(text: str) -> None:
    entries, problems = read(text)
    assert (entries, len(problems)) == ((), 1)


def test_number_and_size_are_bounded() -> None:
    many = ", ".join(f"{{match: 'cause {number}', text: {'x' * 100}}}" for number in range(300))
    entries, problems = read(f"[{many}]")
    assert len(entries) == 200
    assert problems == ("FILE: 300 known issues are too many; only the first 200 are used",)
    _, problems = read("[" + "x, " * 100 + "y]")
    assert len(problems) == 21
    (entry,), _ = read(f"[{{match: {KEY}, text: {'x' * 9999}}}]")
    assert len(entry.issue.text) == 1000
