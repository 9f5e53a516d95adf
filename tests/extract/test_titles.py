"""Titles of the labeled logs in `tests/logs` name the file and the message, and say which line they are from."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin import analyze_log

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
