"""Log records: the one with an error's level is the cause, its message the title, and information never leads."""

import json

import pytest

from plugin import analyze_log
from tests.extract.structured import FORMS, Record

MESSAGE, DETAIL = "cannot apply migration 42", "duplicate column price"


@pytest.mark.parametrize("record", FORMS.values(), ids=FORMS)
def test_message_of_the_error_is_the_title_and_information_never_leads(record: Record) -> None:
    records = [
        record("info", "connecting to 3 hosts", ""),
        record("info", "reading 42 migrations", ""),
        record("error", MESSAGE, DETAIL),
        record("info", "retry on error is off", ""),
        record("info", "shutting down, errors: 1", ""),
    ]
    excerpt = analyze_log("\n".join(["+ ./migrate up", *records, ""]), exit_code=1)
    assert MESSAGE in excerpt.title
    assert DETAIL in excerpt.title
    assert "{" not in excerpt.title
    best = next(line.text for line in excerpt.lines if line.number == excerpt.ranked[0])
    assert MESSAGE in best or best in record("error", MESSAGE, DETAIL)


def test_message_in_the_line_below_its_level_is_the_title() -> None:
    log = "+ dotnet run\ninfo: App[0]\n      Started\nfail: App.Db[20102]\n      Could not apply the migration 42\n"
    assert analyze_log(log).title == "Could not apply the migration 42"


def test_information_of_chromium_does_not_lead() -> None:
    log = """+ npx mocha
[9976:0502/212513.515661:INFO:CONSOLE(83)] "Unable to open 'a': resource is not available.", source: file:///a.js (83)
  0 passing (3s)
  1 failing
  1) opens the cart:
     Error: wanted viewColumn:1 but got undefined
"""
    assert analyze_log(log).ranked[0] > 4


def test_problem_in_a_json_text_over_several_lines_is_the_title() -> None:
    log = '+ ./check\n{\n  "file": "a.json",\n  "problem": "the price is negative",\n  "columnNumber": 1\n}\n'
    assert analyze_log(log).title == "the price is negative"


def test_cargo_message_as_json_names_the_place() -> None:
    message = {
        "level": "error",
        "message": "mismatched types",
        "spans": [{"file_name": "src/a.rs", "line_start": 3, "column_start": 5}],
    }
    log = (
        "+ cargo build --message-format json\n" + json.dumps({"reason": "compiler-message", "message": message}) + "\n"
    )
    assert analyze_log(log).title == "src/a.rs:3:5: mismatched types"


def test_failed_test_of_go_as_json_has_its_output_in_the_title() -> None:
    rows = [
        {"Action": "run", "Package": "app", "Test": "TestSum"},
        {"Action": "output", "Package": "app", "Test": "TestSum", "Output": "    sum_test.go:9: got 3, want 4\n"},
        {"Action": "fail", "Package": "app", "Test": "TestSum", "Elapsed": 0},
    ]
    log = "+ go test -json ./...\n" + "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    title = analyze_log(log).title
    assert "TestSum" in title
    assert "got 3, want 4" in title
