"""The labels of the real logs in `tests/logs` are true to them: the ranker learns from them and is measured on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin.extract.pattern_files import built_in
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor

LOGS = Path(__file__).parent.parent / "logs"
FIELDS = {"tool", "exit_code", "cause", "first", "pattern", "green"}
IDS = {pattern.id for pattern in built_in().patterns}


@dataclass(frozen=True)
class Labelled:
    name: str
    folder: Path
    label: dict[str, Any]

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"


def _labelled() -> Iterator[Labelled]:
    for path in sorted(LOGS.glob("*/labels.yaml")):
        for name, label in yaml.safe_load(path.read_text("utf-8")).items():
            yield Labelled(name, path.parent, label)


ALL = list(_labelled())


@pytest.mark.parametrize("one", ALL, ids=[f"{one.folder.name}-{one.name}" for one in ALL])
def test_label_fits_its_log(one: Labelled) -> None:
    label = one.label
    lines = readable(one.log.read_bytes(), Redactor()).removesuffix(b"\n").split(b"\n")
    cause = [number for first, last in label["cause"] for number in range(first, last + 1)]
    assert label.keys() <= FIELDS
    assert label["tool"]
    assert cause == sorted(set(cause)), "ranges ascend and do not meet"
    assert cause[0] >= 1
    assert cause[-1] <= len(lines)
    assert label["first"] in cause
    assert lines[label["first"] - 1].strip(), "the first line says something"
    assert all(lines[first - 1].strip() and lines[last - 1].strip() for first, last in label["cause"])
    assert label.get("pattern", "generic-error") in IDS
    assert "green" not in label or (one.folder / label["green"]).is_file()
    assert label.get("exit_code", 1) != 0


def test_every_red_log_has_a_label_and_every_family_its_script() -> None:
    red = {path for path in LOGS.glob("*/*.log") if not path.name.endswith(".green.log")}
    assert {one.log for one in ALL} == red
    assert {path.parent for path in red} == {path.parent for path in LOGS.glob("*/make.sh")}


def test_there_are_enough_logs_to_learn_from() -> None:
    assert len(ALL) >= 80
    assert len({one.folder for one in ALL}) >= 10
