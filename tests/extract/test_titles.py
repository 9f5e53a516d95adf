"""Titles of the labeled logs in `tests/logs` name the file and the message, and say which line they are from."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin import analyze_log
from plugin.text import language

LOGS = Path(__file__).parent.parent / "logs"


def _labeled() -> dict[Path, dict[str, Any]]:
    return {
        labels.parent / f"{name}.log": label
        for labels in sorted(LOGS.glob("*/labels.yaml"))
        for name, label in yaml.safe_load(labels.read_text("utf-8")).items()
        if "title" in label
    }


LABELED = _labeled()


@pytest.mark.parametrize("log", LABELED, ids=lambda log: f"{log.parent.name}-{log.stem}")
def test_title_names_file_and_message(log: Path) -> None:
    label = LABELED[log]
    excerpt = analyze_log(log.read_bytes(), exit_code=label["exit_code"])
    assert all(part in excerpt.title for part in label["title"]), excerpt.title
    assert any(first <= (excerpt.title_line or 0) <= last for first, last in label["cause"])
    assert excerpt.category == label.get("category", excerpt.category)
    assert excerpt.category != "unknown"


NEVER = {
    "a heading": r"[:：]$",
    "punctuation": r"^[\W_]*$",
    "a stack frame": r'^\s*(?:at \S+\(|File ".*", line|#\d+ 0x|from \S+:\d+:in|goroutine \d)',
    "a border of a table": r"^\s*[│|┌├└╭╰][-─=│| ]",
    "a line of a diff": r"^(?:[-+]{1,3} ?[^-+\s]|@@ )",
    "raw JSON": r'^\s*[\[{]\s*"|^"[\w@.]+"\s*:',
    "a success": r"^(?:ok\s+\S+\s+[\d.]|PASS\b|✓|✔|--- PASS)",
    "a caret": r"^[\s~^]+$",
    "quoted source": r"^\s*\d+ [|│] ",
}
FAILED = sorted(log for log in LOGS.glob("*/*.log") if not log.name.endswith(".green.log"))


@pytest.mark.parametrize("log", FAILED, ids=lambda log: f"{log.parent.name}-{log.stem}")
def test_title_is_never_what_says_nothing(log: Path) -> None:
    title = analyze_log(log.read_bytes(), exit_code=1).title
    assert [form for form, expression in NEVER.items() if re.search(expression, title)] == [], title


@pytest.mark.parametrize(
    ("own", "other"),
    [("app-1  | ", "db-1   | "), ("[1] ", "[0] "), ("@shop/api:build: ", "@shop/ui:build: ")],
    ids=["Compose", "concurrently", "Turborepo"],
)
def test_lines_of_another_program_between_are_no_part_of_the_reason(own: str, other: str) -> None:
    log = [
        f"{other}listening",
        f"{own}Error: cannot start the worker:",
        f"{other}checkpoint complete",
        f"{own}  the queue has no jobs",
        f"{other}listening again",
    ]
    assert analyze_log("\n".join(log)).title == "cannot start the worker: the queue has no jobs"


def test_the_title_of_a_pattern_can_be_translated_in_a_report() -> None:
    excerpt = analyze_log("+ make\nabout to die\nKilled\n", exit_code=137)
    with language.using("zh"):
        assert language.translated(excerpt.title) == "进程被 SIGKILL 终止"
