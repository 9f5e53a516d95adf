"""Which known issue a failure matches, and when that decides nothing."""

from dataclasses import replace

import pytest

from plugin.commands.known_issues import search
from plugin.known_issues.entries import Entry
from plugin.known_issues.match import FailureText, expiry_notes, known_issue, matches
from plugin.model.verdict import KnownIssue

KEY = "v1:0123456789abcdef"
FAILURE = FailureText(KEY, ("dial tcp 10.0.0.7:443: connection refused", "exit status 1"), ("cannot load module",))


def entry(match: str, text: str = "known", **more: object) -> Entry:
    return Entry(match, replace(KnownIssue(text), **more), "FILE", 1)  # type: ignore[arg-type]


def found(failure: FailureText, *entries: Entry) -> KnownIssue | None:
    return known_issue(failure, entries, search)


@pytest.mark.parametrize("match", [KEY, "connection refused", r"^dial tcp \S+:443"])
def test_a_key_or_an_expression_for_the_cause_matches_and_counts(match: str) -> None:
    assert found(FAILURE, entry(match)) == KnownIssue("known")


@pytest.mark.parametrize("match", ["v1:0123456789abcdee", "no route to host", "module not found"])
def test_another_key_or_cause_does_not_match(match: str) -> None:
    assert found(FAILURE, entry(match)) is None
    assert not matches(replace(FAILURE, key=""), entry(KEY), search)


def test_a_match_beside_the_cause_is_partial_and_decides_nothing() -> None:
    issue = found(FAILURE, entry("cannot load module"))
    assert issue == KnownIssue("known", partial=True)
    assert not issue.counts


def test_an_issue_that_counts_comes_before_others_and_a_key_before_expressions() -> None:
    partial, plain, key = entry("cannot load", "partial"), entry("refused", "plain"), entry(KEY, "key")
    expired = entry(KEY, "expired", expired=True)
    for order in ([partial, expired, plain, key], [key, plain, expired, partial]):
        best = found(FAILURE, *order)
        assert best
        assert best.text == "key"
    second = found(FAILURE, partial, expired, plain)
    assert second
    assert second.text == "plain"


@pytest.mark.parametrize(
    ("tests", "partial"),
    [
        ([("shop pays", "connection refused")], False),
        ([("shop pays", "connection refused"), ("shop sends", "connection refused")], False),
        ([("shop pays", "connection refused"), ("shop counts", "expected 3, got 4")], True),
    ],
)
def test_all_failed_tests_of_the_reports_must_match(tests: list[tuple[str, str]], *, partial: bool) -> None:
    issue = found(replace(FAILURE, tests=tuple(tests)), entry("connection refused"))
    assert issue
    assert issue.partial is partial


@pytest.mark.parametrize(("lines", "partial"), [(1, True), (2, False)])
def test_each_test_that_the_log_names_needs_a_line_of_its_own(lines: int, *, partial: bool) -> None:
    cause = ("FAILED test_pays: connection refused", "FAILED test_sends: connection refused")[:lines]
    issue = found(FailureText("", cause[:1], cause[1:], named_tests=2), entry("connection refused"))
    assert issue
    assert issue.partial is partial


def test_expired_entries_are_named_with_their_owner() -> None:
    old = entry("a b c", "old", expired=True, until="2026-01-31", owner="@ops")
    assert list(expiry_notes([entry("x y z"), old])) == [
        "FILE, known issue 1 (old): it expired on 2026-01-31; renew `until` or remove the entry (owner: @ops)"
    ]
    assert list(expiry_notes([old] * 5))[-1] == "and 2 more known issues that have expired"
