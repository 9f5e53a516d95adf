"""Log records: the one with an error's level is the cause, its message the title, and information never leads."""

import json

import pytest

from plugin import analyze_log

ERRORS = {
    "zap": '{"level":"error","ts":1.3,"caller":"db/up.go:40","msg":"migration 42 failed","error":"duplicate column"}',
    "gcp": '{"severity": "ERROR", "message": "migration 42 failed: duplicate column"}',
    "serilog": '{"@t":"2026-01-01T00:00:02Z","@l":"Error","@m":"migration 42 failed","@x":"duplicate column"}',
    "pino": '{"level": 50, "time": 2, "msg": "migration 42 failed", "err": {"message": "duplicate column"}}',
    "bunyan-fatal": '{"name":"shop","level":60,"msg":"migration 42 failed","err":{"message":"duplicate column"},"v":0}',
    "structlog": json.dumps(
        {
            "event": "migration 42 failed",
            "level": "error",
            "exception": "Traceback (most recent call last):\n  File\nduplicate column",
        }
    ),
    "tracing": '{"level":"ERROR","fields":{"message":"migration 42 failed","error":"duplicate column"}}',
    "logrus": 'time="2026-01-01T00:00:02Z" level=error msg="migration 42 failed" error="duplicate column"',
    "slog": 'time=2026-01-01T00:00:02Z level=ERROR msg="migration 42 failed" err="duplicate column"',
    "klog": 'E0101 00:00:02.100000       1 main.go:12] "migration 42 failed" err="duplicate column"',
    "zerolog": '12:00AM ERR migration 42 failed error="duplicate column"',
    "logging": "2026-01-01 00:00:02,123 ERROR shop.db: migration 42 failed: duplicate column",
    "ansible": 'db1 | FAILED! => {"changed": false, "msg": "migration 42 failed: duplicate column"}',
}


@pytest.mark.parametrize("name", ERRORS)
def test_message_of_the_error_is_the_title(name: str) -> None:
    log = "\n".join(
        [
            "+ ./migrate up",
            '{"level":"info","msg":"connecting"}',
            ERRORS[name],
            '{"level":"info","msg":"retry on error: off"}',
            "",
        ]
    )
    excerpt = analyze_log(log)
    assert "migration 42 failed" in excerpt.title
    assert "duplicate column" in excerpt.title
    assert "{" not in excerpt.title
    assert excerpt.title_line == 3
    assert excerpt.ranked[0] == 3


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
