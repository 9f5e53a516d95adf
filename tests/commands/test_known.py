"""The command `known`: add an entry for a reported failure, and find entries that match nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from plugin.commands.known import NewIssue, add, check
from plugin.commands.log_report import LogResult, report_of_logs
from plugin.errors import SettingsError
from plugin.extract.analyze import analyze
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor
from plugin.render import FORMATS

LOG = b"+ npm ci\nnpm ERR! code E503\nnpm ERR! 503 Service Unavailable - GET https://registry.example.com/left-pad\n"
NAME = ".failure-alert.yml"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report(log: bytes = LOG) -> str:
    excerpt = analyze(LazyLog(log, Redactor(())), max_lines=60)
    Path("report.json").write_text(FORMATS["json"](report_of_logs([LogResult("install", excerpt, len(log))])), "utf-8")
    return "report.json"


def entries() -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load(Path(NAME).read_text("utf-8"))["known_issues"]
    return found


def test_a_new_entry_has_the_key_the_title_and_a_date() -> None:
    printed = add(report(), NewIssue(), 1)
    (entry,) = entries()
    assert entry["match"].startswith("v1:")
    assert "503 Service Unavailable" in entry["text"]
    assert entry["until"] == (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    assert entry["match"] in printed
    assert check([report()], {})[1] == 0


def test_the_arguments_are_the_fields_of_the_entry() -> None:
    issue = NewIssue("registry.* 503|503 .*registry", "down", "https://x.example/1", "@ops", "never", "wait")
    add(report(), issue, 1)
    assert entries() == [
        {"match": issue.match, "text": "down", "link": issue.link, "owner": "@ops", "action": "wait"},
    ]


def test_patterns_and_comments_of_the_file_stay() -> None:
    before = "# ours\npatterns:\n  ours: {match: '^npm E', title: ours}\n"
    Path(NAME).write_text(before, "utf-8")
    add(report(), NewIssue(), 1)
    assert Path(NAME).read_text("utf-8").startswith(before)


def test_the_other_name_of_the_file_is_kept(folder: Path) -> None:
    Path(".failure-alert.yaml").write_text("ignore: []\n", "utf-8")
    assert add(report(), NewIssue(), 1).startswith("Added to .failure-alert.yaml:")
    assert not (folder / NAME).exists()


@pytest.mark.parametrize(
    ("issue", "number", "message"),
    [
        (NewIssue(), 2, "has 1 failures, so there is no failure 2"),
        (NewIssue("no such line"), 1, "does not match the title or a cause line"),
        (NewIssue("ERR|error|fail"), 1, "match is too general"),
        (NewIssue("("), 1, "missing )"),
        (NewIssue(until="soon"), 1, "until must be a date"),
        (NewIssue(until="2020-01-31"), 1, "is in the past"),
        (NewIssue(link="x"), 1, "link must be an http or https URL"),
    ],
)
def test_an_unusable_argument_is_named(issue: NewIssue, number: int, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        add(report(), issue, number)
    assert message in str(caught.value)
    assert not Path(NAME).exists()


def test_a_failure_without_a_key_needs_an_expression() -> None:
    with pytest.raises(SettingsError, match="--match"):
        add(report(b"exit status 1\n"), NewIssue(), 1)


@pytest.mark.parametrize("text", ["", "{}", "[]", "x", "[" * 100_000])
def test_a_file_that_is_no_report_is_an_error(text: str) -> None:
    Path("report.json").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="no JSON report of this program"):
        check(["report.json"], {})


def test_a_file_that_cannot_be_extended_is_named_with_the_entry() -> None:
    Path(NAME).write_text("known_issues: []\n", "utf-8")
    with pytest.raises(SettingsError, match="add the entry by hand\n- match: v1:"):
        add(report(), NewIssue(), 1)


def test_check_lists_what_matched_nothing_and_what_is_wrong() -> None:
    Path(NAME).write_text(
        "known_issues:\n- {match: 503 Service Unavailable, text: down}\n"
        "- {match: old cause, text: old, until: 2020-01-31}\n- {match: x}\n",
        "utf-8",
    )
    text, code = check([report()], {"PLUGIN_KNOWN_ISSUES": json.dumps([{"match": "other cause", "text": "other"}])})
    assert text.splitlines() == [
        f"{NAME}, known issue 3: text is missing",
        f"{NAME}, known issue 2 (old): it expired on 2020-01-31; renew `until` or remove the entry",
        f"{NAME}, known issue 2 (old): matched nothing",
        "setting `known_issues`, known issue 1 (other): matched nothing",
        "1 of 3 known issues match one of 1 failures.",
    ]
    assert code == 1
